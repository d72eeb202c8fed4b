"""What goes out to the terminal: the cells that differ from what it shows, and no others.

Textual redraws a changed widget from its left edge, with all style codes before each piece: a clock that moves by a
second costs its whole panel. Over a thin link that is the difference between live and late. Here what the terminal
shows is remembered, an update of Textual's is compared with it cell by cell, and style codes are sent where they
change. What is not understood goes out as Textual has it, and what the terminal shows counts as unknown from there.

This sits on two classes of Textual's that are not public, and on `App._display`, where it is hooked in;
`tests/screens/test_thin_link.py` fails when one of them changes. `WARROOM_STOCK_OUTPUT=1` goes without all this.
"""

import inspect
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypeAlias

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from warroom.console.screens.terminal.pens import PLAIN, RESET, change, pen_of

Cell: TypeAlias = tuple[str, str]
"""A character and its pen. A character wider than a cell, or of several code points, is followed by empty ones."""
Row: TypeAlias = list[Cell | None]
"""What a line shows; none: not known."""

SWITCH = "WARROOM_STOCK_OUTPUT"
_EXPECTED = {
    ChopsUpdate: ("chops", "spans", "chop_ends"),
    LayoutUpdate: ("strips", "region"),
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_BRIDGE = 4
"""Up to so many unchanged cells it is as short to write them again as to step over them."""
_TRUSTED = 0x1F000
"""From here on, terminals disagree about how wide a character is (pictographs newer than they are)."""


def wanted(environ: Mapping[str, str]) -> bool:
    """Whether to thin: not where the switch is set, nor with a Textual that builds its updates in another way."""
    if environ.get(SWITCH, "") not in ("", "0"):
        return False
    return all(tuple(inspect.signature(kind).parameters) == names for kind, names in _EXPECTED.items())


class ThinLink:
    """Remembers what the terminal shows.

    Args:
        on: off, every update goes out as it is.
    """

    def __init__(self, on: bool = True) -> None:
        self._on = on
        self._rows: list[Row] = []

    def thin(self, update: RenderableType | None) -> RenderableType | None:
        """The same update, thinner. The comparison is made when it is written."""
        if not self._on or update is None:
            return update
        if isinstance(update, ChopsUpdate | LayoutUpdate):
            return _Thinned(update, self)
        self.forget()
        return update

    def forget(self) -> None:
        """What the terminal shows is not known: somebody else wrote to it, or it changed its size."""
        for row in self._rows:
            row[:] = [None] * len(row)

    def render(self, update: ChopsUpdate | LayoutUpdate, console: Console) -> str:
        """The sequences that bring the terminal up to date."""
        if isinstance(update, LayoutUpdate):
            self._fit(update)
        colors = console._color_system or ColorSystem.TRUECOLOR
        pieces = [(y, x, _cells_of(strip, colors)) for y, x, strip in _strips_of(update)]
        if not all(cells is not None and self._holds(y, x + len(cells)) for y, x, cells in pieces):
            self.forget()
            return update.render_segments(console)
        writer = _Writer()
        for y, x, cells in pieces:
            writer.write(self._rows[y], y, x, cells or ())
        return writer.end()

    def _fit(self, update: LayoutUpdate) -> None:
        # A whole screen, whose size may be another than before.
        _, _, width, height = update.region
        if len(self._rows) != height or (height and len(self._rows[0]) != width):
            self._rows = [[None] * width for _ in range(height)]

    def _holds(self, y: int, end: int) -> bool:
        return 0 <= y < len(self._rows) and end <= len(self._rows[y])


class _Thinned(CompositorUpdate):
    """An update that is compared with the terminal at the moment it is written."""

    def __init__(self, update: ChopsUpdate | LayoutUpdate, link: ThinLink) -> None:
        self._update = update
        self._link = link

    def render_segments(self, console: Console) -> str:
        """What to write."""
        return self._link.render(self._update, console)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        return self._update.__rich_console__(console, options)


class _Writer:
    """Writes cells where they differ, with as little movement and as few codes as will do."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._pen = PLAIN
        self._at: tuple[int, int] | None = None

    def write(self, row: Row, y: int, x: int, cells: tuple[Cell, ...]) -> None:
        """Bring a stretch of a line up to date, on the terminal and in memory."""
        end = x + len(cells)
        if tuple(row[x:end]) == cells:
            return
        place = 0
        while place < len(cells):
            after = place + 1
            while after < len(cells) and not cells[after][0]:
                after += 1
            if tuple(row[x + place : x + after]) != cells[place:after]:
                self._put(row, y, x + place, cells[place:after])
            place = after

    def _put(self, row: Row, y: int, x: int, cells: tuple[Cell, ...]) -> None:
        char, pen = cells[0]
        self._go(row, y, x)
        self._out.append(change(self._pen, pen))
        self._out.append(char)
        self._pen = pen
        _overwrite(row, x, cells)
        trusted = len(char) == 1 and ord(char) < _TRUSTED
        self._at = (y, x + len(cells)) if trusted else None

    def _go(self, row: Row, y: int, x: int) -> None:
        if self._at is None or self._at[0] != y or x < self._at[1]:
            self._out.append(f"\x1b[{y + 1};{x + 1}H")
            return
        gap = row[self._at[1] : x]
        if len(gap) <= _BRIDGE and all(_is_simple(cell, self._pen) for cell in gap):
            self._out.extend(cell[0] for cell in gap if cell)
        else:
            self._out.append(f"\x1b[{len(gap) if len(gap) > 1 else ''}C")

    def end(self) -> str:
        """All of it, with the pen put down."""
        if self._pen:
            self._out.append(RESET)
        return "".join(self._out)


def _overwrite(row: Row, x: int, cells: tuple[Cell, ...]) -> None:
    # What is left of a wide character when half of it is overwritten is the terminal's affair: not known.
    end = after = x + len(cells)
    before = x
    while before and _continues(row[before]):
        before -= 1
    while after < len(row) and _continues(row[after]):
        after += 1
    row[before:after] = [*[None] * (x - before), *cells, *[None] * (after - end)]


def _is_simple(cell: Cell | None, pen: str) -> bool:
    return cell is not None and cell[1] == pen and len(cell[0]) == 1 and cell[0].isascii()


def _continues(cell: Cell | None) -> bool:
    return cell is not None and not cell[0]


def _strips_of(update: ChopsUpdate | LayoutUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Line, column and strip of everything an update draws."""
    if isinstance(update, LayoutUpdate):
        for y, line in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in line:
                yield y, x, strip
                x += strip.cell_length
        return
    for y, start, stop in update.spans:
        for end, (x, chop) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if chop is not None and x < stop and end > start:
                yield y, x, chop if end <= stop else chop.crop(0, stop - x)


def _cells_of(strip: Strip, colors: ColorSystem) -> tuple[Cell, ...] | None:
    """The cells of a strip; none where there is more to it than characters and pens."""
    cells: list[Cell] = []
    for text, style, _ in strip:
        pen = pen_of(style, colors)
        pieces = None if pen is None else _cells(text, pen)
        if pieces is None:
            return None
        cells.extend(pieces)
    return tuple(cells)


@lru_cache(maxsize=8192)
def _cells(text: str, pen: str) -> tuple[Cell, ...] | None:
    if text.isascii():
        return None if _CONTROL.search(text) else tuple((char, pen) for char in text)
    if _CONTROL.search(text):
        return None
    width = cell_len(text)
    if not width:
        return ()
    widths = [cell_len(char) for char in text]
    if sum(widths) != width or 0 in widths:
        # Characters that join: how they do is between the font and the terminal, so they stay together.
        return ((text, pen), *[("", pen)] * (width - 1))
    return tuple(cell for char, wide in zip(text, widths, strict=True) for cell in ((char, pen), ("", pen))[:wide])
