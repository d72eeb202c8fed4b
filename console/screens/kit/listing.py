"""A screen of things to read down: a sign and a word, a title, a figure at the right, and lines that explain it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from warroom.console.domain.model import Incident
from warroom.console.domain.view import View
from warroom.console.screens.acting.pressing import Acting
from warroom.console.screens.kit.dialog import Heading
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.seat import Seat
from warroom.widgets import format
from warroom.widgets.browse import Browse
from warroom.widgets.lines import Row, Span, data, row

_LEAST_TITLE = 16


class Item(NamedTuple):
    """One thing on the list; with `group` alone, a heading."""

    key: str
    title: str = ""
    word: str = ""
    """How it stands, in a word."""
    sign: str = "dot"
    """The name of its glyph."""
    tone: str = ""
    aside: str = ""
    """A figure at the right."""
    lines: tuple[str, ...] = ()
    """What explains it. Foreign text is allowed, here and above."""
    group: str = ""


class Listing(Browse):
    """Items under their headings. Takes `items`, `empty`; posts `Opened`."""

    DEFAULT_CSS = "Listing { height: 1fr; }"

    items: data[tuple[Item, ...]] = data(())
    """In the order to show them."""
    empty: data[str] = data("")
    """What to say when there is none."""

    @dataclass
    class Opened(Message):
        """One was chosen."""

        key: str

    def chosen(self, key: str) -> None:
        self.post_message(self.Opened(key))

    def build(self, width: int, height: int) -> list[Row]:
        if not self.items:
            return [row(), *(row(Span(f"  {line}", "dim")) for line in format.wrap(self.empty, max(width - 4, 8)))]
        word = min(max(format.width_of(item.word) for item in self.items), max(width // 4, 6))
        rows: list[Row] = []
        for item in self.items:
            if item.group:
                rows += [*([row()] if rows else []), row(Span(f" {item.group}", "strong accent"))]
            else:
                rows += self._item(item, word, width)
        return rows

    def _item(self, item: Item, word: int, width: int) -> list[Row]:
        pointer = Span(f"{self.signs.pointer} " if item.key == self.cursor else "  ", "accent")
        state = f"{getattr(self.signs, item.sign)} {self.fit(item.word, word)}  " if word else ""
        indent = 2 + format.width_of(state)
        aside = f" {item.aside} " if item.aside else ""
        room = width - indent - format.width_of(aside)
        if room < _LEAST_TITLE:
            aside, room = "", width - indent
        first, *others = format.wrap(item.title, max(room, 8))
        gap = Span(" " * max(room - format.width_of(first), 0))
        rows = [row(pointer, Span(state, item.tone), Span(first), gap, Span(aside, item.tone), key=item.key)]
        rows += [row(Span(" " * indent), Span(other), key=item.key) for other in others]
        rows += [
            row(Span(f"{'':{indent}}{line}", "dim"), key=item.key)
            for text in item.lines
            for line in format.wrap(text, max(width - indent - 1, 8))
        ]
        return rows


class ListScreen(Acting[None]):
    """A list over the room, about one incident. Subclasses give `items` and `heading`, and say what Enter does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,backspace", "leave", "Back", id="listing.leave", tooltip="Back to the room"),
    ]
    EMPTY = "Nothing."

    def __init__(self, seat: Seat, view: View, now: datetime, incident: str) -> None:
        super().__init__(seat, view, now)
        self.incident = incident

    def compose(self) -> ComposeResult:
        yield Heading()
        yield Listing()
        yield from self.compose_foot()

    def on_mount(self) -> None:
        listing = self.query_one(Listing)
        listing.empty = self.EMPTY
        listing.focus()

    @property
    def drill(self) -> bool:
        subject = self.incident_of(self.incident)
        return self.view.drill or (subject is not None and subject.drill)

    @property
    def foot_drill(self) -> bool:
        """The heading says it."""
        return False

    def heading(self, incident: Incident) -> tuple[str, str, bool]:
        """The title, a word at the right, and whether that is a warning."""
        raise NotImplementedError

    def items(self, incident: Incident) -> Sequence[Item]:
        """What to list."""
        raise NotImplementedError

    def choose(self, incident: Incident, key: str) -> None:
        """Enter on one."""

    def follow(self) -> None:
        subject = self.incident_of(self.incident)
        if subject is None:
            return
        head = self.query_one(Heading)
        head.title, head.aside, head.loud = self.heading(subject)
        head.drill = self.drill
        self.query_one(Listing).items = tuple(self.items(subject))

    def hints(self) -> tuple[Hint, ...]:
        return (Hint("j k", "move"), Hint("esc", "back"), Hint("?", "help"))

    def action_leave(self) -> None:
        self.dismiss()

    @on(Listing.Opened)
    def opened(self, event: Listing.Opened) -> None:
        """Do what Enter does here, for the incident as it stands now."""
        if (subject := self.incident_of(self.incident)) is not None:
            self.choose(subject, event.key)
