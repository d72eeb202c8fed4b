"""Keeping time: the system clock against the one that only runs forward."""

import time
from collections.abc import Callable

STEP = 2.0
"""Seconds the system clock may drift between two looks before it counts as a jump (NTP slews far less)."""


class Timekeeper:
    """Notices when the system clock was set while we looked away. Suspend is no jump: both clocks count it."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] | None = None,
        awake: Callable[[], float] = time.monotonic,
    ) -> None:
        """`awake` is a clock that stands still while the machine is suspended; `steady` is one that does not."""
        self._wall = wall
        self._steady = steady or _boottime
        self._awake = awake
        self._offset = self._wall() - self._steady()
        self._asleep = self._steady() - self._awake()

    def jumped(self) -> float:
        """Seconds the system clock has jumped since the last look; 0 if it ran on quietly."""
        offset = self._wall() - self._steady()
        jump, self._offset = offset - self._offset, offset
        return jump if abs(jump) > STEP else 0.0

    def slept(self) -> float:
        """Seconds the machine was suspended since the last look; 0 if it was awake."""
        asleep = self._steady() - self._awake()
        slept, self._asleep = asleep - self._asleep, asleep
        return slept if slept > STEP else 0.0


def _boottime() -> float:
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)
