"""Picking one of a few."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from warroom.console.domain.text import clean
from warroom.console.domain.view import View
from warroom.console.screens.kit.dialog import Dialog
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.seat import Seat
from warroom.console.screens.kit.words_box import WordsBox
from warroom.widgets import format
from warroom.widgets.browse import Browse
from warroom.widgets.lines import Row, Span, data, row


class Option(NamedTuple):
    """Something to pick."""

    key: str
    title: str
    detail: str = ""
    tone: str = ""
    blocked: str = ""
    """Why it can't be picked; empty: it can."""


class OptionList(Browse):
    """Options with a line or more each. Takes `options`; posts `Picked`. `cursor` is the key one stands on."""

    DEFAULT_CSS = "OptionList { height: auto; max-height: 16; border: none; &:focus { border: none; } }"

    options: data[tuple[Option, ...]] = data(())
    """In the order to show them."""

    @dataclass
    class Picked(Message):
        """Enter or a click on one."""

        key: str

    @dataclass
    class Moved(Message):
        """The cursor stands on another one."""

        key: str

    def chosen(self, key: str) -> None:
        self.post_message(self.Picked(key))

    def watch_cursor(self, key: str) -> None:
        if self.is_mounted:
            self.post_message(self.Moved(key))

    def build(self, width: int, height: int) -> list[Row]:
        rows: list[Row] = []
        wide = min(max((format.width_of(clean(option.title)) for option in self.options), default=0), width // 2)
        for option in self.options:
            pointer = Span(f"{self.signs.pointer} " if option.key == self.cursor else "  ", "accent")
            tone = "faint" if option.blocked else option.tone
            detail = f"not now: {option.blocked}" if option.blocked else option.detail
            if not detail:
                title = format.cut(option.title, width - 2, self.signs.ellipsis)
                rows.append(row(pointer, Span(title, tone), key=option.key))
                continue
            title = format.fit(option.title, wide, self.signs.ellipsis)
            first, *others = format.wrap(detail, max(width - wide - 5, 8))
            rows.append(row(pointer, Span(title, tone), Span(f"  {first}", "dim"), key=option.key))
            rows += [row(Span(" " * (wide + 4)), Span(line, "dim"), key=option.key) for line in others]
        return rows or [row(Span("  nothing to choose", "dim"))]


class Choose(Dialog[str]):
    """Asks for one of a few; gives its key, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,backspace", "leave", "Back", id="choose.back", tooltip="Close without a choice", show=False),
        Binding("pagedown", "scroll(1)", "More", id="choose.more", tooltip="Read on", show=False, priority=True),
        Binding("pageup", "scroll(-1)", "Back up", id="choose.less", tooltip="Read back", show=False, priority=True),
    ]

    def __init__(
        self,
        seat: Seat,
        view: View,
        now: datetime,
        *,
        heading: str,
        options: Sequence[Option],
        incident: str = "",
        current: str = "",
        words: str = "",
    ) -> None:
        super().__init__(seat, view, now)
        self.heading, self.incident = heading, incident
        self._options, self._current, self._words = tuple(options), current, words

    def compose_body(self) -> ComposeResult:
        if self._words:
            yield WordsBox(self._words)
        yield OptionList()

    def on_mount(self) -> None:
        options = self.query_one(OptionList)
        options.options = self._options
        options.cursor = self._current or (self._options[0].key if self._options else "")
        options.focus()

    def hints(self) -> tuple[Hint, ...]:
        more = (Hint("pgdn", "read on"),) if any(box.more for box in self.query(WordsBox)) else ()
        return (Hint("enter", "choose"), *more, Hint("j k", "move"), Hint("esc", "back"))

    def action_scroll(self, by: int) -> None:
        for box in self.query(WordsBox):
            box.turn(by)

    @on(WordsBox.Laid)
    def laid(self) -> None:
        """Only now it is known whether all the words are in sight."""
        self._follow()

    @on(OptionList.Picked)
    def pick(self, event: OptionList.Picked) -> None:
        """Give the choice, or say why it can't be chosen."""
        blocked = next((option.blocked for option in self._options if option.key == event.key), "")
        if blocked:
            self.refuse(blocked)
        else:
            self.dismiss(event.key)
