"""Notices when the machine room itself is slow, and has it reported where somebody asked for that."""

import asyncio

from warroom.console.engine.reporting import Reporter

_EVERY = 0.5
LATE = 2.0
"""Seconds the loop may be late before it counts as slow: a clock that stood still that long was seen by somebody."""
_QUIET = 600.0
"""Seconds between two reports."""


class Heartbeat:
    """Beats twice a second; a beat that comes late is reported."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._quiet_until = 0.0

    async def run(self) -> None:
        """Beat until cancelled; at once over where nobody wants to know."""
        loop = asyncio.get_running_loop()
        while self._reporter.wanted:
            due = loop.time() + _EVERY
            await asyncio.sleep(_EVERY)
            await self._look(loop.time() - due, loop.time())

    async def _look(self, late: float, now: float) -> None:
        if late < LATE or now < self._quiet_until:
            return
        self._quiet_until = now + _QUIET
        await asyncio.to_thread(self._reporter.slow, "the machine room", late)
