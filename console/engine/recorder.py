"""Whose readings count: of all consoles that watch a service, one at a time polls, and notes verdicts in the log.

A struggling service is asked by one console, however many rescuers look at it. And two consoles see the same outage a
second apart, or not at all where a network is cut; if both wrote, the log would say failing and ok in turn.
"""

from datetime import datetime, timedelta

from warroom.console.domain.intents import By
from warroom.console.store.leases import Held, Lease, Leases, Lost

_TTL = timedelta(seconds=15)
_REST = timedelta(seconds=30)


class Recorder:
    """This console's turn at polling and recording. Calls block; make them off the loop."""

    def __init__(self, leases: Leases, by: By, service: str) -> None:
        self._leases = leases
        self._by = by
        self._name = f"watch/{service}"
        self._lease: Lease | None = None
        self._rests_until: datetime | None = None
        self.holder: Lease | None = None
        """Whose turn it is, this console's or another's; none: nobody's, when it was last looked at."""

    def mine(self, now: datetime) -> bool:
        """Whether it is this console's turn; it takes its turn when nobody else has it."""
        if self._lease is None:
            return self._take(now)
        if self._lease.expires_at - now < _TTL * 2 / 3:
            renewed = self._leases.renew(self._lease, now, _TTL)
            self._lease = None if isinstance(renewed, Lost) else renewed
            self.holder = renewed.holder if isinstance(renewed, Lost) else renewed
        return self._lease is not None

    def look(self, now: datetime) -> None:
        """See whose turn it is, and take none."""
        live = (lease for lease in self._leases.list(self._name) if lease.name == self._name and lease.live(now))
        self.holder = next(live, None)

    def holds(self, now: datetime) -> bool:
        """Whether its turn lasts, by all that is known here."""
        return self._lease is not None and self._lease.live(now)

    def rest(self, now: datetime) -> None:
        """Let another console have its turn, and take none for a while."""
        self._rests_until = now + _REST
        self.leave()

    def leave(self) -> None:
        """Let another console record."""
        if self._lease is not None:
            self._leases.release(self._lease)
            self._lease = self.holder = None

    def _take(self, now: datetime) -> bool:
        self.look(now)
        if self.holder is not None or (self._rests_until is not None and now < self._rests_until):
            return False
        taken = self._leases.take(self._name, self._by.console, now, _TTL, self._by.actor)
        self._lease = None if isinstance(taken, Held) else taken
        self.holder = taken.lease if isinstance(taken, Held) else taken
        return self._lease is not None
