"""Notices that this process, or the whole machine, stood still: stopped, suspended, or too busy to look.

What was under way then measured the pause and not its target, and what was known may have passed to others.
"""

import asyncio
import time
from collections.abc import Callable

LONGEST = 2.0
"""Seconds without a look that are a standstill. Probes that have a shorter interval wait no longer than this."""
_LOOK = 0.5


def steady() -> float:
    """Seconds by a clock that nobody sets and that counts a suspended machine's time."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Standstill:
    """Looks at a clock over and over, and finds out when it could not."""

    def __init__(self, noticed: Callable[[], None], clock: Callable[[], float] = steady) -> None:
        """`noticed` is called on the loop once for each standstill, before anything else goes on."""
        self._noticed = noticed
        self._clock = clock
        self._looked_at = clock()
        self._ended_at = float("-inf")

    async def run(self) -> None:
        """Look until cancelled."""
        # What happened before there was anything to watch is no standstill.
        self._looked_at = self._clock()
        while True:
            await asyncio.sleep(_LOOK)
            self.look()

    def look(self) -> None:
        """See whether there was one since the last look."""
        now = self._clock()
        stood = now - self._looked_at > LONGEST
        self._looked_at = now
        if stood:
            self._ended_at = now
            self._noticed()

    def moment(self) -> float:
        """Now, to ask `since` of later."""
        self.look()
        return self._clock()

    def since(self, moment: float) -> bool:
        """Whether there was one after that moment."""
        self.look()
        return self._ended_at > moment
