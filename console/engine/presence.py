"""Who is here, and who looks: every console holds a lease while it lives, and one more while somebody sits at it."""

from datetime import datetime, timedelta

from warroom.console.domain.intents import By
from warroom.console.domain.view import Console
from warroom.console.store.leases import Held, Lease, Leases, Lost

_HERE, _LOOKING = "console/", "console-looking/"
_BOTH = "console"
_TTL = timedelta(seconds=30)
_LATE = _TTL / 2
"""How far a lease may fall behind before it is renewed: each renewal is a write."""
_ATTENTION = timedelta(minutes=10)
"""A screen that nobody touched for so long is not counted on to be seen: it may hang on a wall, or its owner sleeps."""


class Presence:
    """This console's own leases, and a look at the others'. Calls block, but for `attend`; make them off the loop."""

    def __init__(self, leases: Leases, by: By) -> None:
        self._leases = leases
        self._by = by
        self._here: Lease | None = None
        self._looking: Lease | None = None
        self._attended: datetime | None = None

    def attend(self, now: datetime) -> None:
        """Somebody touched a key here. From any thread; said to the others with the next `show`."""
        self._attended = now

    def show(self, now: datetime) -> None:
        """Say that this console is here, and whether somebody sits at it."""
        self._here = self._held(_HERE, self._here, now, now + _TTL)
        until = self._attended + _ATTENTION if self._attended else now
        if until > now:
            self._looking = self._held(_LOOKING, self._looking, now, until)

    def _held(self, prefix: str, lease: Lease | None, now: datetime, until: datetime) -> Lease | None:
        if lease is not None and lease.expires_at > until - _LATE:
            return lease
        if lease is not None:
            renewed = self._leases.renew(lease, now, until - now)
            lease = None if isinstance(renewed, Lost) else renewed
        if lease is None:
            taken = self._leases.take(f"{prefix}{self._by.console}", self._by.console, now, until - now, self._by.actor)
            lease = None if isinstance(taken, Held) else taken
        return lease

    def others(self, now: datetime) -> tuple[Console, ...]:
        """Every other console on this store that gave a sign of life."""
        live = [one for one in self._leases.list(_BOTH) if one.live(now) and one.owner != self._by.console]
        looking = {one.owner for one in live if one.name.startswith(_LOOKING)}
        return tuple(
            Console(
                id=lease.owner,
                actor=lease.note,
                host=lease.owner.partition(":")[0],
                looking=lease.owner in looking,
            )
            for lease in live
            if lease.name.startswith(_HERE)
        )

    def leave(self) -> None:
        """Say goodbye."""
        for lease in (self._here, self._looking):
            if lease is not None:
                self._leases.release(lease)
