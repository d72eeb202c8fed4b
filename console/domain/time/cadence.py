"""How a clock that every update starts anew was kept, over all its rounds."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from warroom.console.domain.model import Sent
from warroom.console.domain.time.moments import audience_told


def silences(messages: Iterable[Sent], restarts: str, begin: datetime, end: datetime) -> tuple[timedelta, ...]:
    """How long nobody of an audience was told anything, one after the other, from the first moment to the last.

    Args:
        restarts: the moment that starts the clock anew, `audience:WHO`.
        begin: when the clock began; aware.
        end: when it was stopped, or now.
    """
    told = [one.at for one in messages if audience_told(one.audience) == restarts]
    marks = [begin, *(at for at in told if begin <= at <= end), max(begin, end)]
    return tuple(later - earlier for earlier, later in pairwise(marks))
