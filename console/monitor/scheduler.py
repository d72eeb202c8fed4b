"""Watching: every probe at its interval, none waiting for another."""

import asyncio
import math
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from warroom.config.settings import Probe
from warroom.console.domain.watch.verdict import Health, Sample, Status, observe
from warroom.console.monitor.own_network import OwnNetwork
from warroom.console.monitor.standstill import Standstill
from warroom.console.monitor.turns import Turns

SLOT_SECONDS = 0.25
"""Polls start together at multiples of this: a loop that wakes seldom takes half the time per poll."""
JITTER = 0.1
"""An interval is shortened or lengthened by up to this share, so that consoles do not poll in step."""
SLOW_SHARE = 0.5
"""A reading that took more than this share of its time limit goes to the slow lane next time."""
CALM_LIMIT = timedelta(seconds=60)
"""However quiet it is, no interval is stretched beyond this."""
PATIENCE = timedelta(seconds=20)
"""A console that follows another reads a probe itself when its next reading is late by so much: longer than the other's
lease lives, so that a successor comes first."""
_CLOCKS_DIFFER = timedelta(seconds=5)
SPREAD_SECONDS = 2.0
"""What should be read soon after a pause is read within this, and not all at once."""


class OnSample(Protocol):
    """Told of every sample, with the verdict that includes it."""

    def __call__(self, sample: Sample, health: Health) -> None: ...


class Reads(Protocol):
    """Reads probes."""

    async def read(self, probe: Probe) -> Sample:
        """One reading. Never raises."""


class OnChange(Protocol):
    """Told when a verdict changes."""

    def __call__(self, before: Health, after: Health, sample: Sample) -> None: ...


@dataclass(slots=True)
class _Seat:
    """When a probe is read next, by the loop's clock."""

    probe: Probe
    every: timedelta
    """The interval at its last reading."""
    due: float = 0.0
    held: float = 0.0
    """Until when its target asked to be left alone."""
    poked: bool = False
    wake: asyncio.Event = field(default_factory=asyncio.Event)


