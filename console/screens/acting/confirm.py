"""The yes before a run: what will happen, frozen, and as much friction as its danger class asks for."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label

from warroom.console.domain import intents as i
from warroom.console.domain.approval import Approval, ApprovalState, standing
from warroom.console.domain.desk import Confirmation, Proposal
from warroom.console.domain.intents import Refused
from warroom.console.domain.text import clean
from warroom.console.domain.view import View
from warroom.console.screens.acting.proposal_card import ProposalCard
from warroom.console.screens.acting.second_person import SecondPerson
from warroom.console.screens.kit.deliberate import Deliberate
from warroom.console.screens.kit.dialog import Heading
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.push_button import PushButton
from warroom.console.screens.kit.seat import Seat

AGAIN = "look at it again"
Propose = Callable[[], Awaitable[Proposal | Refused]]
Go = Callable[[Proposal, Confirmation], Awaitable[str | Refused]]


class Confirm(Deliberate[str]):
    """Asks for a yes to one proposal; gives the run's id, or nothing.

    The focus is on Cancel, Enter never says yes, and what is typed goes to the field that asks for it. When the desk
    refuses because something changed, the reason is shown and a fresh proposal takes the old one's place.

    Class two takes three deliberate steps: ask a second person, have their word (given at their own console, or by a
    code of theirs typed here), run. Leaving it meanwhile leaves the question standing.
    """

    OTHER_VALUES: ClassVar[str] = "?"
    """What it gives when somebody wants to run it with other values."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+y,y", "yes", "Yes", id="confirm.yes", tooltip="Do it, exactly as shown"),
        Binding("f2", "values", "Values", id="confirm.values", tooltip="Run it with other values"),
    ]

    def __init__(self, seat: Seat, view: View, now: datetime, proposal: Proposal, *, again: Propose, go: Go) -> None:
        super().__init__(seat, view, now)
        self.incident = proposal.incident
        self.proposal = proposal
        self._again, self._go = again, go
        self._asking = False
        self._second = ApprovalState.WITHDRAWN
        """How far the second person's word was when it was last drawn; withdrawn: nobody is asked."""

    @property
    def typed(self) -> str:
        """What must be typed; empty: nothing."""
        return self.proposal.target if self.proposal.danger in ("typed", "two") else ""

    @property
    def needs_second(self) -> bool:
        """Whether somebody else must approve."""
        return self.proposal.danger == "two"

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(classes="card", can_focus=False):
            yield ProposalCard()
        with Horizontal(classes="field target"):
            yield Label(id="asked", classes="ask")
            yield Input(id="target", compact=True, select_on_focus=False)
        yield SecondPerson(classes="second").data_bind(Confirm.now)
        with Horizontal(classes="field code"):
            yield Label(Content("the code they read out "), classes="ask")
            yield Input(id="code", compact=True, select_on_focus=False)
        with Horizontal(classes="buttons"):
            yield PushButton("Cancel", id="cancel")
            yield PushButton("Yes, run it", key="", id="yes", deliberate=True)

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        """Put the proposal on the screen; the first moments begin again."""
        proposal = self.proposal
        self.heading = proposal.title
        self.query_one(ProposalCard).proposal = proposal
        self.query_one("#asked", Label).update(Content(f"type {clean(self.typed)} to go on "))
        self.query_one(".target").display = bool(self.typed) and not proposal.refused
        self.query_one(SecondPerson).display = self.needs_second and not proposal.refused
        self.query_one(".code").display = False
        for field in self.query(Input):
            field.value = ""
        yes = self.query_one("#yes", PushButton)
        yes.key = self.yes_key
        yes.display = not proposal.refused
        self.query_one("#cancel").focus()
        self.patience.reopen()
        if proposal.refused:
            self.refuse(f"can't run now: {proposal.refused}")

    def follow(self) -> None:
        super().follow()
        head = self.query_one(Heading)
        head.aside = "PRODUCTION" if self.proposal.production else clean(self.proposal.environment) or self.incident
        head.loud = self.proposal.production
        self._follow_second()

    @property
    def approval(self) -> Approval | None:
        """The request for exactly this that stands, granted or not."""
        subject = self.incident_of(self.incident)
        if subject is None or not self.needs_second:
            return None
        return standing(subject.approvals, self.view.me, self.proposal.fingerprint, self.now)

    def _follow_second(self) -> None:
        if not self.needs_second:
            return
        asked, panel = self.approval, self.query_one(SecondPerson)
        panel.approval, panel.incident = asked, self.incident
        panel.others = tuple(one.actor for one in self.view.consoles if one.actor != self.view.me)
        state = asked.state(self.now) if asked else ApprovalState.WITHDRAWN
        self.query_one(".code").display = state is ApprovalState.ASKED and not self.proposal.refused
        self.query_one("#yes", PushButton).label = self._yes_means(state)
        if state is not self._second:
            self._second = state
            # A key that was on its way meant what stood here before.
            self.patience.reopen()
            if state is ApprovalState.WITHDRAWN:
                self._say_what_became_of_it()
            elif isinstance(self.focused, Input):
                self.call_after_refresh(self._go_on)

    def _yes_means(self, state: ApprovalState) -> str:
        if not self.needs_second or state is ApprovalState.GRANTED:
            return "Yes, run it"
        return "That is the code" if state is ApprovalState.ASKED else "Ask a second person"

    def _say_what_became_of_it(self) -> None:
        subject = self.incident_of(self.incident)
        known = tuple(subject.approvals.values()) if subject else ()
        mine = [one for one in known if one.proposal.fingerprint == self.proposal.fingerprint]
        match mine[-1].state(self.now) if mine else None:
            case ApprovalState.DENIED:
                self.refuse(f"{mine[-1].answered_by} said no" + (f": {mine[-1].why}" if mine[-1].why else ""))
            case ApprovalState.EXPIRED:
                self.refuse("nobody answered in time; ask again")
            case _:
                return

    def hints(self) -> tuple[Hint, ...]:
        word = self._yes_means(self._second).lower()
        yes = () if self.proposal.refused else (Hint(self.yes_key, word),)
        # The shares of a rollout are its strategy's.
        other = () if self.proposal.stages else (Hint("f2", "other values"),)
        return (*yes, Hint("esc", "cancel"), Hint("tab", "next field"), *other)

    def field_to_fill(self) -> Input | None:
        return self._field_to_fill() if self.typed and not self.proposal.refused else None

    @property
    def yes_key(self) -> str:
        return "ctrl+y" if self.typed else "y"

    def _go_on(self) -> None:
        field = self._field_to_fill()
        (field if field.value.strip() != self.typed else self.query_one("#cancel")).focus()

    def _field_to_fill(self) -> Input:
        target = self.query_one("#target", Input)
        asked_for_code = self._second is ApprovalState.ASKED and target.value.strip() == self.typed
        return self.query_one("#code", Input) if asked_for_code else target

    def action_values(self) -> None:
        if not self.proposal.stages:
            self.dismiss(self.OTHER_VALUES)

    @on(PushButton.Pushed, "#cancel")
    def cancel(self) -> None:
        """Leave without doing anything."""
        self.dismiss()

    @on(PushButton.Pushed, "#yes")
    def clicked(self) -> None:
        """A click says yes as the key does, but not in the first moments."""
        if not self.patience.early:
            self.action_yes()

    def action_yes(self) -> None:
        """Send the yes, or the step before it that class two still lacks."""
        if self._asking or not self.may_act():
            return
        if reason := self._missing():
            self.refuse(reason)
            return
        self._asking = True
        step = {ApprovalState.WITHDRAWN: self._ask, ApprovalState.ASKED: self._redeem}
        self.errand(step.get(self._second, self._send)() if self.needs_second else self._send(), "confirm")

    def _missing(self) -> str:
        target, code = self.query_one("#target", Input), self.query_one("#code", Input)
        if self.proposal.refused:
            return f"can't run now: {self.proposal.refused}"
        if self.typed and target.value.strip() != self.typed:
            target.focus()
            given = f"not {target.value.strip()!r}" if target.value.strip() else "and nothing was typed"
            return f"the target is {self.typed!r}, {given}"
        if self.needs_second and self._second is ApprovalState.ASKED and not code.value.strip():
            code.focus()
            return "nobody has approved it yet: it waits for their yes, or for their code here"
        return ""

    async def _ask(self) -> None:
        try:
            answer = await self.seat.desk.ask(self.proposal)
            if not isinstance(answer, Refused):
                self.say(f"asked as {answer}; this can be left meanwhile, the question stands", "good")
                return
            await self._look_again(answer.reason, "not asked")
        finally:
            self._asking = False

    async def _redeem(self) -> None:
        try:
            asked, code = self.approval, self.query_one("#code", Input)
            if asked is None:
                return
            redeem = i.RedeemCode(request=asked.id, code=code.value, account=self.view.account)
            answer = await self.seat.desk.dispatch(self.incident, redeem)
            if isinstance(answer, Refused):
                self.refuse(answer.reason)
            else:
                code.value = ""
                self.query_one("#cancel").focus()
                self.say("the second person has approved it; one more yes runs it", "good")
        finally:
            self._asking = False

    async def _send(self) -> None:
        try:
            asked = self.approval
            yes = Confirmation(
                fingerprint=self.proposal.fingerprint,
                typed=self.query_one("#target", Input).value.strip(),
                approval=asked.id if asked else "",
            )
            if self.proposal.stops:
                self.say(f"stopping {self.proposal.stops} first, then this begins", "warn")
            answer = await self._go(self.proposal, yes)
            if not isinstance(answer, Refused):
                self.dismiss(answer)
                return
            await self._look_again(answer.reason, "not run")
        finally:
            self._asking = False

    async def _look_again(self, reason: str, what: str) -> None:
        fresh = await self._again()
        if isinstance(fresh, Refused):
            self.refuse(fresh.reason)
            return
        self.proposal = fresh
        self._show()
        self._follow()
        said = f"{what}: {reason}"
        self.refuse(said if AGAIN in reason else f"{said}. {AGAIN.capitalize()}.")
