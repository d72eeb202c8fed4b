"""What is usual for each probe, kept up to date."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from warroom.config.settings import Probe
from warroom.console.domain.watch.usual import (
    BEFORE_DEPLOY,
    BEFORE_IMPACT,
    LEAST,
    SETTLED,
    Usual,
    Yardstick,
    held_against,
    span_of,
    usual_of,
)
from warroom.console.domain.watch.verdict import Sample
from warroom.console.monitor.keeping import Keeping
from warroom.console.monitor.readers import Readers
from warroom.console.monitor.samples import History

_NOTHING = Yardstick()
_ANEW = timedelta(minutes=1)
"""While nothing burns, what is usual follows the readings, so often."""


class Yardsticks:
    """Measures what is usual: before impact while an incident is open, else over the last hour."""

    def __init__(
        self, probes: Sequence[Probe], history: History, keeping: Keeping, clock: Callable[[], datetime]
    ) -> None:
        self._probes = tuple(probe.name for probe in probes)
        self._history = history
        self._keeping = keeping
        self._clock = clock
        self._impact: datetime | None = None
        self._deployed: datetime | None = None
        self._measured_at: datetime | None = None
        self._fixed = False
        """Everything was measured by the moments that hold, and lies in the past."""
        self._sticks: dict[str, Yardstick] = {}

    def __getitem__(self, probe: str) -> Yardstick:
        """What a probe's readings are held against, as far as it is known."""
        return self._sticks.get(probe, _NOTHING)

    def since(self, impact: datetime | None, deployed: datetime | None) -> None:
        """What is usual is what was before these moments."""
        if (impact, deployed) != (self._impact, self._deployed):
            self._impact, self._deployed = impact, deployed
            self._measured_at, self._fixed = None, False

    async def measure(self) -> None:
        """Measure anew what may have changed, if it is time."""
        now = self._clock()
        if self._measured_at is not None and now - self._measured_at < _ANEW:
            return
        self._measured_at = now
        for name in self._probes:
            # What lies before a moment stays as it was, once there is enough of it.
            known = self._sticks.get(name)
            if self._fixed and known and known.usual.count >= LEAST:
                continue
            stick = Yardstick(usual=await self._usual(name, now), deployed=await self._before(name))
            if stick != known:
                self._sticks[name] = stick
            # Readings go on meanwhile.
            await asyncio.sleep(0)
        self._fixed = self._impact is not None

    async def _usual(self, name: str, now: datetime) -> Usual:
        if self._impact is None:
            return usual_of(span_of(self._history.samples(name), now - BEFORE_IMPACT, now - SETTLED))
        return await self._over(name, self._impact - BEFORE_IMPACT, self._impact)

    async def _before(self, name: str) -> Usual | None:
        if self._deployed is None:
            return None
        return await self._over(name, self._deployed - BEFORE_DEPLOY, self._deployed)

    async def _over(self, name: str, since: datetime, until: datetime) -> Usual:
        """By what is at hand where that reaches back far enough, else by the store."""
        held = self._history.samples(name)
        here: Sequence[Sample] = span_of(held, since, until)
        if held and held[0].at <= since:
            return usual_of(here)
        kept = await self._keeping.between(name, since, until)
        return usual_of(kept if len(kept) >= len(here) else here)


class Compared:
    """Reads probes, and holds what they read against what is usual where that is asked for."""

    def __init__(self, readers: Readers, sticks: Yardsticks) -> None:
        self._readers = readers
        self._sticks = sticks

    async def read(self, probe: Probe) -> Sample:
        """One reading. Never raises."""
        sample = await self._readers.read(probe)
        if probe.worse_than_baseline is None:
            return sample
        return held_against(sample, self._sticks[probe.name].usual, probe.worse_than_baseline)
