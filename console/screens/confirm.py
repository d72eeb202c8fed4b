"""The yes before a run: what will happen, frozen, and as much friction as its danger class asks for."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label

from warroom.console.domain.desk import Confirmation, Proposal
from warroom.console.domain.intents import Refused
from warroom.console.domain.text import clean
from warroom.console.domain.view import View
from warroom.console.screens.dialog import Dialog, Heading
from warroom.console.screens.foot import Hint
from warroom.console.screens.patience import Patience
from warroom.console.screens.proposal_card import ProposalCard
from warroom.console.screens.push_button import PushButton
from warroom.console.screens.seat import Seat

Propose = Callable[[], Awaitable[Proposal | Refused]]
Go = Callable[[Proposal, Confirmation], Awaitable[str | Refused]]
SAFE = ("escape", "tab", "shift+tab", "up", "down", "pageup", "pagedown", "left", "right")
"""Keys that only look around."""


class Confirm(Dialog[str]):
    """Asks for a yes to one proposal; gives the run's id, or nothing.

    The focus is on Cancel, Enter never says yes, and what is typed goes to the field that asks for the target. When the
    desk refuses because something changed, the reason is shown and a fresh proposal takes the old one's place.
    """

    OTHER_VALUES: ClassVar[str] = "?"
    """What it gives when somebody wants to run it with other values."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+y,y", "yes", "Yes", id="confirm.yes", tooltip="Do it, exactly as shown"),
        Binding("f2", "values", "Values", id="confirm.values", tooltip="Run it with other values"),
        Binding("tab,down", "app.focus_next", "Next", id="confirm.next", tooltip="Next field", show=False),
        Binding(
            "shift+tab,up", "app.focus_previous", "Back", id="confirm.previous", tooltip="Field before", show=False
        ),
        Binding("pagedown", "scroll(1)", "More", id="confirm.more", tooltip="Read on", show=False),
        Binding("pageup", "scroll(-1)", "Back up", id="confirm.less", tooltip="Read back", show=False),
    ]

    def __init__(self, seat: Seat, view: View, now: datetime, proposal: Proposal, *, again: Propose, go: Go) -> None:
        super().__init__(seat, view, now)
        self.incident = proposal.incident
        self.proposal = proposal
        self._again, self._go = again, go
        self._patience = Patience(seat.monotonic)
        self._asking = False

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
        with Horizontal(classes="field second"):
            yield Label(Content("second person who approves "), classes="ask")
            yield Input(id="second", compact=True)
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
        self.query_one(".second").display = self.needs_second and not proposal.refused
        for field in self.query(Input):
            field.value = ""
        yes = self.query_one("#yes", PushButton)
        yes.key = "ctrl+y" if self.typed else "y"
        yes.display = not proposal.refused
        self.query_one("#cancel").focus()
        self._patience.reopen()
        if proposal.refused:
            self.refuse(f"can't run now: {proposal.refused}")

    def follow(self) -> None:
        super().follow()
        head = self.query_one(Heading)
        head.aside = "PRODUCTION" if self.proposal.production else clean(self.proposal.environment) or self.incident
        head.loud = self.proposal.production

    def hints(self) -> tuple[Hint, ...]:
        yes = () if self.proposal.refused else (Hint("ctrl+y" if self.typed else "y", "yes, run it"),)
        return (*yes, Hint("esc", "cancel"), Hint("tab", "next field"), Hint("f2", "other values"))

    def on_key(self, event: events.Key) -> None:
        """Drop keys that were not meant for this dialog, and lead typing to the field that asks for it."""
        fresh = self._patience.allows(event.key)
        if event.key == "enter":
            event.stop()
            if fresh:
                self._enter()
        elif not self._patience.early and self._leads_to_field(event):
            event.stop()
            field = self.query_one("#target", Input)
            self.set_focus(field)
            field.insert_text_at_cursor(event.character or "")
        elif not fresh and event.key not in SAFE and not self._edits(event):
            event.stop()
            event.prevent_default()

    def _edits(self, event: events.Key) -> bool:
        """Held keys are fine in a field, but for the one that says yes."""
        return isinstance(self.focused, Input) and event.key != "ctrl+y"

    def _enter(self) -> None:
        if self.focused is self.query_one("#cancel"):
            self.dismiss()
        else:
            self.say(f"Enter never says yes: {'ctrl+y' if self.typed else 'y'} does", "warn")

    def _leads_to_field(self, event: events.Key) -> bool:
        open_field = self.typed and not self.proposal.refused and not isinstance(self.focused, Input)
        return bool(open_field) and event.is_printable and bool(event.character and not event.character.isspace())

    def action_scroll(self, by: int) -> None:
        card = self.query_one(VerticalScroll)
        card.scroll_relative(y=by * max(card.size.height - 1, 1), animate=False)

    def action_values(self) -> None:
        self.dismiss(self.OTHER_VALUES)

    @on(PushButton.Pushed, "#cancel")
    def cancel(self) -> None:
        """Leave without doing anything."""
        self.dismiss()

    @on(PushButton.Pushed, "#yes")
    def clicked(self) -> None:
        """A click says yes as the key does, but not in the first moments."""
        if not self._patience.early:
            self.action_yes()

    def action_yes(self) -> None:
        """Send the yes, if everything that is asked for is there."""
        if self._asking or not self.may_act():
            return
        if reason := self._missing():
            self.refuse(reason)
            return
        self._asking = True
        self.errand(self._send(), "confirm")

    def _missing(self) -> str:
        target, second = self.query_one("#target", Input), self.query_one("#second", Input)
        if self.proposal.refused:
            return f"can't run now: {self.proposal.refused}"
        if self.typed and target.value.strip() != self.typed:
            target.focus()
            given = f"not {target.value.strip()!r}" if target.value.strip() else "and nothing was typed"
            return f"the target is {self.typed!r}, {given}"
        if self.needs_second and not second.value.strip():
            second.focus()
            return "a second person must approve this: write who"
        if self.needs_second and second.value.strip().casefold() == self.view.me.strip().casefold():
            second.focus()
            return f"{self.view.me} asks for it, so somebody else must approve"
        return ""

    async def _send(self) -> None:
        try:
            yes = Confirmation(
                fingerprint=self.proposal.fingerprint,
                typed=self.query_one("#target", Input).value.strip(),
                approved_by=self.query_one("#second", Input).value.strip(),
            )
            answer = await self._go(self.proposal, yes)
            if not isinstance(answer, Refused):
                self.dismiss(answer)
                return
            fresh = await self._again()
        finally:
            self._asking = False
        if isinstance(fresh, Refused):
            self.refuse(fresh.reason)
            return
        self.proposal = fresh
        self._show()
        self._follow()
        self.refuse(f"not run: {answer.reason}. Look at it again.")
