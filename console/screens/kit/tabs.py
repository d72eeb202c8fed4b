"""Which panel is shown where only one fits, and what the others would say."""

from dataclasses import dataclass
from typing import NamedTuple

from textual import events
from textual.message import Message

from warroom.widgets import format
from warroom.widgets.lines import Lines, Row, Span, data, row


class Tab(NamedTuple):
    """A panel by name: its key, its title, and its gist in a few characters."""

    name: str
    key: str
    title: str
    gist: str = ""
    tone: str = ""


class TabLine(Lines):
    """One line of tabs. Takes `tabs`, `current`; posts `Picked`."""

    DEFAULT_CSS = "TabLine { height: 1; background: $panel; display: none; }"

    tabs: data[tuple[Tab, ...]] = data(())
    """In their order."""
    current: data[str] = data("")
    """The name of the one that is shown."""

    @dataclass
    class Picked(Message):
        """A tab was clicked."""

        name: str

    def build(self, width: int, height: int) -> list[Row]:
        spans: list[Span] = []
        for tab, piece in zip(self.tabs, self._pieces(width), strict=True):
            spans += piece
            spans.append(Span(" ", "cursor" if tab.name == self.current else ""))
        return [row(*spans)]

    def _pieces(self, width: int) -> list[list[Span]]:
        for long in (12, 6, 0):
            pieces = [self._piece(tab, long) for tab in self.tabs]
            if sum(format.width_of(span.text) for piece in pieces for span in piece) + len(pieces) <= width:
                break
        return pieces

    def _piece(self, tab: Tab, long: int) -> list[Span]:
        here = tab.name == self.current
        fill = "cursor strong " if here else ""
        title = tab.title if here and long else format.cut(tab.title, long, "") if long else ""
        piece = [Span(f" {tab.key}", f"{fill}accent"), Span(f" {title}" if title else "", fill or "dim")]
        return [*piece, Span(f" {tab.gist}" if tab.gist else "", f"{fill}{tab.tone or 'dim'}")]

    def on_click(self, event: events.Click) -> None:
        x = 0
        for tab, piece in zip(self.tabs, self._pieces(self.size.width), strict=True):
            x += sum(format.width_of(span.text) for span in piece) + 1
            if event.x < x:
                self.post_message(self.Picked(tab.name))
                break
