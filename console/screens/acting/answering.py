"""The second person's side: everything that would run, as it was frozen, and a yes or a no to it."""

from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label

from warroom.console.domain import intents as i
from warroom.console.domain.approval import Approval
from warroom.console.domain.intents import Intent
from warroom.console.domain.text import clean
from warroom.console.domain.view import View
from warroom.console.screens.acting.proposal_card import ProposalCard
from warroom.console.screens.kit.deliberate import Deliberate
from warroom.console.screens.kit.dialog import Heading
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.push_button import PushButton
from warroom.console.screens.kit.seat import Seat
from warroom.widgets import format


class Answering(Deliberate[str]):
    """Asks for an answer to one request of somebody else; gives what was answered, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+y", "yes", "Approve", id="answer.yes", tooltip="Approve exactly this, once"),
        Binding("ctrl+n", "no", "Say no", id="answer.no", tooltip="Say no, with the reason if there is one"),
    ]

    def __init__(self, seat: Seat, view: View, now: datetime, approval: Approval) -> None:
        super().__init__(seat, view, now)
        self.approval = approval
        self.incident = approval.proposal.incident
        self.heading = f"{approval.by} asks you to approve: {approval.proposal.title}"
        self._asking = False

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(classes="card", can_focus=False):
            yield ProposalCard()
        with Horizontal(classes="field target"):
            yield Label(Content(f"type {clean(self.approval.proposal.target)} to approve "), classes="ask")
            yield Input(id="target", compact=True, select_on_focus=False)
        with Horizontal(classes="field"):
            yield Label(Content("why not, for a no "), classes="ask")
            yield Input(id="why", compact=True)
        with Horizontal(classes="buttons"):
            yield PushButton("Cancel", id="cancel")
            yield PushButton("Say no", key="ctrl+n", id="no", deliberate=True)
            yield PushButton("Approve", key="ctrl+y", id="yes", deliberate=True)

    def on_mount(self) -> None:
        self.query_one(ProposalCard).proposal = self.approval.proposal
        self.query_one("#cancel").focus()

    def follow(self) -> None:
        super().follow()
        head, proposal = self.query_one(Heading), self.approval.proposal
        head.aside = "PRODUCTION" if proposal.production else clean(proposal.environment) or self.incident
        head.loud = proposal.production
        subject = self.incident_of(self.incident)
        newest = subject.approvals.get(self.approval.id) if subject else None
        if newest is not None and not newest.open(self.now):
            self.dismiss(f"too late: {newest.id} is {newest.state(self.now)}")

    def hints(self) -> tuple[Hint, ...]:
        left = format.left(self.approval.expires_at - self.now)
        return (Hint("ctrl+y", f"approve, {left}"), Hint("ctrl+n", "say no"), Hint("esc", "answer later"))

    def field_to_fill(self) -> Input | None:
        return self.query_one("#target", Input)

    @on(PushButton.Pushed, "#cancel")
    def cancel(self) -> None:
        """Leave it unanswered."""
        self.dismiss()

    @on(PushButton.Pushed, "#yes")
    def yes_clicked(self) -> None:
        """A click counts, but not in the first moments."""
        if not self.patience.early:
            self.action_yes()

    @on(PushButton.Pushed, "#no")
    def no_clicked(self) -> None:
        """A click counts, but not in the first moments."""
        if not self.patience.early:
            self.action_no()

    def action_yes(self) -> None:
        typed, target = self.query_one("#target", Input), self.approval.proposal.target
        if typed.value.strip() != target:
            typed.focus()
            given = f"not {typed.value.strip()!r}" if typed.value.strip() else "and nothing was typed"
            self.refuse(f"the target is {target!r}, {given}")
            return
        grant = i.GrantApproval(request=self.approval.id, typed=typed.value, account=self.view.account)
        self._answer(grant, f"approved: {self.approval.by} can run it, once")

    def action_no(self) -> None:
        why = self.query_one("#why", Input).value.strip()
        no = i.DenyApproval(request=self.approval.id, account=self.view.account, why=why)
        self._answer(no, f"denied: {self.approval.by} is told")

    def _answer(self, intent: Intent, done: str) -> None:
        if not self._asking and self.may_act():
            self._asking = True
            self.errand(self._send(intent, done), "answer")

    async def _send(self, intent: Intent, done: str) -> None:
        try:
            reason = await self.attempt(self.incident, intent)
        finally:
            self._asking = False
        if reason:
            self.refuse(reason)
        elif self.is_current:
            self.dismiss(done)
