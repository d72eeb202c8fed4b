"""Leases: who may do a thing that only one may do at a time, until when, with a number that tells a late one apart."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from warroom.console.store.chain import storable
from warroom.console.store.instants import from_stored, to_stored
from warroom.console.store.worker import Sql, Worker

_COLUMNS = "name, owner, note, taken_at, expires_at, fence"


@dataclass(frozen=True, slots=True)
class Lease:
    """A thing held by one owner."""

    name: str
    """What is held, e.g. `environment/production`."""
    owner: str
    note: str
    """A few words for those who find it taken."""
    taken_at: datetime
    expires_at: datetime
    fence: int
    """Grows each time the name is taken: hand it to what is guarded, which refuses a smaller one than it has seen."""

    def live(self, now: datetime) -> bool:
        """Whether it still holds."""
        return now < self.expires_at


@dataclass(frozen=True, slots=True)
class Held:
    """The thing is held by this lease, and not by the one who asked."""

    lease: Lease


@dataclass(frozen=True, slots=True)
class Lost:
    """The lease is no longer the asker's."""

    name: str
    holder: Lease | None
    """Who took it, if anybody holds it."""


class Leases:
    """Leases in the store. All clocks that take part must agree to well within the time a lease lasts."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def take(self, name: str, owner: str, now: datetime, ttl: timedelta, note: str = "") -> Lease | Held:
        """Take what is free or expired. What is live is `Held`, by the same owner too: who has it renews it."""
        name, owner, note = storable(name), storable(owner), storable(note)
        if not owner:
            raise ValueError("a lease needs an owner")
        wanted = Lease(name, owner, note, now, now + ttl, 0)
        attempted: list[Lease] = []

        def work(sql: Sql) -> Lease | Held:
            found = _find(sql, name)
            # When the answer to a commit was lost, the job runs again and finds what it took.
            if found and found in attempted:
                return found
            if found and found.owner and found.live(now):
                return Held(found)
            lease = replace(wanted, fence=found.fence + 1 if found else 1)
            attempted.append(lease)
            _put(sql, lease)
            return lease

        return self._worker.write(work)

    def renew(self, lease: Lease, now: datetime, ttl: timedelta) -> Lease | Lost:
        """Hold it for `ttl` from now. One that expired can still be renewed if nobody has taken it since."""
        renewed = replace(lease, expires_at=now + ttl)

        def work(sql: Sql) -> Lease | Lost:
            found = _find(sql, lease.name)
            if found is None or not _same(found, lease):
                return Lost(lease.name, found if found and found.owner else None)
            _put(sql, renewed)
            return renewed

        return self._worker.write(work)

    def release(self, lease: Lease) -> bool:
        """Give it back; whether it was still the asker's."""

        def work(sql: Sql) -> bool:
            found = _find(sql, lease.name)
            if found is None or not _same(found, lease):
                return False
            # The row stays, without an owner, so that the next fence is a larger one.
            _put(sql, replace(found, owner="", note="", expires_at=found.taken_at))
            return True

        return self._worker.write(work)

    def list(self, prefix: str = "") -> tuple[Lease, ...]:
        """What is held under names that begin so, by name; expired ones too, until they are taken or released."""
        statement = f"SELECT {_COLUMNS} FROM leases WHERE owner <> '' AND substr(name, 1, ?) = ? ORDER BY name"
        rows = self._worker.read(lambda sql: sql.all(statement, (len(prefix), prefix)))
        return tuple(_lease(row) for row in rows)


def _same(found: Lease, lease: Lease) -> bool:
    return (found.owner, found.fence) == (lease.owner, lease.fence)


def _find(sql: Sql, name: str) -> Lease | None:
    rows = sql.all(f"SELECT {_COLUMNS} FROM leases WHERE name = ?", (name,))
    return _lease(rows[0]) if rows else None


def _lease(row: tuple[str, str, str, int, int, int]) -> Lease:
    name, owner, note, taken_at, expires_at, fence = row
    return Lease(name, owner, note, from_stored(taken_at), from_stored(expires_at), fence)


def _put(sql: Sql, lease: Lease) -> None:
    taken_at, expires_at = to_stored(lease.taken_at), to_stored(lease.expires_at)
    sql.run(
        f"INSERT INTO leases ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, note = excluded.note,"
        " taken_at = excluded.taken_at, expires_at = excluded.expires_at, fence = excluded.fence",
        (lease.name, lease.owner, lease.note, taken_at, expires_at, lease.fence),
    )
