"""Rows to walk through: a cursor that stays on its item when rows move, and a window that follows the cursor."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from warroom.widgets.format import width_of
from warroom.widgets.lines import Panel, Row, Span, data


class Browse(Panel, can_focus=True):
    """A panel whose rows have keys. The cursor is a key, so it moves with its item; the wheel scrolls.

    `build` gets one cell less than there is: the last column shows how far one has scrolled.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "step(1)", "Down", id="list.down", tooltip="Next row", show=False),
        Binding("k,up", "step(-1)", "Up", id="list.up", tooltip="Row above", show=False),
        Binding("g,home", "edge(0)", "Top", id="list.top", tooltip="First row", show=False),
        Binding("G,end", "edge(-1)", "Bottom", id="list.bottom", tooltip="Last row", show=False),
        Binding("ctrl+d,pagedown", "page(1)", "Page down", id="list.page-down", tooltip="A page on", show=False),
        Binding("ctrl+u,pageup", "page(-1)", "Page up", id="list.page-up", tooltip="A page back", show=False),
        Binding("enter", "choose", "Open", id="list.open", tooltip="Open this row", show=False),
    ]

    cursor: data[str] = data("")
    """The key of the row the cursor is on; empty: none."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._keys: list[str] = []
        self._index = 0
        self._top = 0
        self._wheeled = False

    def chosen(self, key: str) -> None:
        """Enter or a click on the row under the cursor: the subclass says what that means."""

    def head(self, width: int) -> Sequence[Row]:
        """Rows that do not scroll, above the others."""
        return ()

    def window(self, width: int, height: int) -> Sequence[Row]:
        head = list(self.head(width - 1))[:height]
        room = height - len(head)
        rows = self.build(width - 1, room)
        self._keys = list(dict.fromkeys(row.key for row in rows if row.key))
        before = self.cursor
        self._keep_cursor()
        if self.cursor != before:
            # Rows may point at the cursor.
            rows = self.build(width - 1, room)
        self._keep_top(rows, room)
        seen = [self._painted(row, width - 1) for row in rows[self._top : self._top + room]]
        return [*head, *self._scrollbar(seen, len(rows), room, width)]

    def _keep_cursor(self) -> None:
        if self.cursor in self._keys:
            self._index = self._keys.index(self.cursor)
        elif self._keys:
            self._index = min(self._index, len(self._keys) - 1)
            self.set_reactive(Browse.cursor, self._keys[self._index])

    def _keep_top(self, rows: Sequence[Row], room: int) -> None:
        if not self._wheeled:
            mine = [y for y, row in enumerate(rows) if row.key and row.key == self.cursor]
            if mine:
                first = 0 if self._index == 0 else mine[0]
                self._top = max(min(self._top, first), min(mine[-1], mine[0] + room - 1) - room + 1)
        self._top = max(min(self._top, len(rows) - room), 0)

    def _painted(self, row: Row, width: int) -> Row:
        if not row.key or row.key != self.cursor or not self.has_focus:
            return row
        spans = [Span(text, f"cursor {names}") for text, names in row.spans]
        room = width - sum(width_of(span.text) for span in spans)
        return Row((*spans, Span(" " * max(room, 0), "cursor")), row.key)

    def _scrollbar(self, seen: list[Row], total: int, room: int, width: int) -> list[Row]:
        if total <= room or room <= 0:
            return seen
        size = max(room * room // total, 1)
        start = round(self._top * (room - size) / (total - room))
        return [
            _with_thumb(line, width, self.signs.thumb if start <= y < start + size else " ")
            for y, line in enumerate(seen)
        ]

    def watch_has_focus(self, _focused: bool) -> None:
        self.touch()

    def action_step(self, by: int) -> None:
        self._go(self._index + by)

    def action_edge(self, index: int) -> None:
        self._go(index if index >= 0 else len(self._keys) - 1)

    def action_page(self, by: int) -> None:
        self._go(self._index + by * max(self.size.height - 2, 1))

    def action_choose(self) -> None:
        if self.cursor:
            self.chosen(self.cursor)

    def _go(self, index: int) -> None:
        if self._keys:
            self._wheeled = False
            self._index = max(0, min(index, len(self._keys) - 1))
            self.cursor = self._keys[self._index]
            self.redraw()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(3)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(-3)
        event.stop()

    def _wheel(self, by: int) -> None:
        self._wheeled = True
        self._top = max(self._top + by, 0)
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        rows = self._rows
        if offset is None or offset.y >= len(rows):
            return
        key = rows[offset.y].key
        if key:
            again = key == self.cursor
            self._wheeled = False
            self.cursor = key
            self.redraw()
            if again or event.chain > 1:
                self.chosen(key)


def _with_thumb(line: Row, width: int, thumb: str) -> Row:
    room = width - 1 - sum(width_of(span.text) for span in line.spans)
    if room < 0:
        return line
    return Row((*line.spans, Span(" " * room), Span(thumb, "faint")), line.key)
