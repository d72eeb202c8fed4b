"""Two people: what waits for a second person's word, yours or theirs."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from warroom.console.domain import intents as i
from warroom.console.domain.approval import Approval, ApprovalState, same_person
from warroom.console.screens.acting.approval_list import ApprovalList, key_of
from warroom.console.screens.kit.choose import Choose, Option
from warroom.console.screens.kit.dialog import Heading
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.live import Live
from warroom.console.screens.standing import waiting_for

_GOOD = (ApprovalState.ASKED, ApprovalState.GRANTED)


class ApprovalsScreen(Live[None]):
    """Every request, those that wait first. Enter opens somebody else's to answer it, or takes one's own back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,backspace", "leave", "Back", id="approvals.leave", tooltip="Back to where one was"),
    ]

    def compose(self) -> ComposeResult:
        yield Heading()
        yield ApprovalList()
        yield from self.compose_foot()

    def on_mount(self) -> None:
        self.query_one(ApprovalList).focus()

    def _all(self) -> tuple[Approval, ...]:
        known = [one for incident in self.view.incidents.values() for one in incident.approvals.values()]
        waiting = [one for one in known if one.state(self.now) in _GOOD]
        over = sorted((one for one in known if one not in waiting), key=lambda one: one.asked_at, reverse=True)
        return (*waiting, *over)

    def follow(self) -> None:
        head, rows = self.query_one(Heading), self.query_one(ApprovalList)
        waiting = len(waiting_for(self.view, self.now))
        head.title, head.drill = "What takes two people", self.drill
        head.aside, head.loud = f"{waiting} for you" if waiting else "", bool(waiting)
        rows.approvals, rows.me, rows.now = self._all(), self.view.me, self.now

    def hints(self) -> tuple[Hint, ...]:
        answer = (Hint("enter", "look and answer"),) if self._all() and not self.view.read_only else ()
        return (*answer, Hint("j k", "move"), Hint("esc", "back"), Hint("?", "help"))

    def action_leave(self) -> None:
        self.dismiss()

    @on(ApprovalList.Opened)
    def opened(self, event: ApprovalList.Opened) -> None:
        """Answer it, take it back, or say what became of it."""
        found = next((one for one in self._all() if key_of(one) == event.key), None)
        if found is None or not self.may_act():
            return
        state = found.state(self.now)
        if state in _GOOD and same_person(found.by, self.view.me):
            self._take_back(found)
        elif state is ApprovalState.ASKED:
            self._answer(found)
        else:
            self.say(f"{found.id} is {state}; there is nothing left to answer", "warn")

    def _answer(self, found: Approval) -> None:
        from warroom.console.screens.acting.answering import Answering

        def answered(done: str | None) -> None:
            if done:
                self.say(done, "warn" if done.startswith("too late") else "good")

        self.app.push_screen(Answering(self.seat, self.view, self.now, found), answered)

    def _take_back(self, found: Approval) -> None:
        def chosen(key: str | None) -> None:
            if key == "back":
                incident, take = found.proposal.incident, i.WithdrawApproval(request=found.id)
                self.put(incident, take, f"{found.id} is taken back")

        options = [Option("leave", "Leave it standing"), Option("back", "Take it back", "nobody can approve it then")]
        heading = f"You asked for it: {found.proposal.title}"
        incident = found.proposal.incident
        asked = Choose(self.seat, self.view, self.now, heading=heading, options=options, incident=incident)
        self.app.push_screen(asked, chosen)
