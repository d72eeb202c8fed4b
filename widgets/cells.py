"""Two versions of a row held against each other, cell by cell."""

from collections.abc import Sequence

from rich.cells import get_character_cell_size
from textual.geometry import Region

GAP = 6
"""Unchanged cells between two changes that cost less to write again than a cursor move with its colours."""

Spans = Sequence[tuple[str, str]]
"""Pieces of a row: text and tone."""


def changes(before: Spans, after: Spans, y: int, width: int) -> list[Region]:
    """Where two rows differ; the whole row where wide characters make columns and characters two things."""
    old, new = _cells(before, width), _cells(after, width)
    if old is None or new is None:
        return [Region(0, y, width, 1)]
    regions: list[Region] = []
    start = end = -1
    for x in range(width):
        if old[x] == new[x]:
            continue
        if start >= 0 and x - end > GAP:
            regions.append(Region(start, y, end - start, 1))
            start = x
        start, end = (x if start < 0 else start), x + 1
    if start >= 0:
        regions.append(Region(start, y, end - start, 1))
    return regions


def _cells(spans: Spans, width: int) -> list[tuple[str, str]] | None:
    cells: list[tuple[str, str]] = []
    for text, tone in spans:
        if not text.isascii() and any(get_character_cell_size(char) != 1 for char in text):
            return None
        cells.extend((char, tone) for char in text)
    cells = cells[:width]
    return cells + [(" ", "")] * (width - len(cells))
