"""Whose turn it is to read: many at a time, and none behind a target that hangs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

STARTS_AT_ONCE = 16
"""Readings that begin together. More of them would measure each other instead of their targets …"""
START_SECONDS = 0.05
"""… but one that waits longer than this for its target makes no other wait."""
STEADY_AT_ONCE = 256
SLOW_AT_ONCE = 64
"""Readings under way at once. Targets that hung last time share a lane of their own: they make only each other wait."""


class Turns:
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
