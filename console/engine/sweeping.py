"""Clearing old run folders, now and then."""

import asyncio

from warroom.console.actions.runs.retention import Retention
from warroom.console.actions.runs.watch import Trouble

EVERY = 3600.0
"""Seconds between two looks."""
_FIRST = 60.0
"""Seconds until the first one: a console that was just opened has better things to do."""


class Sweeping:
    """Has old run folders removed, and says so where that fails. Lives on the engine's loop."""

    def __init__(self, retention: Retention, trouble: Trouble) -> None:
        self._retention = retention
        self._trouble = trouble

    async def run(self) -> None:
        """Go on until cancelled."""
        await asyncio.sleep(_FIRST)
        while True:
            try:
                await asyncio.to_thread(self._retention.sweep)
                self._trouble("old runs", "")
            except OSError as error:
                self._trouble("old runs", f"the folders of old runs can't be cleared: {error.strerror or error}")
            await asyncio.sleep(EVERY)
