"""Who is here: every console holds a lease with its name while it lives."""

from datetime import datetime, timedelta

from warroom.console.domain.intents import By
from warroom.console.domain.view import Console
from warroom.console.store.leases import Held, Lease, Leases, Lost

_PREFIX = "console/"
_TTL = timedelta(seconds=30)


class Presence:
    """This console's own lease, and a look at the others'. Calls block; make them off the loop."""

    def __init__(self, leases: Leases, by: By) -> None:
        self._leases = leases
        self._by = by
        self._lease: Lease | None = None

    def show(self, now: datetime) -> None:
        """Say that this console is here."""
        if self._lease is not None and self._lease.expires_at - now > _TTL / 2:
            return
        if self._lease is not None:
            renewed = self._leases.renew(self._lease, now, _TTL)
            self._lease = None if isinstance(renewed, Lost) else renewed
        if self._lease is None:
            taken = self._leases.take(f"{_PREFIX}{self._by.console}", self._by.console, now, _TTL, self._by.actor)
            self._lease = None if isinstance(taken, Held) else taken

    def others(self, now: datetime) -> tuple[Console, ...]:
        """Every other console on this store that gave a sign of life."""
        return tuple(
            Console(id=lease.owner, actor=lease.note, host=lease.owner.partition(":")[0])
            for lease in self._leases.list(_PREFIX)
            if lease.live(now) and lease.owner != self._by.console
        )

    def leave(self) -> None:
        """Say goodbye."""
        if self._lease is not None:
            self._leases.release(self._lease)
