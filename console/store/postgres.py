"""The store on a PostgreSQL server, for several hosts in one room. Needs the extra `postgres`."""

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from psycopg import sql as quoting
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus

from warroom.console.store.deadline import Deadline
from warroom.console.store.errors import Corrupt, Foreign, Full, Newer, StoreError, Unreachable
from warroom.console.store.migrations import MIGRATIONS, Migration
from warroom.console.store.postgres_errors import named

PATIENCE = 10.0
"""Seconds in which a lost connection is restored before the waiting jobs are told."""

_DEADLINE = 8.0
"""Seconds for a transaction before the line is cut; the server's own limits (5 s) come first if it still answers."""

_CONNECTION = {
    "application_name": "warroom",
    "connect_timeout": "5",
    "keepalives": "1",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}

# The last limit frees the head for others when a console that holds it is stopped or cut off.
_SESSION = """
    SET statement_timeout = '5s'; SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '10s';
    SET client_encoding = 'UTF8'; SET search_path = warroom;
    SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')
"""

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
                _migrate(connection, self.where, self._migrations)
        except BaseException:
            connection.close()
            raise
        if self._connection:
            self._connection.close()
        self._connection = connection


def read_address(address: str) -> tuple[str, str]:
    """Connection parameters with our deadlines, and the address to show: without a password.

    Raises:
        Unreachable: the address can't be read.
    """
    try:
        given = conninfo_to_dict(address)
    except psycopg.ProgrammingError:
        # The driver's message repeats the address, password and all.
        raise Unreachable("store", "can't read the PostgreSQL address", 'e.g. "postgresql://room@db/warroom"') from None
    user = f"{given['user']}@" if given.get("user") else ""
    port = f":{given['port']}" if given.get("port") else ""
    where = f"postgresql://{user}{given.get('host') or ''}{port}/{given.get('dbname') or ''}"
    return make_conninfo(**{**_CONNECTION, **{key: str(value) for key, value in given.items()}}), where


def connect(conninfo: str, where: str) -> "psycopg.Connection[tuple[Any, ...]]":
    """A session with all limits set, each statement its own transaction. Raises Unreachable."""
    with named(where):
        connection = psycopg.connect(conninfo, autocommit=True)
        try:
            connection.execute(_SESSION)
            row = connection.execute("SHOW server_encoding").fetchone()
            if row != ("UTF8",):
                raise Unreachable(where, "the database is not in UTF8", "create one with ENCODING 'UTF8'")
        except BaseException:
            connection.close()
            raise
        return connection


def backoff(attempt: int) -> float:
    """Seconds to wait before an attempt: doubling from 50 ms to 2 s, scattered so that consoles come one by one."""
    return float(min(2.0, 0.05 * 2 ** min(attempt, 6)) * random.uniform(0.5, 1.0))


@cache
def _translate(statement: str) -> "quoting.SQL":
    # Our statements hold no `?` or `%` but placeholders.
    return quoting.SQL(statement.replace("?", "%s"))


def _identify(connection: "psycopg.Connection[tuple[Any, ...]]", where: str, known: int) -> int:
    """The number of migrations the schema has taken; 0 for a new one. Raises Foreign and Newer."""
    tables = {
        name
        for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'warroom'").fetchall()
    }
    if not tables:
        return 0
    if "schema_version" not in tables:
        raise Foreign(
            where, "its schema `warroom` belongs to another program", "name another database; it was left as it was"
        )
    row = connection.execute("SELECT version FROM warroom.schema_version").fetchone()
    if row is None or not {"records", "head", "leases", "samples"} <= tables:
        raise Corrupt(where, "some of its tables are gone", "restore a backup; it was left as it was")
    if row[0] > known:
        raise Newer(
            where,
            f"a newer warroom wrote it (tables {row[0]}, known {known})",
            "upgrade warroom; it was left as it was",
        )
    return int(row[0])


def _migrate(connection: "psycopg.Connection[tuple[Any, ...]]", where: str, migrations: Sequence[Migration]) -> None:
    """Take the missing steps in one transaction."""
    if _identify(connection, where, len(migrations)) == len(migrations):
        return
    with connection.transaction():
        # One console prepares the tables; the others wait here and find them.
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('warroom schema'))")
        version = _identify(connection, where, len(migrations))
        if version == 0:
            connection.execute("CREATE SCHEMA IF NOT EXISTS warroom")
            connection.execute("CREATE TABLE schema_version (version INTEGER NOT NULL)")
            connection.execute("INSERT INTO schema_version VALUES (0)")
        for migration in migrations[version:]:
            for statement in migration.postgres:
                connection.execute(quoting.SQL(statement))
        connection.execute("UPDATE schema_version SET version = %s", (len(migrations),))
