"""The action bar: buttons with keys, to press, click or walk through."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from warroom.console.domain.text import clean
from warroom.console.domain.view import Button
from warroom.widgets import format
from warroom.widgets.lines import Lines, Row, Span, data, row

TITLES = (24, 16, 12, 9, 6, 0)
"""Widths titles are cut to until the buttons fit, the widest first."""
LEGIBLE = 12
"""Before titles are cut shorter than this, buttons without a key step back: cut words all look alike."""


class Place(NamedTuple):
    """Where a button is drawn."""

    action: str
    x: int
    y: int
    width: int


class ActionBar(Lines, can_focus=True):
    """One or two lines of buttons. Takes `buttons`; posts `Pressed`.

    Where not all fit, those without a key are counted instead: the focus brings them back, and the list of commands
    has them too. With the focus, the arrow keys walk through the buttons and Enter or space presses one; a line below
    says what the button would do or why it can't be used now. A click presses. A rollback stands out.
    """

    DEFAULT_CSS = "ActionBar { height: auto; background: $surface; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l,down", "step(1)", "Next", id="actions.next", tooltip="Next button", show=False),
        Binding("left,h,up", "step(-1)", "Back", id="actions.back", tooltip="Button before", show=False),
        Binding("enter,space", "press", "Press", id="actions.press", tooltip="Press this button", show=False),
    ]

    buttons: data[tuple[Button, ...]] = data(())
    """In the order to show them."""
    cursor: data[str] = data("")
    """The action of the button that is walked to."""
    rows_at_most: data[int] = data(2)
    """Lines for the buttons."""

    @dataclass
    class Pressed(Message):
        """A button was pressed that can be used."""

        action: str

    @dataclass
    class Blocked(Message):
        """A button was pressed that can't be used now."""

        action: str
        reason: str

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._places: tuple[Place, ...] = ()

    @property
    def shown(self) -> tuple[Button, ...]:
        """The buttons that the bar draws; the quiet ones are pressed from the list of commands."""
        return tuple(button for button in self.buttons if not button.quiet)

    def press(self, action: str) -> None:
        """Press a button: what a click, Enter or its key does."""
        button = next((button for button in self.buttons if button.action == action), None)
        if button is None:
            return
        if not button.quiet:
            self.cursor = action
        self.post_message(self.Blocked(action, button.blocked) if button.blocked else self.Pressed(action))

    def press_key(self, key: str) -> bool:
        """Press the button that has this key; false: none has."""
        button = next((button for button in self.buttons if button.key and button.key == key), None)
        if button is None:
            return False
        self.press(button.action)
        return True

    def build(self, width: int, height: int) -> list[Row]:
        shown = self.shown
        if not shown:
            self._places = ()
            return [row(Span(" no actions here" if not self.buttons else " actions: see the commands", "dim"))]
        if all(button.action != self.cursor for button in shown):
            self.set_reactive(ActionBar.cursor, shown[0].action)
        drawn, title = self._fitting(width)
        self._places = self._place(drawn, title, width)
        rows = [self._line(drawn, y, title) for y in range(min(self._places[-1].y + 1, self._room()))]
        if missing := len(shown) - len(drawn):
            rows[-1] = Row((*rows[-1].spans, Span(_more(missing), "dim")))
        return [*rows, self._hint(width)] if self.has_focus else rows

    def _room(self) -> int:
        """Lines there are for buttons."""
        return len(self.buttons) if self.has_focus else self.rows_at_most

    def _fitting(self, width: int) -> tuple[tuple[Button, ...], int]:
        """The buttons to draw and the width of their titles."""
        drawn = self.shown
        for title in (each for each in TITLES if each >= LEGIBLE):
            if self._fits(drawn, title, width):
                return drawn, title
        # Those that can't be used now step back first, then the last.
        for _, button in sorted(enumerate(drawn), key=lambda place: (not place[1].blocked, -place[0])):
            if not button.key and "rollback" not in button.action:
                drawn = tuple(each for each in drawn if each is not button)
                if drawn and self._fits(drawn, LEGIBLE, width, _more(len(self.shown) - len(drawn))):
                    return drawn, LEGIBLE
        drawn = drawn or self.shown
        narrow = (each for each in TITLES if each < LEGIBLE)
        return drawn, next((title for title in narrow if self._fits(drawn, title, width)), 0)

    def _fits(self, buttons: tuple[Button, ...], title: int, width: int, tail: str = "") -> bool:
        last = self._place(buttons, title, width)[-1]
        return last.y < self._room() and (last.y < self._room() - 1 or last.x + last.width + len(tail) + 1 <= width)

    def _place(self, buttons: tuple[Button, ...], title: int, width: int) -> tuple[Place, ...]:
        places: list[Place] = []
        x, y = 0, 0
        for button in buttons:
            size = sum(format.width_of(span.text) for span in self._face(button, title))
            if x and x + size > width:
                x, y = 0, y + 1
            places.append(Place(button.action, x, y, size))
            x += size + (1 if title else 0)
        return tuple(places)

    def _line(self, buttons: tuple[Button, ...], y: int, title: int) -> Row:
        spans: list[Span] = []
        for button, place in zip(buttons, self._places, strict=True):
            if place.y == y:
                spans += [*self._face(button, title), Span(" " if title else "")]
        return row(*spans)

    def _face(self, button: Button, title: int) -> list[Span]:
        back = button.way_back
        name = button.label or button.title
        text = self.cut(name.upper() if back else name, title)
        key = format.cut(button.key, 6)
        here = self.has_focus and button.action == self.cursor
        marks = ("[", "]") if here else (" ", " ")
        if not key and not text:
            key = format.cut(name, 2)
        if button.blocked:
            tone = "cursor faint" if here else "faint"
            return [Span(marks[0] + " ".join(part for part in (key, text) if part) + marks[1], tone)]
        fill = "bad-fill strong" if back else "cursor" if here else ""
        face = [Span(marks[0], fill), Span(key, fill if back else f"{fill} accent strong")]
        return [*face, Span(f" {text}" if key and text else text, fill), Span(marks[1], fill)]

    def _hint(self, width: int) -> Row:
        button = next(button for button in self.shown if button.action == self.cursor)
        where = f" on {clean(button.environment)}" if button.environment else ""
        if button.blocked:
            text, tone = f" {self.signs.bad} not now: {clean(button.blocked)}", "warn"
        else:
            text, tone = f" {clean(button.title)}{where} ({clean(button.danger)})", "dim"
        return row(Span(self.cut(text, width), tone))

    def watch_has_focus(self, _focused: bool) -> None:
        self.touch()

    def action_step(self, by: int) -> None:
        actions = [button.action for button in self.shown]
        if self.cursor in actions:
            self.cursor = actions[(actions.index(self.cursor) + by) % len(actions)]

    def action_press(self) -> None:
        self.press(self.cursor)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        for place in self._places:
            if place.y == offset.y and place.x <= offset.x < place.x + place.width:
                self.press(place.action)


def _more(count: int) -> str:
    """What stands for buttons that found no room."""
    return f" +{count} :" if count else ""
