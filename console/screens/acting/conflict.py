"""A pick that conflicts: both sides of each place, where it waits, and going on with it or giving it up."""

from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from warroom.console.actions.git.actions import CONTINUE
from warroom.console.domain.git.backport import GIVE_UP, on_its_way
from warroom.console.domain.git.conflict import Conflicting
from warroom.console.domain.view import View
from warroom.console.screens.acting.backports import proposal_for
from warroom.console.screens.acting.conflict_view import ConflictView
from warroom.console.screens.acting.sees_conflicts import SeesConflicts
from warroom.console.screens.kit.dialog import Heading
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.seat import Seat


class ConflictScreen(SeesConflicts):
    """One conflict, foretold or waiting. Enter begins what is foretold; `c` continues, `x` gives up."""

    ACTING = frozenset({"go_on", "give_up"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "go_on", "Continue", id="conflict.continue", tooltip="Go on with the pick, once it is mended"),
        Binding("x,a", "give_up", "Give up", id="conflict.abort", tooltip="Take its working copy away"),
        Binding("y", "copy", "Copy", id="conflict.copy", tooltip="Copy where it waits to the clipboard"),
        Binding("n", "place(1)", "Next", id="conflict.next", tooltip="The next place that contradicts"),
        Binding("N", "place(-1)", "Before", id="conflict.last", tooltip="The place before"),
        Binding("escape,q,backspace,v", "leave", "Back", id="conflict.leave", tooltip="Back to the branches"),
    ]

    def __init__(self, seat: Seat, view: View, now: datetime, incident: str, branch: str, landing: str) -> None:
        super().__init__(seat, view, now)
        self.incident = incident
        self.branch, self.landing = branch, landing

    @property
    def drill(self) -> bool:
        subject = self.incident_of(self.incident)
        return self.view.drill or (subject is not None and subject.drill)

    @property
    def foot_drill(self) -> bool:
        """The heading says it."""
        return False

    @property
    def shown(self) -> Conflicting | None:
        """The pick for this landing, as it was last seen."""
        return next((one for one in self.conflicts if one.landing == self.landing), None)

    def compose(self) -> ComposeResult:
        yield Heading()
        yield ConflictView()
        yield from self.compose_foot()

    def on_mount(self) -> None:
        self.query_one(ConflictView).focus()

    def follow(self) -> None:
        super().follow()
        head, body, one = self.query_one(Heading), self.query_one(ConflictView), self.shown
        by = f" by {self.landing}" if self.landing != self.branch else ""
        head.title, head.drill = f"Carrying the fix to {self.branch}{by}", self.drill
        head.aside, head.loud = ("waits" if one.waits else "foretold", one.waits) if one else ("", False)
        body.conflict, body.now = one, self.now
        body.gone = self._gone()

    def _gone(self) -> str:
        subject = self.incident_of(self.incident)
        row = subject.backports.get(self.branch) if subject else None
        if row is None:
            return "This branch is not looked at any more."
        if subject is not None and row.state == "missing" and (landing := on_its_way(subject, self.branch)):
            return f"Nothing conflicts here any more: it is on {landing}. Open its pull request to {self.branch}."
        if row.state == "missing" and row.files:
            files = ", ".join(row.files)
            return f"Picking it conflicts in {files}. What contradicts what can't be told here: {self._blind()}"
        why = f", {row.why}" if row.why else ""
        return f"Nothing conflicts here any more. {row.branch}: {row.told()}{why}"

    def _blind(self) -> str:
        if self.view.read_only:
            return "a console that only looks tries nothing."
        return "it could not be tried with the copy on this machine. Fetch, and see that the branch is in it."

    def hints(self) -> tuple[Hint, ...]:
        one = self.shown
        back = (Hint("n N", "places"), Hint("esc", "back"), Hint("?", "help")) if one else (Hint("esc", "back"),)
        if one is not None and one.waits:
            acts = (Hint("c", "continue"), Hint("x", "give up")) if not self.view.read_only else ()
            return (*acts, Hint("y", "copy the path"), *back)
        begin = (Hint("enter", "carry it there"),) if one and not self.view.read_only else ()
        return (*begin, *back)

    def action_leave(self) -> None:
        self.dismiss()

    def action_place(self, by: int) -> None:
        self.query_one(ConflictView).to_place(by)

    def action_copy(self) -> None:
        if one := self.shown:
            place = self.query_one(ConflictView).place
            self.copy(one.place or place, "where it waits" if one.waits else place)

    def action_go_on(self) -> None:
        if (one := self._waiting()) is None:
            return
        if one.other:
            self.say("its commits are not of this incident's fix: it can be given up here", "warn")
        elif one.in_the_way:
            self.say(f"not yet: {one.in_the_way} (in {one.place})", "warn")
        else:
            self.act(self.incident, CONTINUE, {"landing": one.landing})

    def action_give_up(self) -> None:
        if (one := self._waiting()) is not None:
            self.act(self.incident, GIVE_UP, {"landing": one.landing})

    def _waiting(self) -> Conflicting | None:
        """What waits; says why nothing can be done where nothing does."""
        one = self.shown
        if one is not None and not one.waits:
            self.say("nothing has begun yet: Enter carries it there, up to the conflict", "warn")
        elif one is None:
            self.say("nothing waits here", "warn")
        return one if one is not None and one.waits and self.may_act() else None

    @on(ConflictView.Chosen)
    def begin(self) -> None:
        """Enter: propose what is foretold; say how one goes on with what waits."""
        subject, one = self.incident_of(self.incident), self.shown
        row = subject.backports.get(self.branch) if subject else None
        if one is not None and one.waits:
            self.say(f"mend it in {one.place}, git add it there, then c goes on; x gives it up")
        elif subject is not None and row is not None and row.commits:
            action, values = proposal_for(subject, row)
            self.act(self.incident, action, values)
