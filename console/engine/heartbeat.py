"""Notices when the machine room itself is slow, and reports it where somebody asked for that."""

import asyncio
from importlib.metadata import version

from warroom.console.crash import report_slow
from warroom.console.engine.setup import Setup

_EVERY = 0.5
LATE = 2.0
"""Seconds the loop may be late before it counts as slow: a clock that stood still that long was seen by somebody."""
_QUIET = 600.0
"""Seconds between two reports."""


class Heartbeat:
    """Beats twice a second; a beat that comes late is reported. Does nothing without a DSN."""

    def __init__(self, setup: Setup) -> None:
        self._dsn = setup.settings.sentry_dsn
        self._secrets = setup.secrets
        self._quiet_until = 0.0

    async def run(self) -> None:
        """Beat until cancelled."""
        loop = asyncio.get_running_loop()
        while self._dsn:
            due = loop.time() + _EVERY
            await asyncio.sleep(_EVERY)
            await self._look(loop.time() - due, loop.time())

    async def _look(self, late: float, now: float) -> None:
        if late < LATE or now < self._quiet_until:
            return
        self._quiet_until = now + _QUIET
        await asyncio.to_thread(report_slow, "the machine room", late, self._dsn, version("warroom"), self._secrets)
