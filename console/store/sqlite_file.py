"""The SQLite file itself: made private, recognised as ours, brought up to date."""

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from warroom.console.store.errors import Corrupt, Foreign, Newer
from warroom.console.store.migrations import Migration

APPLICATION_ID = 0x57524F4D
"""`WROM`: marks a file as ours in SQLite's header."""
_MARKS = """SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)
    FROM pragma_application_id, pragma_user_version"""
"""One statement sees all of one moment, also while another process makes the tables."""


def create(path: Path) -> None:
    """Make the folder (0700) and an empty file (0600), which SQLite's own files beside it then follow."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return


def check_header(path: Path) -> None:
    """Raises Foreign when the file is no SQLite database; an empty one may become ours."""
    with path.open("rb") as file:
        magic = file.read(16)
    if magic and magic != b"SQLite format 3\0":
        raise Foreign(
            str(path), "this is no warroom store", "name another file, or restore a backup; it was left as it was"
        )


def identify(connection: sqlite3.Connection, where: str, known: int) -> int:
    """The number of migrations the file has taken; 0 for a new one. Raises Foreign and Newer."""
    application, version, tables = connection.execute(_MARKS).fetchone()
    if application != APPLICATION_ID and (application or version or tables):
        raise Foreign(where, "the database belongs to another program", "name another file; it was left as it was")
    if version > known:
        raise Newer(
            where,
            f"a newer warroom wrote it (tables {version}, known {known})",
            "upgrade warroom; it was left as it was",
        )
    if application == APPLICATION_ID and not tables:
        raise Corrupt(where, "its tables are gone", "restore a backup; it was left as it was")
    return int(version)


def migrate(connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration]) -> None:
    """Take the missing steps in one transaction; a file that holds something is copied first."""
    version = identify(connection, str(path), len(migrations))
    if version == len(migrations):
        return
    if version:
        _back_up(connection, path.with_name(f"{path.name}.v{version}.bak"))
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have done it while this one waited for the lock.
        version = identify(connection, str(path), len(migrations))
        for migration in migrations[version:]:
            for statement in migration.sqlite:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _back_up(connection: sqlite3.Connection, copy: Path) -> None:
    copy.unlink(missing_ok=True)
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    target = sqlite3.connect(copy)
    try:
        connection.backup(target)
    finally:
        target.close()
