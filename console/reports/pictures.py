"""What pictures are drawn from: typed facts, which the other forms say in words and numbers."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Point:
    """One reading; without a value there is a hole in the line."""

    at: datetime
    value: float | None


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened while the line was drawn."""

    at: datetime
    kind: str
    """`incident`, `deploy`, `rollback`, `failed` or `good`."""
    text: str


@dataclass(frozen=True, slots=True)
class Share:
    """The share of traffic that the new version had, from a moment to the next."""

    begin: datetime
    end: datetime
    percent: int
    held: bool = False
    """It stood there because a gate did not pass."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time without readings."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """The readings of one probe."""

    probe: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The error rate, and what was done meanwhile."""

    title: str
    unit: str
    begin: datetime
    end: datetime
    lines: tuple[Line, ...]
    gaps: tuple[Span, ...]
    limit: float | None
    limit_text: str
    marks: tuple[Mark, ...]
    shares: tuple[Share, ...]

    @property
    def worst(self) -> Point | None:
        """The highest reading; the first, where there are several."""
        known = [point for line in self.lines for point in line.points if point.value is not None]
        return max(known, key=lambda point: point.value or 0.0, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One clock against its limit."""

    key: str
    title: str
    limit: str
    """In words: `30m`, `1h to 4h`, `next release`."""
    started: datetime
    stopped: datetime | None
    due: datetime | None
    """None: no date is set, or it starts anew each time."""
    ran: timedelta
    """How long it ran, or has run; of a cadence, the longest silence."""
    most: timedelta | None
    """None: the limit is a point that the calendar has none of."""
    least: timedelta | None
    """The lower mark of a range."""
    state: str
    """`met`, `missed`, `running`, `overdue`, `waived`."""
    result: str
    """The same in words, with by how much."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Every clock of the incident."""

    bars: tuple[Bar, ...]
