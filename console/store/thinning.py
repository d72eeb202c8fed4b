"""Making few samples of many: what is old is kept by the minute, then by ten minutes.

A row stands for readings in a row that said the same, within one span of the clock. So verdicts, and when they turned,
can be told from thinned samples as from all of them; of the figures the mean, the lowest and the highest are kept.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

from warroom.console.store.sample import Sample

MINUTE, TEN_MINUTES = timedelta(minutes=1), timedelta(minutes=10)
MOST_TURNS = 12
"""A span in which a probe turned more often is one row, which says the worst."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WORST = ("failing", "unknown", "ok")


def begin_of(at: datetime, width: timedelta) -> datetime:
    """When the span that holds a moment begins."""
    return at - (at - _EPOCH) % width


def thinned(samples: Sequence[Sample], width: timedelta) -> Iterator[Sample]:
    """The samples of one probe, oldest first, as fewer."""
    for _, within in groupby(samples, lambda sample: begin_of(sample.at, width)):
        runs = [tuple(run) for _, run in groupby(within, lambda sample: sample.status)]
        if len(runs) > MOST_TURNS:
            runs = [tuple(sample for run in runs for sample in run)]
        yield from map(_joined, runs)


def _joined(run: Sequence[Sample]) -> Sample:
    first, last = run[0], run[-1]
    status = min((sample.status for sample in run), key=_rank)
    return replace(
        first,
        status=status,
        readings=sum(sample.readings for sample in run),
        until=last.until or last.at,
        value=_mean(run, lambda sample: sample.value),
        low=min(_known(sample.low if sample.low is not None else sample.value for sample in run), default=None),
        high=max(_known(sample.high if sample.high is not None else sample.value for sample in run), default=None),
        latency_ms=_mean(run, lambda sample: sample.latency_ms),
        slowest=max(_known(_slowest(sample) for sample in run), default=None),
        reason=next((sample.reason for sample in run if sample.status == status and sample.reason), ""),
        warning=next((sample.warning for sample in run if sample.warning), ""),
        unit=next((sample.unit for sample in reversed(run) if sample.unit), ""),
        beside="",
    )


def _rank(status: str) -> int:
    return _WORST.index(status) if status in _WORST else len(_WORST)


def _slowest(sample: Sample) -> float | None:
    return sample.latency_ms if sample.slowest is None else sample.slowest


def _mean(run: Sequence[Sample], figure: Callable[[Sample], float | None]) -> float | None:
    known = [(value, sample.readings) for sample in run if (value := figure(sample)) is not None]
    if not known:
        return None
    count = sum(readings for _, readings in known)
    mean = sum(value * readings for value, readings in known) / count
    if not math.isfinite(mean):
        # The sum of large numbers may be too large for a float; their shares are not.
        mean = sum(value * (readings / count) for value, readings in known)
    return None if math.isnan(mean) else mean


def _known(figures: Iterable[float | None]) -> Iterator[float]:
    return (figure for figure in figures if figure is not None)
