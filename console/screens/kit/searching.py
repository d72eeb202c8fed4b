"""The line one types a filter into."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input


class FilterLine(Input):
    """A one-line field that filters while one types. Enter keeps the filter, Escape takes it away. Posts `Typed`."""

    DEFAULT_CSS = """
    FilterLine { dock: bottom; height: 1; border: none; padding: 0 1; background: $panel; display: none; }
    FilterLine:focus { border: none; }
    FilterLine.-open { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "drop", "Clear", id="filter.clear", tooltip="Take the filter away"),
        Binding("enter,down", "keep", "Keep", id="filter.keep", tooltip="Keep the filter"),
    ]

    class Typed(Message):
        """The filter changed, or typing is over."""

        def __init__(self, words: str, over: bool) -> None:
            super().__init__()
            self.words = words
            self.over = over

    def __init__(self) -> None:
        super().__init__(placeholder="filter: all these words, anywhere in the row", compact=True)

    def open(self) -> None:
        """Show it and type into it."""
        self.add_class("-open")
        self.focus()

    def watch_value(self, value: str) -> None:
        self.post_message(self.Typed(value, False))

    def action_drop(self) -> None:
        self.value = ""
        self.action_keep()

    def action_keep(self) -> None:
        self.remove_class("-open")
        self.post_message(self.Typed(self.value, True))
