"""The store on a PostgreSQL server, for several hosts in one room. Needs the extra `postgres`."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from psycopg import sql as quoting
from psycopg.pq import TransactionStatus

from warroom.console.store.deadline import Deadline
from warroom.console.store.errors import Full, StoreError, Unreachable
from warroom.console.store.migrations import MIGRATIONS, Migration
from warroom.console.store.postgres_connection import backoff, connect, read_address
from warroom.console.store.postgres_errors import named
from warroom.console.store.postgres_schema import migrate

PATIENCE = 10.0
"""Seconds in which a lost connection is restored before the waiting jobs are told."""

_DEADLINE = 8.0
"""Seconds for a transaction before the line is cut; the server's own limits (5 s) come first if it still answers."""

_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT position FROM warroom.head WHERE id = 1 FOR UPDATE"
"""One round trip. The locked row is the queue in which all writers stand."""


class PostgresSql:
    """Statements on a connection, from the shared dialect."""

    def __init__(self, connection: "psycopg.Connection[tuple[Any, ...]]") -> None:
        self._connection = connection

    def all(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run a query; its rows."""
        return self._connection.execute(_translate(statement), values).fetchall()

    def run(self, statement: str, values: Sequence[object] = ()) -> None:
        """Run a statement that returns nothing."""
        self._connection.execute(_translate(statement), values)

    def many(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        """Run a statement once for each row."""
        if len(rows) == 1:
            self.run(statement, rows[0])
            return
        with self._connection.cursor() as cursor:
            cursor.executemany(_translate(statement), rows)


class PostgresDatabase:
    """One connection, restored when it is lost."""

    def __init__(self, address: str, migrations: Sequence[Migration] = MIGRATIONS) -> None:
        """Raises Unreachable when the address can't be read."""
        self.conninfo, self.where = read_address(address)
        self._migrations = migrations
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None
        self._deadline: Deadline | None = None
        self._give_up_at = 0.0
        self._down = False

    @property
    def read_only(self) -> Full | None:
        """A server has no view for reading only."""
        return None

    def open(self) -> None:
        """Connect and bring the tables up to date. Raises a StoreError."""
        self._connect()

    @contextmanager
    def reading(self) -> Iterator[PostgresSql]:
        """Each statement by itself."""
        with named(self.where), self._in_time() as connection:
            yield PostgresSql(connection)

    @contextmanager
    def writing(self) -> Iterator[PostgresSql]:
        """A transaction that locks the head first: writers take turns, so positions have no gaps and come in order."""
        with named(self.where), self._in_time() as connection:
            try:
                connection.execute(_BEGIN)
                yield PostgresSql(connection)
                if connection.execute("COMMIT").statusmessage != "COMMIT":
                    raise Unreachable(self.where, "the server rolled the append back", "try again")
            finally:
                if not connection.closed and connection.info.transaction_status != TransactionStatus.IDLE:
                    connection.execute("ROLLBACK")

    def recover(self, attempt: int) -> bool:
        """Connect again, waiting longer each time, `PATIENCE` seconds at most; once if it was down before."""
        if self._connection and not self._connection.closed:
            return False
        if attempt == 1:
            self._give_up_at = time.monotonic() + (0 if self._down else PATIENCE)
        else:
            time.sleep(backoff(attempt))
        while True:
            try:
                self._connect()
            except Unreachable:
                if time.monotonic() > self._give_up_at:
                    self._down = True
                    return False
                time.sleep(backoff(attempt))
                attempt += 1
            except StoreError:
                return False
            else:
                self._down = False
                return attempt == 1 or time.monotonic() < self._give_up_at

    def breathe(self) -> None:
        """The server queues its writers fairly."""

    def close(self) -> None:
        """Disconnect."""
        if self._connection:
            self._connection.close()
        if self._deadline:
            self._deadline.close()

    @contextmanager
    def _in_time(self) -> "Iterator[psycopg.Connection[tuple[Any, ...]]]":
        connection = self._connection
        if connection is None or connection.closed:
            raise Unreachable(self.where, "the connection is lost", "check the server; nothing acknowledged is lost")
        if self._deadline is None:
            self._deadline = Deadline(_DEADLINE)
        with self._deadline.limit(connection.fileno()):
            yield connection

    def _connect(self) -> None:
        connection = connect(self.conninfo, self.where)
        try:
            with named(self.where):
                migrate(connection, self.where, self._migrations)
        except BaseException:
            connection.close()
            raise
        if self._connection:
            self._connection.close()
        self._connection = connection


@cache
def _translate(statement: str) -> "quoting.SQL":
    # Our statements hold no `?` or `%` but placeholders.
    return quoting.SQL(statement.replace("?", "%s"))
