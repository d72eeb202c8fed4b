"""Rates from counters: what they grew by over a window."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

Series = Mapping[str, float]
"""Values of counters, each by what tells it from the others."""


@dataclass(frozen=True, slots=True)
class Scrape:
    """The counters of both sides of a ratio at one moment."""

    at: datetime
    numerator: Series
    denominator: Series


@dataclass(frozen=True, slots=True)
class Growth:
    """What counters grew by over a span."""

    span: timedelta
    numerator: float
    denominator: float


class Window:
    """The scrapes of one probe, as far back as its window reaches."""

    def __init__(self, length: timedelta, every: timedelta) -> None:
        """Remember nothing yet.

        Args:
            length: the span a rate is computed over.
            every: the interval of scrapes, which may be longer than the window.
        """
        self._length = length
        self._oldest = max(length * 2, every * 3)
        self._scrapes: deque[Scrape] = deque()

    def add(self, scrape: Scrape) -> Growth | None:
        """Take one more scrape; the growth over the window, or nothing if this is the first in it.

        The window begins at the newest scrape that is at least its length old, so that the span is covered; what is
        much older is forgotten, because a rate over it says nothing about now.
        """
        while self._scrapes and self._scrapes[-1].at >= scrape.at:
            self._scrapes.pop()  # the clock was set back
        self._scrapes.append(scrape)
        while len(self._scrapes) > 2 and self._scrapes[1].at <= scrape.at - self._length:
            self._scrapes.popleft()
        while scrape.at - self._scrapes[0].at > self._oldest:
            self._scrapes.popleft()
        if len(self._scrapes) < 2:
            return None
        pairs = list(zip(self._scrapes, list(self._scrapes)[1:], strict=False))
        return Growth(
            span=scrape.at - self._scrapes[0].at,
            numerator=sum(_grown(old.numerator, new.numerator) for old, new in pairs),
            denominator=sum(_grown(old.denominator, new.denominator) for old, new in pairs),
        )


def _grown(old: Series, new: Series) -> float:
    """The growth between two scrapes. A counter that is smaller than before, or new, started at zero in between."""
    return sum(value - old[key] if value >= old.get(key, 0.0) and key in old else value for key, value in new.items())
