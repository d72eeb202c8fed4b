"""What was read lately, for charts and tables."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal, get_args

from warroom.console.domain.watch.verdict import Sample

KEPT = timedelta(hours=1)
"""What is held in memory of each probe."""
MOST_SAMPLES = 3600
"""One a second for an hour; never more, however often a probe is poked."""

Of = Literal["value", "latency", "certificate"]
"""What a chart draws: the number of a metric, how long an answer took, or the days until a certificate ends."""
_UNITS = {"latency": "ms", "certificate": "days"}
OFS: tuple[Of, ...] = get_args(Of)


def figure(sample: Sample, of: Of) -> float | None:
    """What of a sample is drawn."""
    match of:
        case "value":
            return sample.value
        case "latency":
            return sample.latency_ms
        case "certificate":
            return None if sample.certificate_left is None else sample.certificate_left / timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Series:
    """A line of a chart. A point without a value is a gap: it was asked and there was no data."""

    probe: str
    unit: str
    points: tuple[tuple[datetime, float | None], ...] = ()

    @property
    def latest(self) -> float | None:
        """The newest value; none: there is no point, or no data in the newest."""
        return self.points[-1][1] if self.points else None


class History:
    """The last hour of every probe."""

    def __init__(self, kept: timedelta = KEPT, most: int = MOST_SAMPLES) -> None:
        self._kept = kept
        self._most = most
        self._samples: dict[str, deque[Sample]] = {}
        self._lines: dict[tuple[str, Of], Series] = {}

    def add(self, sample: Sample) -> None:
        """Take a sample, and let go of what is too old. Figures are kept, not what stood behind them."""
        if sample.raw or sample.head or sample.details or sample.alerts:
            sample = replace(sample, raw="", head=(), details=(), alerts=())
        for of in OFS:
            self._lines.pop((sample.probe, of), None)
        samples = self._samples.get(sample.probe)
        if samples is None:
            samples = self._samples[sample.probe] = deque(maxlen=self._most)
        samples.append(sample)
        while samples[0].at < sample.at - self._kept:
            samples.popleft()

    def fill(self, probe: str, past: Iterable[Sample]) -> None:
        """Take samples of the past, where none is known of that moment."""
        known = self._samples.get(probe, deque())
        moments = {sample.at for sample in known}
        new = [sample for sample in past if sample.at not in moments]
        self._samples.pop(probe, None)
        for sample in sorted([*known, *new], key=lambda sample: sample.at):
            self.add(sample)

    def holes(self, probe: str, now: datetime, least: timedelta) -> tuple[tuple[datetime, datetime], ...]:
        """Spans of the time that is held, `least` long or longer, in which nobody read."""
        moments = [now - self._kept, *(sample.at for sample in self.samples(probe)), now]
        return tuple((before, after) for before, after in pairwise(moments) if after - before >= least)

    def samples(self, probe: str) -> tuple[Sample, ...]:
        """The samples of a probe, oldest first."""
        return tuple(self._samples.get(probe, ()))

    def series(self, probe: str, of: Of = "value", since: datetime | None = None) -> Series:
        """The samples of a probe as a line."""
        if since is None and (line := self._lines.get((probe, of))) is not None:
            return line
        samples = [sample for sample in self.samples(probe) if since is None or sample.at >= since]
        points = tuple((sample.at, figure(sample, of)) for sample in samples)
        unit = _UNITS.get(of) or (samples[-1].unit if samples else "")
        line = Series(probe, unit, points)
        if since is None:
            self._lines[probe, of] = line
        return line
