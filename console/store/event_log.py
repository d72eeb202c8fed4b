"""The log over a worker and its database: the one implementation of `log.Log` for every backend."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any, Protocol

from warroom.console.store import chain
from warroom.console.store.errors import Conflict, Corrupt
from warroom.console.store.instants import from_stored, to_stored
from warroom.console.store.log import Break, Draft, Head, Proof, Record
from warroom.console.store.worker import Sql, Worker

_COLUMNS = "position, stream, version, type, at, actor, console, data, previous, hash"
_INSERT = f"INSERT INTO records ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_WHERE_TO_APPEND = """SELECT position, hash, (SELECT coalesce(max(version), 0) FROM records WHERE stream = ?)
    FROM head WHERE id = 1"""
"""All that an append must know, in one round trip."""

_CHUNK = 5000
"""Records read at once when the whole log is proved: some megabytes."""


class Watch(Protocol):
    """Notices that the log has grown, whoever made it grow."""

    def changed(self, since_position: int) -> bool:
        """Whether the log is known to have grown past the position; cheap."""

    def wait(self, since_position: int, timeout: float) -> bool:
        """Block until it has, at most `timeout` seconds; whether it has."""

    def close(self) -> None:
        """End all waiting."""


class EventLog:
    """Keeps the contract of `log.Log`."""

    def __init__(self, worker: Worker, watch: Watch) -> None:
        self._worker = worker
        self._watch = watch

    def append(
        self, stream: str, expected_version: int, drafts: Sequence[Draft], at: datetime, actor: str, console: str
    ) -> tuple[Record, ...]:
        """Store all drafts or none; see `Log.append`."""
        return self.append_soon(stream, expected_version, drafts, at, actor, console).result()

    def append_soon(
        self, stream: str, expected_version: int, drafts: Sequence[Draft], at: datetime, actor: str, console: str
    ) -> "Future[tuple[Record, ...]]":
        """Queue an append; see `Log.append_soon`."""
        if at.tzinfo is None:
            raise ValueError("expected an aware datetime")
        if not stream or chain.storable(stream) != stream:
            raise ValueError(f"a stream can't be called {stream!r}")
        who = (at.astimezone(UTC), chain.storable(actor), chain.storable(console))
        return self._worker.write_soon(_Append(stream, expected_version, tuple(drafts), *who))

    def read(self, stream: str, after: int = 0) -> tuple[Record, ...]:
        """The stream's records above a version."""
        statement = f"SELECT {_COLUMNS} FROM records WHERE stream = ? AND version > ? ORDER BY version"
        return self._records(statement, (stream, after))

    def tail(self, after_position: int, limit: int = 1000) -> tuple[Record, ...]:
        """The records that follow a position."""
        statement = f"SELECT {_COLUMNS} FROM records WHERE position > ? ORDER BY position LIMIT ?"
        return self._records(statement, (after_position, limit))

    def streams(self) -> dict[str, int]:
        """Each stream and its last version, in the order of their first records."""
        statement = "SELECT stream, max(version) FROM records GROUP BY stream ORDER BY min(position)"
        return dict(self._worker.read(lambda sql: sql.all(statement)))

    def head(self) -> Head:
        """Where the log ends."""
        return self._worker.read(lambda sql: _head(sql, self._worker.where))

    def checkpoint(self) -> str:
        """The head as one line to keep outside."""
        return str(self.head())

    def changed(self, since_position: int) -> bool:
        """Whether the log has grown past the position."""
        return self._watch.changed(since_position)

    def wait(self, since_position: int, timeout: float) -> bool:
        """Block until the log has grown past the position, or the time is over."""
        return self._watch.wait(since_position, timeout)

    def verify(self, checkpoint: Head | None = None) -> Proof | Break:
        """Prove the whole log as it is now; appends may go on meanwhile."""
        # One statement, so that head and end are of the same moment.
        statement = "SELECT position, hash, (SELECT max(position) FROM records) FROM head WHERE id = 1"
        found = self._worker.read(lambda sql: sql.all(statement))
        if not found:
            return Break(0, "", 0, "the head is gone")
        position, digest, last = found[0]
        if (last or 0) > position:
            return Break(position + 1, "", 0, f"records go on past the head at {position}")
        verifier = chain.Verifier(checkpoint)
        for record in self._until(position):
            broken = record if isinstance(record, Break) else verifier.take(record)
            if broken:
                return broken
        return verifier.finish(Head(position, digest))

    def close(self) -> None:
        """End waiting, finish what is queued, let go of the store."""
        self._watch.close()
        self._worker.close()

    def _until(self, position: int) -> Iterator[Record | Break]:
        """All records up to a position; where one can't be read, a break."""
        after, chunk = 0, _CHUNK
        while after < position:
            try:
                records = self.tail(after, min(chunk, position - after))
            except Corrupt as error:
                if chunk == 1:
                    yield Break(after + 1, "", 0, error.what)
                    return
                chunk = 1
                continue
            if not records:
                return
            yield from records
            after = records[-1].position

    def _records(self, statement: str, values: Sequence[object]) -> tuple[Record, ...]:
        rows = self._worker.read(lambda sql: sql.all(statement, values))
        try:
            return tuple([_record(*row) for row in rows])
        except (TypeError, OverflowError) as error:
            raise Corrupt(self._worker.where, f"a record can't be read ({error})", "run `warroom verify`") from error


