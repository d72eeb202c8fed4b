"""The outbox: letters that wait to be sent, and what became of each. A row stays, so that nothing is sent twice."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal

from warroom.console.store.chain import storable
from warroom.console.store.instants import from_stored, to_stored
from warroom.console.store.worker import Sql, Worker

Stage = Literal["waiting", "sending", "delivered", "sent", "failed", "unknown", "cancelled"]
"""`delivered` is taken by the service but not in the log yet; `unknown` may have arrived, and a person settles it."""

PENDING: tuple[Stage, ...] = ("waiting", "sending", "delivered")
"""What still moves by itself."""
SHOWN = 100
"""Rows that `recent` gives at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A letter on its way to one channel."""

    id: str
    """The idempotency key: the same letter to the same channel has the same."""
    incident: str
    thread: str
    """The incident's name that no other store shares."""
    message: str
    title: str
    audience: str
    channel: str
    target: str
    """Tells where the channel led when the letter was put here: another console's may only share the name."""
    level: str
    phase: str
    """What the words say of the incident: `investigating`, `identified`, `monitoring` or `resolved`."""
    subject: str
    body: str
    drill: bool
    actor: str
    """Who sends it."""
    queued_at: datetime
    state: Stage = "waiting"
    attempts: int = 0
    next_at: datetime
    """When it is tried next."""
    changed_at: datetime
    holder: str = ""
    """The console that is sending it."""
    reason: str = ""
    """What the last attempt said; foreign text, without secrets."""
    ref: str = ""
    """What the service calls it."""
    moves: int = 0
    """How often the row has changed: tells a change apart from the one before, whatever the clock does."""


_NAMES = tuple(field.name for field in fields(Parcel))
_COLUMNS = ", ".join(_NAMES)
_INSTANTS = ("queued_at", "next_at", "changed_at")


class Outbox:
    """The outbox in the store."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def put(self, parcels: Iterable[Parcel]) -> None:
        """Store parcels in one commit; one whose id is known is left as it is."""
        rows = [_row(parcel) for parcel in parcels]
        places = ", ".join("?" * len(_NAMES))
        statement = f"INSERT INTO outbox ({_COLUMNS}) VALUES ({places}) ON CONFLICT (id) DO NOTHING"
        if rows:
            self._worker.write(lambda sql: sql.many(statement, rows))

    def pending(self) -> tuple[Parcel, ...]:
        """What still moves by itself, oldest first."""
        marks = ", ".join("?" * len(PENDING))
        return self._read(f"WHERE state IN ({marks}) ORDER BY queued_at, id", PENDING)

    def recent(self) -> tuple[Parcel, ...]:
        """The parcels that changed last, newest first; what is neither sent nor cancelled comes before all else."""
        order = "ORDER BY CASE WHEN state IN ('sent', 'cancelled') THEN 1 ELSE 0 END, changed_at DESC, id LIMIT ?"
        return self._read(order, (SHOWN,))

    def stamp(self) -> tuple[Any, ...]:
        """Something that changes with every change of a row. Cheap: made to be asked twice a second."""
        statement = "SELECT count(*), sum(moves) FROM outbox"
        return self._worker.read(lambda sql: sql.all(statement))[0]

    def get(self, id: str) -> Parcel | None:
        """One parcel."""
        found = self._read("WHERE id = ?", (storable(id),))
        return found[0] if found else None

    def last_ref(self, thread: str, channel: str) -> str:
        """What the service calls the last thing of this incident that it took; empty: it took none."""
        where = "WHERE thread = ? AND channel = ? AND ref <> '' ORDER BY changed_at DESC, id LIMIT 1"
        found = self._read(where, (storable(thread), storable(channel)))
        return found[0].ref if found else ""

    def move(self, parcel: Parcel, **changes: Any) -> Parcel | None:
        """Change a parcel if it still is as the caller saw it; nothing if it has moved."""
        wanted = _stored(replace(parcel, **changes, moves=parcel.moves + 1))
        attempted: list[Parcel] = []

        def work(sql: Sql) -> Parcel | None:
            rows = sql.all(f"SELECT {_COLUMNS} FROM outbox WHERE id = ?", (parcel.id,))
            found = _parcel(rows[0]) if rows else None
            # When the answer to a commit was lost, the job runs again and finds what it did.
            if found is not None and found == wanted and attempted:
                return wanted
            if found is None or found.moves != parcel.moves:
                return None
            attempted.append(wanted)
            sets = ", ".join(f"{name} = ?" for name in _NAMES)
            sql.run(f"UPDATE outbox SET {sets} WHERE id = ?", (*_row(wanted), wanted.id))
            return wanted

        return self._worker.write(work)

    def _read(self, rest: str, values: tuple[object, ...]) -> tuple[Parcel, ...]:
        rows = self._worker.read(lambda sql: sql.all(f"SELECT {_COLUMNS} FROM outbox {rest}", values))
        return tuple(_parcel(row) for row in rows)


def _stored(parcel: Parcel) -> Parcel:
    return _parcel(_row(parcel))


def _row(parcel: Parcel) -> tuple[Any, ...]:
    return tuple(_plain(value) for value in astuple(parcel))


def _plain(value: object) -> object:
    match value:
        case bool():
            return int(value)
        case str():
            return storable(value)
        case datetime():
            return to_stored(value)
        case _:
            return value


def _parcel(row: tuple[Any, ...]) -> Parcel:
    named = dict(zip(_NAMES, row, strict=True))
    named |= {name: from_stored(named[name]) for name in _INSTANTS}
    return Parcel(**{**named, "drill": bool(named["drill"])})
