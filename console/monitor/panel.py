"""The watch: probes polled, their history, what gates may ask of them, and samples kept beyond the process."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from warroom.config.settings import Probe
from warroom.console.domain.view import ProbeView, Series
from warroom.console.domain.watch.gate import Readings
from warroom.console.domain.watch.usual import Yardstick, compared
from warroom.console.domain.watch.verdict import Health, Sample
from warroom.console.monitor.keeping import Keeping, Kept
from warroom.console.monitor.limits import MEASURED, Bound, figure_drawn, lower_limit, upper_limit
from warroom.console.monitor.own_network import OwnNetwork
from warroom.console.monitor.place import Place
from warroom.console.monitor.readers import Readers
from warroom.console.monitor.samples import History
from warroom.console.monitor.scheduler import PATIENCE, Watcher
from warroom.console.monitor.yardsticks import Compared, Yardsticks
from warroom.console.store.samples import Samples

_AT_A_STRETCH = 200
"""Samples that are remembered before others have their turn."""
_ANSWERS = 5
"""Answers of each probe that can be looked at as they came. Of those in the store only the newest has them."""
_SHARE_SECONDS = 0.4
"""Readings are written, and those of others looked for, so often: together they are less than a second behind."""
_PART_SECONDS = 2.0
"""A store that says nothing for so long of who polls keeps nobody from looking."""
_HOLE = 12
"""Intervals without a reading that are worth asking what was."""
_KEPT = Kept()
_SILENT = timedelta(seconds=5)
"""Who polls is silent when no reading came for this long after the next was due."""


class Part(StrEnum):
    """What a console has to do with the polling."""

    KEEPS = "keeps"
    """It polls for all, and its readings are kept."""
    FOLLOWS = "follows"
    """It shows the readings of the console that polls."""
    ALONE = "alone"
    """It polls for itself, and keeps nothing."""


class Panel:
    """Everything that is watched. Lives on the engine's loop; what it gives is safe to hand to other threads."""

    def __init__(
        self,
        probes: Sequence[Probe],
        samples: Samples,
        *,
        clock: Callable[[], datetime],
        on_sample: Callable[[], None],
        service: str = "",
        keep: Kept = _KEPT,
        canaries: Sequence[str] = (),
        place: Place | None = None,
    ) -> None:
        """Watch nothing yet.

        Args:
            probes: what is watched.
            samples: the store's.
            clock: the time, aware UTC.
            on_sample: told that something has changed.
            service: whose samples they are.
            keep: how long samples are kept.
            canaries: addresses that tell a lost network here from a world that is down.
            place: what commands run in.
        """
        self._probes = {probe.name: probe for probe in probes}
        self._clock = clock
        self._opened = clock()
        self._on_sample = on_sample
        self._history = History()
        self._keeping = Keeping(samples, service, keep, clock)
        self._readers = Readers(clock, place=place)
        self._sticks = Yardsticks(probes, self._history, self._keeping, clock)
        self._watcher = Watcher(
            tuple(probes),
            Compared(self._readers, self._sticks),
            self._take,
            self._turn,
            network=OwnNetwork(probes, canaries),
            on_standstill=self._stood_still,
        )
        self._answers = {probe.name: deque[Sample](maxlen=_ANSWERS) for probe in probes}
        self._made: dict[str, tuple[Health, Yardstick, ProbeView]] = {}
        self._part = Part.ALONE
        self._given = asyncio.Event()
        self._anew: asyncio.Task[None] | None = None
        self._behind = False
        """It begins to follow: what others read meanwhile is not known yet."""
        self.polled_by = ""
        """The console whose readings are shown; empty: this one's."""

    @property
    def trouble(self) -> str:
        """Why samples are not being kept or followed, if so."""
        return self._keeping.trouble

    @property
    def offline(self) -> bool:
        """This console likely lost its own network."""
        return self._watcher.network.suspected

    async def run(self) -> None:
        """Watch until cancelled: first what is remembered, then as the part says that was given."""
        if not self._probes:
            return
        try:
            await self._catch_up()
            await self._wait_for_part()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._watcher.run(), name="watch")
                tasks.create_task(self._keep(), name="samples")
                tasks.create_task(self._fill(), name="past")
        finally:
            if self._anew is not None:
                self._anew.cancel()
            await self._readers.close()

    async def _catch_up(self) -> None:
        """Learn what was read elsewhere, or before, within the last hour."""
        for number, sample in enumerate(await self._keeping.remember(self._probes)):
            self._learn(sample)
            if number % _AT_A_STRETCH == 0:
                await asyncio.sleep(0)
        self._on_sample()

    async def _wait_for_part(self) -> None:
        try:
            await asyncio.wait_for(self._given.wait(), _PART_SECONDS)
        except TimeoutError:
            self.play(Part.ALONE, "")

    def _stood_still(self) -> None:
        """Another console may poll by now: nothing is read until that is known."""
        self._watcher.pause()
        self._given.clear()
        if self._anew is None or self._anew.done():
            self._anew = asyncio.get_running_loop().create_task(self._begin_anew(), name="after a standstill")

    async def _begin_anew(self) -> None:
        await self._readers.renew()
        await self._wait_for_part()

    def play(self, part: Part, polled_by: str) -> None:
        """Take a part in the polling; `polled_by` is the console that is followed."""
        changed = (part, polled_by) != (self._part, self.polled_by)
        if part is Part.FOLLOWS and self._part is not Part.FOLLOWS:
            self._behind = True
        self._part, self.polled_by = part, polled_by
        self._watcher.follow(PATIENCE if part is Part.FOLLOWS else timedelta(0), self._clock())
        if part is not Part.KEEPS:
            self._keeping.drop()
        if part is Part.FOLLOWS:
            # Who doesn't poll learns nothing of its own network.
            self._watcher.network.forget()
        self._given.set()
        self._watcher.resume()
        if changed:
            self._on_sample()

    def stretch(self, factor: float) -> None:
        """Wait this many times the intervals, a minute at most."""
        self._watcher.stretch(factor)

    def since(self, impact: datetime | None, deployed: datetime | None) -> None:
        """What is usual is what was before these moments: of the impact, and of the last deploy."""
        self._sticks.since(impact, deployed)
        self._readers.deployed = deployed

    def soon(self) -> None:
        """Read everything within a moment, after a pause."""
        self._watcher.soon()

    def read_by(self, me: str) -> str:
        """Whose readings are shown, in words; empty: this console's, for all. `me`: who sits here."""
        if self._part is Part.ALONE and self._given.is_set():
            return "read for this console alone"
        if self._part is not Part.FOLLOWS:
            return ""
        name = self.polled_by.partition(" (")[0]
        name = self.polled_by if name == me else name
        return f"read by nobody: {name} is silent" if self.silence() else f"read by {name}"

    def silence(self) -> str:
        """Who polls has fallen silent, in words; empty: no."""
        if self._part is not Part.FOLLOWS:
            return ""
        lasts = [(self._watcher.every(name), health.last) for name, health in self._watcher.health.items()]
        late = [self._clock() - last.at - every for every, last in lasts if last is not None]
        if not late or min(late) < _SILENT:
            return ""
        newest = max(last.at for _, last in lasts if last is not None)
        # The moment, not the age: what is told stays the same while nothing new comes, and is told once.
        return f"{self.polled_by} polls and is silent since {newest:%H:%M:%S} UTC; another console takes over soon"

    def poke(self) -> None:
        """Read everything now."""
        self._watcher.poke()

    def verdicts(self) -> tuple[tuple[Probe, Health], ...]:
        """Each probe with its verdict."""
        return tuple((probe, self._watcher.health[name]) for name, probe in self._probes.items())

    def readings(self) -> Mapping[str, Readings]:
        """What gates may ask for, by role."""
        roles: dict[str, list[Probe]] = {}
        for probe in self._probes.values():
            roles.setdefault(probe.role, []).append(probe)
        return {
            role: Readings(
                samples=tuple(
                    sorted(
                        (sample for probe in probes for sample in self._history.samples(probe.name)),
                        key=lambda sample: sample.at,
                    )
                ),
                every=max(self._watcher.every(probe.name) for probe in probes),
            )
            for role, probes in roles.items()
            if role
        }

    def flying_blind(self) -> bool:
        """Nothing at all is known right now; false while the first readings are still on their way."""
        now = self._clock()
        return bool(self._probes) and not self._opening(now) and self._watcher.flying_blind(now)

    def _opening(self, now: datetime) -> bool:
        unread = all(health.last is None for health in self._watcher.health.values())
        return unread and now - self._opened < max(probe.timeout for probe in self._probes.values())

    def rows(self) -> tuple[ProbeView, ...]:
        """The health panel's rows, in the configuration's order."""
        return tuple(self._row(probe, health) for probe, health in self.verdicts())

    def _row(self, probe: Probe, health: Health) -> ProbeView:
        """The row as it was, where nothing has changed: so screens see at once that they need not draw it."""
        made_of = (health, self._sticks[probe.name])
        known = self._made.get(probe.name)
        if known is not None and known[0] is health and known[1] is made_of[1]:
            return known[2]
        row = ProbeView(
            name=probe.name,
            role=probe.role,
            every=self._watcher.every(probe.name).total_seconds(),
            health=health,
            kind=probe.kind,
            answers=tuple(self._answers[probe.name]),
            compared=compared(health.last, made_of[1]) if health.last else "",
        )
        self._made[probe.name] = (*made_of, row)
        return row

    def series(self) -> tuple[Series, ...]:
        """The lines of charts and tables: the error rate first, then other numbers, then how long answers took."""
        lines = [self._line(probe) for probe in self._probes.values()]
        return tuple(sorted(lines, key=self._place_of))

    def _place_of(self, line: Series) -> tuple[bool, bool, bool]:
        counts_others = self._probes[line.probe].kind in ("alertmanager", "statuspage")
        return line.role != "error-rate", counts_others, line.of != "value"

    def _line(self, probe: Probe) -> Series:
        of = figure_drawn(probe, self._watcher.health[probe.name].last)
        line = self._history.series(probe.name, of)
        measured = MEASURED[of]
        stick = self._sticks[probe.name].usual.figure
        limits = [upper_limit(probe.conditions, measured)]
        floor = lower_limit(probe.conditions, measured)
        if probe.worse_than_baseline is not None and of != "certificate" and stick is not None and stick > 0:
            limits.append(Bound(stick * probe.worse_than_baseline, holds=False))
        limit = min((limit for limit in limits if limit is not None), default=None)
        return Series(
            probe=probe.name,
            role=probe.role,
            unit=probe.unit if of == "value" else line.unit,
            points=line.points,
            limit=limit.figure if limit else None,
            floor=floor.figure if floor else None,
            limit_holds=limit is not None and limit.holds,
            floor_holds=floor is not None and floor.holds,
            of=of,
        )

    def _take(self, sample: Sample, health: Health) -> None:
        self._history.add(sample)
        self._answers[sample.probe].append(sample)
        if self._part is Part.KEEPS:
            self._keeping.put(sample)
        self._on_sample()

    def _learn(self, sample: Sample) -> bool:
        news = self._watcher.learn(sample, self._clock())
        if news:
            self._history.add(sample)
            if sample.raw or sample.head:
                self._answers[sample.probe].append(sample)
        return news

    def _turn(self, before: Health, after: Health, sample: Sample) -> None:
        self._on_sample()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(_SHARE_SECONDS)
            await self._sticks.measure()
            if self._part is Part.KEEPS:
                await self._keeping.write()
                await self._keeping.tidy()
            elif self._part is Part.FOLLOWS:
                if self._behind:
                    self._behind = False
                    await self._catch_up()
                news = sum(self._learn(sample) for sample in await self._keeping.follow())
                if news:
                    self._on_sample()

    async def _fill(self) -> None:
        """Ask once for the past of what nobody read: of the hour before this console, or some other, began."""
        now = self._clock()
        for probe in self._probes.values():
            for since, until in self._history.holes(probe.name, now, probe.every * _HOLE):
                past = await self._readers.past(probe, since, until)
                self._history.fill(probe.name, past)
                if self._part is Part.KEEPS:
                    for sample in past:
                        self._keeping.put(sample)
                if past:
                    self._on_sample()