class _Append:
    """One append as a job. Run again after a commit's answer was lost, it finds its own records by their hash."""

    def __init__(
        self, stream: str, expected_version: int, drafts: tuple[Draft, ...], at: datetime, actor: str, console: str
    ) -> None:
        self._stream = stream
        self._expected_version = expected_version
        self._drafts = drafts
        self._who = (at, actor, console)
        self._attempted: tuple[Record, ...] = ()

    def __call__(self, sql: Sql) -> tuple[Record, ...]:
        if self._attempted and self._arrived(sql):
            return self._attempted
        found = sql.all(_WHERE_TO_APPEND, (self._stream,))
        if not found:
            raise _headless(self._stream)
        position, digest, version = found[0]
        if version != self._expected_version:
            raise Conflict(self._stream, self._expected_version, version)
        records = self._seal(Head(position, digest), version)
        if records:
            sql.many(_INSERT, [_row(record) for record in records])
            last = records[-1]
            sql.run("UPDATE head SET position = ?, hash = ? WHERE id = 1", (last.position, last.hash))
        self._attempted = records
        return records

    def _seal(self, head: Head, version: int) -> tuple[Record, ...]:
        records: list[Record] = []
        for number, draft in enumerate(self._drafts, version + 1):
            record = chain.seal(head, self._stream, number, draft, *self._who)
            records.append(record)
            head = Head(record.position, record.hash)
        return tuple(records)

    def _arrived(self, sql: Sql) -> bool:
        last = self._attempted[-1]
        return sql.all("SELECT hash FROM records WHERE stream = ? AND version = ?", (self._stream, last.version)) == [
            (last.hash,)
        ]


def _head(sql: Sql, where: str) -> Head:
    rows = sql.all("SELECT position, hash FROM head WHERE id = 1")
    if not rows:
        raise _headless(where)
    return Head(*rows[0])


def _headless(where: str) -> Corrupt:
    return Corrupt(where, "the log's head is gone", "run `warroom verify`, restore a backup")


def _record(
    position: int,
    stream: str,
    version: int,
    name: str,
    at: int,
    actor: str,
    console: str,
    data: str,
    previous: str,
    hash: str,
) -> Record:
    # SQLite gives back whatever somebody has put into a column; joining fails for what is no text.
    "".join((stream, name, actor, console, data, previous, hash))
    return Record(position, stream, version, name, from_stored(at), actor, console, data, previous, hash)


def _row(record: Record) -> tuple[Any, ...]:
    at = to_stored(record.at)
    fields = (record.position, record.stream, record.version, record.type, at, record.actor, record.console)
    return (*fields, record.data, record.previous, record.hash)