class Watcher:
    """Polls probes on the running event loop until it is cancelled.

    Listeners are called on the loop and must be quick. Nothing here is safe to call from another thread: use
    `loop.call_soon_threadsafe(watcher.poke, names)`.
    """

    def __init__(
        self,
        probes: Sequence[Probe],
        readers: Reads,
        on_sample: OnSample,
        on_change: OnChange,
        chance: Callable[[], float] = random.random,
        network: OwnNetwork | None = None,
        on_standstill: Callable[[], None] = lambda: None,
    ) -> None:
        """Start nothing yet.

        Args:
            probes: what is watched; names are unique.
            readers: read them; closed by whoever made them.
            on_sample: told of every sample that was read here.
            on_change: told when a verdict changes.
            chance: a number from 0 to below 1, for the jitter.
            network: suspects the network here.
            on_standstill: told that this process stood still, before anything is read again.
        """
        self._seats = {probe.name: _Seat(probe, probe.every) for probe in probes}
        self._readers = readers
        self._on_sample = on_sample
        self._on_change = on_change
        self._chance = chance
        self._health = {name: Health(probe=name) for name in self._seats}
        self.network = network or OwnNetwork(probes)
        self._turns = Turns()
        self._stretch = 1.0
        self._patience = timedelta(0)
        self._on_standstill = on_standstill
        self._standstill = Standstill(self._stood_still)
        self._paused = False

    @property
    def health(self) -> Mapping[str, Health]:
        """The verdict on each probe."""
        return self._health

    def every(self, name: str) -> timedelta:
        """How long after its last reading a probe's next one is expected."""
        return self._seats[name].every

    def poke(self, names: Iterable[str] | None = None) -> None:
        """Read these probes now instead of when they are due; all, if none are named."""
        for name in self._seats if names is None else names:
            if name in self._seats:
                self._seats[name].poked = True
                self._seats[name].wake.set()

    def soon(self) -> None:
        """Read everything within a moment, spread out; what another console reads is still left to it."""
        if self._patience:
            return
        now = asyncio.get_running_loop().time()
        for seat in self._seats.values():
            self._expect(seat, min(seat.due, max(now + self._chance() * SPREAD_SECONDS, seat.held)))

    def stretch(self, factor: float) -> None:
        """Wait this many times the intervals, a minute at most. Where that shortens them, read soon."""
        tighter, self._stretch = factor < self._stretch, factor
        if tighter:
            self.soon()

    def follow(self, patience: timedelta, now: datetime) -> None:
        """Leave it to another console to read, and read here only what comes later than `patience` after its time.

        Zero: read everything here. What was read lately is not read again before it is due.
        """
        if patience == self._patience:
            return
        self._patience = patience
        # Whatever is late by now: from now on the other has its time.
        first = asyncio.get_running_loop().time() + patience.total_seconds() if patience else 0.0
        for name, seat in self._seats.items():
            self._expect(seat, max(self._after(seat, self._health[name].last, now), first))

    def pause(self) -> None:
        """Read nothing until `resume`."""
        self._paused = True

    def resume(self) -> None:
        """Go on."""
        self._paused = False
        for seat in self._seats.values():
            seat.wake.set()

    def adopt(self, health: Health) -> None:
        """Take over a verdict from before this process, so that an open one stays open."""
        if health.probe in self._health:
            self._health[health.probe] = health

    def learn(self, sample: Sample, now: datetime) -> bool:
        """Take a sample that was read elsewhere, or before; whether it is news."""
        seat = self._seats.get(sample.probe)
        if seat is None:
            return False
        known = self._health[sample.probe].last
        # Where the system clock was set back, what was read before stands in the future, and is older all the same.
        if known is not None and sample.at <= known.at <= now + _CLOCKS_DIFFER:
            return False
        self._take(seat, sample)
        seat.due = self._after(seat, sample, now)
        return True

    def flying_blind(self, now: datetime) -> bool:
        """Whether nothing at all is known right now: every verdict is unknown or stale."""
        shown = [health.shown(now, self.every(name)) for name, health in self._health.items()]
        return bool(shown) and all(status is Status.UNKNOWN for status in shown)

    async def run(self) -> None:
        """Watch until cancelled. The first readings start at once."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._standstill.run(), name="standstill")
            for seat in self._seats.values():
                tasks.create_task(self._watch(seat), name=f"probe:{seat.probe.name}")

    async def _watch(self, seat: _Seat) -> None:
        loop, probe = asyncio.get_running_loop(), seat.probe
        limit = probe.timeout.total_seconds() * SLOW_SHARE
        slow, first = False, True
        while True:
            await self._rest(seat)
            async with self._turns.take(slow):
                if not self._is_due(seat):
                    continue
                began, moment = loop.time(), self._standstill.moment()
                # A loop that was held up finds everything due at once: what follows spreads out, as at the start.
                spread = first or began - seat.due > seat.every.total_seconds()
                seat.poked = False
                sample = await self._readers.read(probe)
                if self._standstill.since(moment):
                    # It tells how long we stood still, and nothing of its target.
                    continue
                sample = await self.network.judge(sample)
            slow = loop.time() - began > limit
            health = self._take(seat, sample)
            wait = self._share(spread) * seat.every.total_seconds()
            seat.held = loop.time() + sample.hold.total_seconds()
            seat.due = max(began + wait, seat.held)
            first = False
            self._on_sample(sample, health)

    def _stood_still(self) -> None:
        """Make up for nothing: what is due is read within a moment, spread out; others have their time first."""
        now = asyncio.get_running_loop().time()
        for seat in self._seats.values():
            wait = self._patience.total_seconds() or self._chance() * SPREAD_SECONDS
            seat.due = max(seat.due, now + wait, seat.held)
        self._on_standstill()

    def _share(self, spread: bool) -> float:
        chance = self._chance()
        return (1 + chance) / 2 if spread else 1 + JITTER * (2 * chance - 1)

    def _take(self, seat: _Seat, sample: Sample) -> Health:
        probe, before = seat.probe, self._health[seat.probe.name]
        seat.every = max(probe.every, min(probe.every * self._stretch, CALM_LIMIT))
        after = self._health[probe.name] = observe(before, sample, probe.failures, probe.successes)
        if after.status is not before.status:
            self._on_change(before, after, sample)
        return after

    def _after(self, seat: _Seat, last: Sample | None, now: datetime) -> float:
        """When a probe is due that was last read then, by this console or another; at once, if it never was."""
        began = asyncio.get_running_loop().time()
        if last is None:
            return began + self._patience.total_seconds() if self._patience else 0.0
        age = max(now - last.at, timedelta(0))
        return began + (seat.every + last.hold + self._patience - age).total_seconds()

    async def _rest(self, seat: _Seat) -> None:
        """Wait for the slot in which the probe is due, or for a poke. What is due may move meanwhile."""
        loop = asyncio.get_running_loop()
        while not self._is_due(seat):
            seat.wake.clear()
            timer = loop.call_at(math.ceil(seat.due / SLOT_SECONDS) * SLOT_SECONDS, seat.wake.set)
            try:
                await seat.wake.wait()
            finally:
                timer.cancel()

    def _is_due(self, seat: _Seat) -> bool:
        self._standstill.look()
        return not self._paused and (seat.poked or seat.due <= asyncio.get_running_loop().time())

    def _expect(self, seat: _Seat, due: float) -> None:
        sooner, seat.due = due < seat.due, due
        if sooner:
            seat.wake.set()
