"""Watching: every probe at its interval, none waiting for another."""

import asyncio
import math
import random
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from warroom.config.settings import Probe
from warroom.console.domain.verdict import Health, Sample, Status, observe
from warroom.console.monitor.place import is_outside
from warroom.console.monitor.readers import Readers
from warroom.console.monitor.reasons import short

SLOT_SECONDS = 0.25
"""Polls start together at multiples of this: a loop that wakes seldom takes half the time per poll."""
JITTER = 0.1
"""An interval is shortened or lengthened by up to this share, so that consoles do not poll in step."""
STARTS_AT_ONCE = 16
"""Readings that begin together. More of them would measure each other instead of their targets …"""
START_SECONDS = 0.05
"""… but one that waits longer than this for its target makes no other wait."""
STEADY_AT_ONCE = 256
SLOW_AT_ONCE = 64
"""Readings under way at once. Targets that hung last time share a lane of their own: they make only each other wait."""
SLOW_SHARE = 0.5
"""A reading that took more than this share of its time limit goes to the slow lane next time."""


class OnSample(Protocol):
    """Told of every sample, with the verdict that includes it."""

    def __call__(self, sample: Sample, health: Health) -> None: ...


class OnChange(Protocol):
    """Told when a verdict changes."""

    def __call__(self, before: Health, after: Health, sample: Sample) -> None: ...


class Watcher:
    """Polls probes on the running event loop until it is cancelled.

    Listeners are called on the loop and must be quick. Nothing here is safe to call from another thread: use
    `loop.call_soon_threadsafe(watcher.poke, names)`.
    """

    def __init__(
        self,
        probes: Sequence[Probe],
        readers: Readers,
        on_sample: OnSample,
        on_change: OnChange,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Start nothing yet.

        Args:
            probes: what is watched; names are unique.
            readers: read them; closed by whoever made them.
            on_sample: told of every sample.
            on_change: told when a verdict changes.
            chance: a number from 0 to below 1, for the jitter.
        """
        self._probes = {probe.name: probe for probe in probes}
        self._readers = readers
        self._on_sample = on_sample
        self._on_change = on_change
        self._chance = chance
        self._health = {name: Health(probe=name) for name in self._probes}
        self._wakes = {name: asyncio.Event() for name in self._probes}
        self._network = _Network(probes)
        self._turns = _Turns()

    @property
    def health(self) -> Mapping[str, Health]:
        """The verdict on each probe."""
        return self._health

    def poke(self, names: Iterable[str] | None = None) -> None:
        """Read these probes now instead of when they are due; all, if none are named."""
        for name in self._probes if names is None else names:
            if name in self._wakes:
                self._wakes[name].set()

    def adopt(self, health: Health) -> None:
        """Take over a verdict from before this process, so that an open one stays open."""
        if health.probe in self._health:
            self._health[health.probe] = health

    def flying_blind(self, now: datetime) -> bool:
        """Whether nothing at all is known right now: every verdict is unknown or stale."""
        shown = [health.shown(now, self._probes[name].every) for name, health in self._health.items()]
        return bool(shown) and all(status is Status.UNKNOWN for status in shown)

    async def run(self) -> None:
        """Watch until cancelled. The first readings start at once."""
        async with asyncio.TaskGroup() as tasks:
            for probe in self._probes.values():
                tasks.create_task(self._watch(probe), name=f"probe:{probe.name}")

    async def _watch(self, probe: Probe) -> None:
        loop = asyncio.get_running_loop()
        limit = probe.timeout.total_seconds() * SLOW_SHARE
        # The first interval is shorter, by a different share for each: what began together spreads out.
        slow, interval = False, probe.every.total_seconds() * (1 + self._chance()) / 2
        while True:
            async with self._turns.take(slow):
                began = loop.time()
                self._wakes[probe.name].clear()
                sample = self._network.judge(await self._readers.read(probe))
            slow = loop.time() - began > limit
            self._take(probe, sample)
            await self._rest(probe, max(began + interval, loop.time() + sample.hold.total_seconds()))
            interval = probe.every.total_seconds() * (1 + JITTER * (2 * self._chance() - 1))

    def _take(self, probe: Probe, sample: Sample) -> None:
        before = self._health[probe.name]
        after = self._health[probe.name] = observe(before, sample, probe.failures, probe.successes)
        self._on_sample(sample, after)
        if after.status is not before.status:
            self._on_change(before, after, sample)

    async def _rest(self, probe: Probe, due: float) -> None:
        """Wait for the slot in which the probe is due, or for a poke."""
        wake = self._wakes[probe.name]
        timer = asyncio.get_running_loop().call_at(math.ceil(due / SLOT_SECONDS) * SLOT_SECONDS, wake.set)
        try:
            await wake.wait()
        finally:
            timer.cancel()


class _Turns:
    """Who may read now."""

    def __init__(self) -> None:
        self._steady = asyncio.Semaphore(STEADY_AT_ONCE)
        self._slow = asyncio.Semaphore(SLOW_AT_ONCE)
        self._starts = asyncio.Semaphore(STARTS_AT_ONCE)

    @asynccontextmanager
    async def take(self, slow: bool) -> AsyncIterator[None]:
        """Wait for a turn, in the lane of the slow or of the others."""
        async with self._slow if slow else self._steady:
            await self._starts.acquire()
            held = [self._starts]

            def begun() -> None:
                while held:
                    held.pop().release()

            timer = asyncio.get_running_loop().call_later(START_SECONDS, begun)
            try:
                yield
            finally:
                timer.cancel()
                begun()


class _Network:
    """Tells a console that lost its own network from targets that are down.

    When no target outside this machine can be reached, and there are at least two, the fault is likely here.
    """

    def __init__(self, probes: Sequence[Probe]) -> None:
        self._outside = {probe.name for probe in probes if is_outside(probe)}
        self._lost: set[str] = set()

    def judge(self, sample: Sample) -> Sample:
        """The sample, made unknown if the fault is likely here."""
        if sample.probe not in self._outside:
            return sample
        if sample.reached:
            self._lost.discard(sample.probe)
            return sample
        self._lost.add(sample.probe)
        if len(self._outside) < 2 or self._lost != self._outside:
            return sample
        return replace(sample, status=Status.UNKNOWN, error=short(f"own network? no target is reached: {sample.error}"))
