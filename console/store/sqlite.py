"""The store in one SQLite file: write-ahead log, every commit on the disk before it is acknowledged."""

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from warroom.console.store import sqlite_file, sqlite_view
from warroom.console.store.errors import Full, Locked, StoreError, Unreachable
from warroom.console.store.migrations import MIGRATIONS, Migration
from warroom.console.store.sqlite_errors import named, reachable

PATIENCE = 5.0
"""Seconds to wait for another process's write lock."""

_RIVAL = 0.1
"""Seconds for which another writer counts as about after it was last noticed."""


class SqliteSql:
    """Statements on a connection; it speaks the shared dialect as it is."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run a query; its rows."""
        return self._connection.execute(statement, values).fetchall()

    def run(self, statement: str, values: Sequence[object] = ()) -> None:
        """Run a statement that returns nothing."""
        self._connection.execute(statement, values)

    def many(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        """Run a statement once for each row."""
        self._connection.executemany(statement, rows)


class SqliteDatabase:
    """One file. On a disk that is full when it is opened, where SQLite can't even read, a copy stands in for it."""

    def __init__(self, path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> None:
        self.path = path
        self.where = str(path)
        self.view: sqlite_view.View | None = None
        """What is read instead of the file while the disk is full."""
        self._migrations = migrations
        self._connection: sqlite3.Connection | None = None
        self._inode = 0
        self._seen_commits = -1
        self._rival_until = 0.0

    @property
    def read_only(self) -> Full | None:
        """Why the file itself can't be opened, while a view stands in for it."""
        return self.view.reason if self.view else None

    def open(self) -> None:
        """Open or create the file; what isn't ours is left as it was. Raises a StoreError."""
        try:
            self._connection = self._open_file()
        except Full as full:
            self.view = sqlite_view.take(self.path, full)
            try:
                with named(self.path):
                    sqlite_file.identify(self.view.connection, self.where, len(self._migrations))
                    self.view.connection.execute("SELECT position FROM head").fetchone()
            except StoreError as error:
                self.view.close()
                raise full from error

    @contextmanager
    def reading(self) -> Iterator[SqliteSql]:
        """Each statement by itself."""
        with named(self.path):
            yield SqliteSql(self._open_connection())

    @contextmanager
    def writing(self) -> Iterator[SqliteSql]:
        """A transaction that takes the write lock at its start: a deferred one would fail at once, without waiting."""
        self._leave_view()
        connection = self._open_connection()
        with named(self.path):
            self._check_in_place()
            self._look_for_rivals(connection)
            asked = time.monotonic()
            connection.execute("BEGIN IMMEDIATE")
            if time.monotonic() - asked > 0.001:
                self._rival_until = time.monotonic() + _RIVAL
            try:
                yield SqliteSql(connection)
                connection.execute("COMMIT")
            finally:
                # A full disk has ended the transaction already; a second ROLLBACK would be an error.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def recover(self, attempt: int) -> bool:
        """A file that can't be reached stays so."""
        return False

    def breathe(self) -> None:
        """Pause for a millisecond if another process writes too: SQLite's waiting is not fair (it sleeps and looks)."""
        if time.monotonic() < self._rival_until:
            time.sleep(0.001)

    def close(self) -> None:
        """Close the file, or the view."""
        if self.view:
            self.view.close()
        elif self._connection:
            self._connection.close()

    def _open_connection(self) -> sqlite3.Connection:
        connection = self.view.connection if self.view else self._connection
        if connection is None:
            raise Unreachable(self.where, "the store is not open", "open it first")
        return connection

    def _leave_view(self) -> None:
        """Go back to the file once there is space. Raises Full while there is none."""
        if self.view:
            self._connection = self._open_file()
            self.view.close()
            self.view = None

    def _open_file(self) -> sqlite3.Connection:
        with reachable(self.path):
            sqlite_file.create(self.path)
            sqlite_file.check_header(self.path)
            self._inode = self.path.stat().st_ino
        deadline = time.monotonic() + PATIENCE
        while True:
            # Switching a fresh file to WAL fails at once while another process does the same: no patience is built in.
            try:
                return self._connect()
            except Locked:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def _connect(self) -> sqlite3.Connection:
        with named(self.path):
            connection = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
            try:
                sqlite_file.identify(connection, self.where, len(self._migrations))
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                if connection.execute("PRAGMA synchronous").fetchone() != (2,):
                    raise Unreachable(self.where, "SQLite won't make commits durable", "check the SQLite build")
                sqlite_file.migrate(connection, self.path, self._migrations)
                connection.execute("SELECT position, hash FROM head").fetchone()
            except BaseException:
                connection.close()
                raise
            return connection

    def _check_in_place(self) -> None:
        """Refuse to write into a file that nobody will find again."""
        try:
            inode = os.stat(self.where).st_ino  # noqa: PTH116  on the way of every append: a Path costs twice as much
        except OSError:
            inode = 0
        if inode != self._inode:
            raise Unreachable(self.where, "the file was moved or deleted while in use", "put it back, or start again")

    def _look_for_rivals(self, connection: sqlite3.Connection) -> None:
        (commits,) = connection.execute("PRAGMA data_version").fetchone()
        if commits != self._seen_commits and self._seen_commits != -1:
            self._rival_until = time.monotonic() + _RIVAL
        self._seen_commits = commits
