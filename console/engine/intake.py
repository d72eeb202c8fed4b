"""Notes in the log when an alert that an incident is about fires no more."""

import asyncio
from collections.abc import Callable

from warroom.console.domain import intents as i
from warroom.console.domain.model import State
from warroom.console.domain.watch.intake import over
from warroom.console.engine.setup import Setup
from warroom.console.monitor.panel import Panel

_EVERY = 1.0


class Intake:
    """Looks once a second, on the console that records."""

    def __init__(self, setup: Setup, panel: Panel, mine: Callable[[], bool]) -> None:
        self._setup = setup
        self._panel = panel
        self._mine = mine

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            if self._mine():
                await self._look()
            await asyncio.sleep(_EVERY)

    async def _look(self) -> None:
        session = self._setup.session
        rows = self._panel.rows()
        for name, incident in session.picture().incidents.items():
            if incident.state is State.CLOSED or incident.service != self._setup.settings.service.name:
                continue
            for fingerprint in over(incident, rows):
                await asyncio.to_thread(session.dispatch, name, i.EndAlert(fingerprint=fingerprint))
