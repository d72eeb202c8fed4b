"""A dialog whose yes is deliberate: no key that was held, or meant for something else, can say it."""

from datetime import datetime
from typing import ClassVar, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input

from warroom.console.domain.view import View
from warroom.console.screens.kit.dialog import Dialog
from warroom.console.screens.kit.patience import Patience
from warroom.console.screens.kit.seat import Seat

Result = TypeVar("Result")
SAFE = ("escape", "tab", "shift+tab", "up", "down", "pageup", "pagedown", "left", "right")
"""Keys that only look around."""


class Deliberate(Dialog[Result]):
    """The focus is on the button `#cancel`; Enter never says yes; what is typed goes to the field that asks for it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,down", "app.focus_next", "Next", id="confirm.next", tooltip="Next field", show=False),
        Binding(
            "shift+tab,up", "app.focus_previous", "Back", id="confirm.previous", tooltip="Field before", show=False
        ),
        Binding("pagedown", "scroll(1)", "More", id="confirm.more", tooltip="Read on", show=False),
        Binding("pageup", "scroll(-1)", "Back up", id="confirm.less", tooltip="Read back", show=False),
    ]

    def __init__(self, seat: Seat, view: View, now: datetime) -> None:
        super().__init__(seat, view, now)
        self.patience = Patience(seat.monotonic)

    @property
    def yes_key(self) -> str:
        """The key that says yes."""
        return "ctrl+y"

    def field_to_fill(self) -> Input | None:
        """Where letters go that are typed outside of any field."""
        return None

    def on_key(self, event: events.Key) -> None:
        """Drop keys that were not meant for this dialog, and lead typing to the field that asks for it."""
        fresh = self.patience.allows(event.key)
        if event.key == "enter":
            event.stop()
            if fresh:
                self._enter()
        elif not self.patience.early and (field := self._leads_to(event)) is not None:
            event.stop()
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
            self.say(f"Enter never says yes: {self.yes_key} does", "warn")

    def _leads_to(self, event: events.Key) -> Input | None:
        if not event.is_printable or not event.character or event.character.isspace():
            return None
        # A field takes its letters itself: what comes here was pressed before the focus had moved to it.
        return self.focused if isinstance(self.focused, Input) else self.field_to_fill()

    def action_scroll(self, by: int) -> None:
        card = self.query_one(VerticalScroll)
        card.scroll_relative(y=by * max(card.size.height - 1, 1), animate=False)
