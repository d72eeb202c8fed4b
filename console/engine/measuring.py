"""When users were hurt, measured now and then from the error rates in the store, for incidents that are not closed."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from warroom.config.settings import Settings
from warroom.console.domain.model import Incident, State
from warroom.console.domain.watch.impact import Crossing, crossings, measured, span_to_read
from warroom.console.engine.setup import Setup
from warroom.console.monitor.shared import from_stored
from warroom.console.store.errors import StoreError
from warroom.console.store.samples import Samples

_EVERY = 60.0
"""Seconds between two looks: the start of an outage does not move once it is known."""
_STEP = 1.0
_ROLE = "error-rate"

Show = Callable[[Mapping[str, Crossing]], None]


def outage_of(incident: Incident, settings: Settings, samples: Samples, now: datetime) -> Crossing | None:
    """The outage an incident is about, by the error rates that were kept; none: they tell of none.

    Blocks. Raises a StoreError.
    """
    since, until = span_to_read(incident, now)
    found: list[Crossing] = []
    for probe in settings.probe:
        if probe.role == _ROLE:
            kept = samples.read(probe.name, since, incident.service, until)
            found += crossings(map(from_stored, kept), probe.failures, probe.successes)
    return measured(incident, found, now)


class Measuring:
    """Measures at once when an incident is new or its times were changed, and then once a minute."""

    def __init__(self, setup: Setup, show: Show, trouble: Callable[[str, str], None]) -> None:
        """`show`: is handed the outages, by incident; `trouble`: what is wrong, by a key of it."""
        self._setup = setup
        self._show = show
        self._trouble = trouble
        self._said: Mapping[str, object] = {}
        self._due = 0.0

    async def run(self) -> None:
        """Look until cancelled."""
        settings = self._setup.settings
        while self._setup.watch and any(probe.role == _ROLE for probe in settings.probe):
            await self._look()
            await asyncio.sleep(_STEP)

    async def _look(self) -> None:
        now = asyncio.get_running_loop().time()
        incidents = {
            name: one
            for name, one in self._setup.session.picture().incidents.items()
            if one.state is not State.CLOSED and one.service == self._setup.settings.service.name
        }
        said = {name: (one.moments["impact"], one.moments.get("resolved")) for name, one in incidents.items()}
        if now < self._due and said == self._said:
            return
        self._said, self._due = said, now + _EVERY
        try:
            self._show(await asyncio.to_thread(self._measure, incidents))
        except StoreError as error:
            self._trouble("impact", f"when users were hurt is not measured: {error}")
        else:
            self._trouble("impact", "")

    def _measure(self, incidents: Mapping[str, Incident]) -> dict[str, Crossing]:
        setup, at = self._setup, self._setup.clock()
        found = {name: outage_of(one, setup.settings, setup.store.samples, at) for name, one in incidents.items()}
        return {name: outage for name, outage in found.items() if outage is not None}
