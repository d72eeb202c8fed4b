"""Whose readings go into the log: of all consoles that watch a service, one at a time.

Two consoles see the same outage a second apart, or not at all where a network is cut; if both wrote, the log would say
failing and ok in turn.
"""

from datetime import datetime, timedelta

from warroom.console.domain.intents import By
from warroom.console.store.leases import Held, Lease, Leases, Lost

_TTL = timedelta(seconds=15)


class Recorder:
    """This console's turn at recording verdicts. Calls block; make them off the loop."""

    def __init__(self, leases: Leases, by: By, service: str) -> None:
        self._leases = leases
        self._by = by
        self._name = f"watch/{service}"
        self._lease: Lease | None = None

    def mine(self, now: datetime) -> bool:
        """Whether it is this console that records; it takes its turn when nobody else has it."""
        if self._lease is None:
            return self._take(now)
        if self._lease.expires_at - now < _TTL * 2 / 3:
            renewed = self._leases.renew(self._lease, now, _TTL)
            self._lease = None if isinstance(renewed, Lost) else renewed
        return self._lease is not None

    def leave(self) -> None:
        """Let another console record."""
        if self._lease is not None:
            self._leases.release(self._lease)
            self._lease = None

    def _take(self, now: datetime) -> bool:
        if any(lease.name == self._name and lease.live(now) for lease in self._leases.list(self._name)):
            return False
        taken = self._leases.take(self._name, self._by.console, now, _TTL, self._by.actor)
        self._lease = None if isinstance(taken, Held) else taken
        return self._lease is not None
