"""Every key that works here, made from the bindings."""

from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from warroom.console.domain.text import clean
from warroom.console.domain.view import View
from warroom.console.screens.kit.active_keys import ActiveKey
from warroom.console.screens.kit.dialog import Dialog
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.seat import Seat
from warroom.widgets import format
from warroom.widgets.browse import Browse
from warroom.widgets.lines import Row, Span, data, row


class KeyList(Browse):
    """Keys and what they do. Takes `keys`, `filter`."""

    DEFAULT_CSS = "KeyList { border: none; height: 1fr; &:focus { border: none; } }"

    keys: data[tuple[ActiveKey, ...]] = data(())
    """What works here."""
    filter: data[str] = data("")
    """Only lines in which all these words occur."""

    def build(self, width: int, height: int) -> list[Row]:
        wanted = self.filter.casefold().split()
        rows = []
        for number, key in enumerate(self.keys):
            text = f"{key.keys} {key.title} {key.tooltip}".casefold()
            if all(word in text for word in wanted):
                title = format.fit(key.title, min(24, width // 3), self.signs.ellipsis)
                why = format.cut(clean(key.tooltip), max(width - 18 - len(title), 4), self.signs.ellipsis)
                keys = Span(format.fit(f" {key.keys}", 14, self.signs.ellipsis), "accent strong")
                rows.append(row(keys, Span(f" {title}  "), Span(why, "dim"), key=str(number)))
        return rows or [row(Span(f" nothing matches {self.filter}", "dim"))]


class Help(Dialog[None]):
    """All active keys, to filter by typing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "leave", "Close", id="help.close", tooltip="Close the help", show=False),
        Binding("down", "move(1)", "Down", id="help.down", tooltip="Next line", show=False),
        Binding("up", "move(-1)", "Up", id="help.up", tooltip="Line above", show=False),
        Binding("pagedown", "page(1)", "Page down", id="help.page-down", tooltip="A page on", show=False),
        Binding("pageup", "page(-1)", "Page up", id="help.page-up", tooltip="A page back", show=False),
    ]
    DEFAULT_CSS = "Help > .frame > .body { height: 1fr; } Help > .frame { height: 100%; max-height: 40; }"
    heading = "Keys"

    def __init__(self, seat: Seat, view: View, now: datetime, keys: tuple[ActiveKey, ...]) -> None:
        super().__init__(seat, view, now)
        self._keys = keys

    def compose_body(self) -> ComposeResult:
        yield Input(placeholder="type to filter", compact=True)
        yield KeyList()

    def on_mount(self) -> None:
        self.query_one(KeyList).keys = self._keys
        self.query_one(Input).focus()

    def hints(self) -> tuple[Hint, ...]:
        return (Hint("type", "filter"), Hint("up down", "move"), Hint("esc", "close"))

    @on(Input.Changed)
    def filtered(self, event: Input.Changed) -> None:
        """Filter while one types; `?` closes as it opened."""
        if event.value.endswith("?"):
            self.dismiss()
        self.query_one(KeyList).filter = event.value

    def action_move(self, by: int) -> None:
        self.query_one(KeyList).action_step(by)

    def action_page(self, by: int) -> None:
        self.query_one(KeyList).action_page(by)
