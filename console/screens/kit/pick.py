"""One of a few, in a line."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from warroom.console.domain.text import clean
from warroom.widgets import format
from warroom.widgets.lines import Lines, Row, Span, data, row


class Pick(Lines, can_focus=True):
    """Values side by side; the arrow keys, space or a click change which one holds. Takes `values`, `value`."""

    DEFAULT_CSS = "Pick { height: 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l,space", "turn(1)", "Next", id="pick.next", tooltip="Next value", show=False),
        Binding("left,h", "turn(-1)", "Before", id="pick.back", tooltip="Value before", show=False),
    ]

    values: data[tuple[str, ...]] = data(())
    """What there is to pick from."""
    value: data[str] = data("")
    """What holds."""

    @dataclass
    class Changed(Message):
        """Another value holds."""

        value: str

    def build(self, width: int, height: int) -> list[Row]:
        spans: list[Span] = []
        for value in self._window(width):
            here = value == self.value
            marks = ("[", "]") if here else (" ", " ")
            tone = ("cursor strong" if self.has_focus else "strong") if here else "dim"
            spans.append(Span(f"{marks[0]}{clean(value)}{marks[1]}", tone))
        return [row(*spans)]

    def _window(self, width: int) -> tuple[str, ...]:
        """The values that fit, the one that holds among them."""
        at = self.values.index(self.value) if self.value in self.values else 0
        for start in range(at + 1):
            shown = self.values[start : at + 1]
            if sum(format.width_of(clean(value)) + 2 for value in shown) <= width:
                return self.values[start:]
        return self.values[at:]

    def watch_has_focus(self, _focused: bool) -> None:
        self.touch()

    def action_turn(self, by: int) -> None:
        if self.values:
            at = self.values.index(self.value) if self.value in self.values else -1
            self._set(self.values[(at + by) % len(self.values)])

    def _set(self, value: str) -> None:
        self.value = value
        self.post_message(self.Changed(value))

    def on_click(self, event: events.Click) -> None:
        x = 0
        for value in self._window(self.size.width):
            x += format.width_of(clean(value)) + 2
            if event.x < x:
                self._set(value)
                break
