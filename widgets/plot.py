"""Readings over time as columns of blocks: the arithmetic of the chart, without a widget."""

import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

Points = Sequence[tuple[datetime, float | None]]

STEPS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
TIME_STEPS = tuple(timedelta(seconds=s) for s in (10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200))


def finite(value: float | None) -> float | None:
    """The value, where it is a number that can be drawn."""
    return value if value is not None and math.isfinite(value) and abs(value) < 1e300 else None


TINY = 1e-290
"""Below this, a step of the axis is no longer a normal number."""


class Scale(NamedTuple):
    """The y axis: from 0 (or below) to `high`, a label every `step`."""

    low: float
    high: float
    step: float


def scale(values: Sequence[float | None], limit: float | None, rows: int) -> Scale:
    """A round axis that shows every value and the limit."""
    shown = [number for value in values if (number := finite(value)) is not None]
    if (top := finite(limit)) is not None:
        shown.append(top * 1.15)
    low, high = min([0.0, *shown]), max([0.0, *shown])
    if high <= low:
        return Scale(0.0, 1.0, 1.0)
    wanted = (high - low) / max(min(rows // 3, 5), 1)
    if wanted < TINY or high > 1 / TINY:
        # Numbers at the edge of what a float can hold have no round steps.
        return Scale(low, high, high - low)
    power = 10.0 ** math.floor(math.log10(wanted))
    step = next(factor * power for factor in STEPS if factor * power >= wanted * 0.999)
    return Scale(math.floor(low / step) * step, math.ceil(high / step - 1e-9) * step, step)


class Window(NamedTuple):
    """The x axis: so many columns, each of the same span of time."""

    start: datetime
    column: timedelta
    columns: int

    def column_of(self, at: datetime) -> int | None:
        """The column of a moment; None where it is not on the axis."""
        x = (at - self.start) // self.column
        return x if 0 <= x < self.columns else None


Worse = Callable[[float, float], float]
"""The worse one of two readings."""


def buckets(points: Points, window: Window, worse: Worse = max) -> list[float | None]:
    """The worst reading of each column. None: no data there, also where a reading was no number.

    A column between two readings that follow each other closely shows the earlier one.
    """
    width = window.columns
    columns: list[float | None] = [None] * width
    hole = _hole(points)
    before: tuple[int, datetime, float] | None = None
    for at, read in points:
        x = (at - window.start) // window.column
        value = finite(read)
        if value is None:
            before = None
            continue
        if before is not None and at - before[1] <= hole:
            for between in range(max(before[0] + 1, 0), min(x, width)):
                columns[between] = before[2]
        if 0 <= x < width:
            old = columns[x] if before is not None and before[0] == x else None
            columns[x] = value if old is None else worse(old, value)
        before = (x, at, value)
    return columns


def _hole(points: Points) -> timedelta:
    """The distance between two readings from which on there is a hole between them."""
    times = [at for at, _ in points]
    steps = sorted(after - before for before, after in pairwise(times))
    return steps[len(steps) // 2] * 3 if steps else timedelta(0)


def blocks(value: float, axis: Scale, rows: int, levels: int) -> list[int]:
    """How full each cell of a column is, from the top, in `levels` steps; a value of nothing still shows a trace."""
    share = (value - axis.low) / (axis.high - axis.low)
    height = max(round(min(max(share, 0.0), 1.0) * rows * levels), 1)
    return [max(min(height - row * levels, levels), 0) for row in reversed(range(rows))]


def row_of(value: float, axis: Scale, rows: int) -> int:
    """The row, from the top, in which a value lies."""
    share = (value - axis.low) / (axis.high - axis.low)
    return min(max(rows - 1 - int(share * rows), 0), rows - 1)


def time_ticks(start: datetime, end: datetime, most: int) -> list[datetime]:
    """Round moments between two, at most `most` of them."""
    span = end - start
    step = next((step for step in TIME_STEPS if span / step <= max(most, 1)), TIME_STEPS[-1])
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight + step * math.ceil((start - midnight) / step)
    return [first + step * n for n in range(int((end - first) / step) + 1)] if first <= end else []
