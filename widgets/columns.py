"""Which columns fit: one takes what is left, the least important go first."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Column(NamedTuple):
    """A column of a table."""

    name: str
    title: str
    width: int
    """Cells, without the space after it; 0 for the one that takes what is left."""
    order: int
    """0 always stays; of the others the highest goes first."""


def lay(columns: Sequence[Column], width: int, *, flexible: str, least: int) -> Mapping[str, int]:
    """The columns that fit into `width` and how wide each is; `flexible` gets at least `least` while others can go."""
    kept = list(columns)
    while True:
        rest = width - sum(column.width + 1 for column in kept)
        going = max((column for column in kept if column.order), key=lambda column: column.order, default=None)
        if rest >= least or going is None:
            return {column.name: max(rest, 1) if column.name == flexible else column.width for column in kept}
        kept.remove(going)
