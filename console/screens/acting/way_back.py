"""The ways back: which of them would work now, what stands against the others, and the button of each."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from warroom.console.domain.way_back import Readiness
from warroom.console.screens.acting.pressing import Acting
from warroom.console.screens.acting.way_back_list import WayBackList
from warroom.console.screens.kit.dialog import Heading
from warroom.console.screens.kit.foot import Hint


class WayBackScreen(Acting[None]):
    """Every means of rollback the playbook lists. Enter proposes the one under the cursor."""

    ACTING = frozenset({"choose"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,backspace", "leave", "Back", id="way-back.leave", tooltip="Back to the room"),
    ]
    incident = ""
    """The incident's id; set by whoever opens it."""

    def compose(self) -> ComposeResult:
        yield Heading()
        yield WayBackList()
        yield from self.compose_foot()

    def on_mount(self) -> None:
        self.query_one(WayBackList).focus()

    @property
    def drill(self) -> bool:
        subject = self.incident_of(self.incident)
        return self.view.drill or (subject is not None and subject.drill)

    def follow(self) -> None:
        subject = self.incident_of(self.incident)
        head, ways = self.query_one(Heading), self.query_one(WayBackList)
        head.title, head.drill = f"The way back: {self.incident}", self.drill
        ready = [way for way in subject.ways_back.values() if way.readiness is Readiness.READY] if subject else []
        head.aside, head.loud = (f"{len(ready)} ready", False) if ready else ("NONE IS READY", True)
        ways.incident, ways.now = subject, self.now

    def hints(self) -> tuple[Hint, ...]:
        go = () if self.view.read_only else (Hint("enter", "propose it"),)
        return (*go, Hint("j k", "move"), Hint("esc", "back"), Hint("?", "help"))

    def action_leave(self) -> None:
        self.dismiss()

    @on(WayBackList.Opened)
    def opened(self, event: WayBackList.Opened) -> None:
        """Propose it; a means without an action is done by people."""
        if event.action:
            self.act(self.incident, event.action)
        else:
            self.say("this one has no button: people do it, by the line under it", "warn")
