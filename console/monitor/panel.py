"""The watch: probes polled, their history, what gates may ask of them, and samples kept beyond the process."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from warroom.config.settings import Probe
from warroom.console.domain.gate import Readings
from warroom.console.domain.verdict import Health, Sample
from warroom.console.domain.view import ProbeView, Series
from warroom.console.monitor.limits import upper_limit
from warroom.console.monitor.place import Place
from warroom.console.monitor.readers import Readers
from warroom.console.monitor.samples import History
from warroom.console.monitor.scheduler import Watcher
from warroom.console.store.errors import StoreError
from warroom.console.store.samples import Sample as StoredSample
from warroom.console.store.samples import Samples

_WRITE_EVERY = 1.0
_RETENTION = timedelta(days=7)


class Panel:
    """Everything that is watched. Lives on the engine's loop; what it gives is safe to hand to other threads."""

    def __init__(
        self,
        probes: Sequence[Probe],
        samples: Samples,
        *,
        clock: Callable[[], datetime],
        on_sample: Callable[[], None],
        place: Place | None = None,
    ) -> None:
        self._probes = {probe.name: probe for probe in probes}
        self._samples = samples
        self._clock = clock
        self._on_sample = on_sample
        self._history = History()
        self._pending: list[StoredSample] = []
        self._readers = Readers(clock, place=place)
        self._watcher = Watcher(tuple(probes), self._readers, self._take, self._turn)
        self.trouble = ""
        """Why samples are not being kept, if they are not."""

    async def run(self) -> None:
        """Watch until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._watcher.run(), name="watch")
                tasks.create_task(self._keep(), name="samples")
        finally:
            await self._readers.close()

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
                every=max(probe.every for probe in probes),
            )
            for role, probes in roles.items()
            if role
        }

    def flying_blind(self) -> bool:
        """Nothing at all is known right now."""
        return bool(self._probes) and self._watcher.flying_blind(self._clock())

    def rows(self) -> tuple[ProbeView, ...]:
        """The health panel's rows, in the configuration's order."""
        return tuple(
            ProbeView(
                name=probe.name, role=probe.role, every=probe.every.total_seconds(), health=health, kind=probe.kind
            )
            for probe, health in self.verdicts()
        )

    def series(self) -> tuple[Series, ...]:
        """The charts' lines: probes that read a number, the error rate first."""
        lines = []
        for probe in sorted(self._probes.values(), key=lambda probe: probe.role != "error-rate"):
            if probe.kind in ("http", "tcp"):
                continue
            line = self._history.series(probe.name)
            limit = upper_limit(probe.conditions)
            lines.append(Series(probe=probe.name, role=probe.role, unit=probe.unit, points=line.points, limit=limit))
        return tuple(lines)

    def _take(self, sample: Sample, health: Health) -> None:
        self._history.add(sample)
        self._pending.append(
            StoredSample(
                probe=sample.probe,
                at=sample.at,
                status=str(sample.status),
                value=sample.value,
                latency_ms=sample.latency_ms,
                reason=health.reason,
            )
        )
        self._on_sample()

    def _turn(self, before: Health, after: Health, sample: Sample) -> None:
        self._on_sample()

    async def _keep(self) -> None:
        await asyncio.to_thread(self._forget)
        while True:
            await asyncio.sleep(_WRITE_EVERY)
            batch, self._pending = self._pending, []
            if not batch:
                continue
            try:
                await asyncio.to_thread(self._samples.write, batch)
                self.trouble = ""
            except StoreError as error:
                # Readings are for the eye first; the room goes on without keeping them.
                self.trouble = f"readings are not being kept: {error}"

    def _forget(self) -> None:
        try:
            self._samples.forget(self._clock() - _RETENTION)
        except StoreError as error:
            self.trouble = f"old readings could not be cleared: {error}"
