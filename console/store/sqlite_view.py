"""A copy to read while the disk is full: there SQLite can't open a file with a write-ahead log, even to read."""

import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path

from warroom.console.store.errors import Full


@dataclass(frozen=True, slots=True)
class View:
    """A readable copy of the store in a private folder."""

    connection: sqlite3.Connection
    folder: tempfile.TemporaryDirectory[str]
    reason: Full
    """Why the store itself can't be opened."""

    def close(self) -> None:
        """Close and remove the copy."""
        self.connection.close()
        self.folder.cleanup()


def take(path: Path, reason: Full) -> View:
    """Copy the file and its write-ahead log to where there is space, and open that.

    Raises:
        Full: `reason`, when there is nothing to show or no space for a copy anywhere.
    """
    for place in (None, "/dev/shm", "/var/tmp"):
        try:
            folder = tempfile.TemporaryDirectory(prefix="warroom-view-", dir=place)
        except OSError:
            continue
        try:
            return View(_open_copy(path, Path(folder.name) / path.name), folder, reason)
        except (OSError, sqlite3.Error):
            folder.cleanup()
    raise reason


def _open_copy(path: Path, copy: Path) -> sqlite3.Connection:
    shutil.copyfile(path, copy)
    log = path.with_name(path.name + "-wal")
    if log.exists():
        shutil.copyfile(log, copy.with_name(copy.name + "-wal"))
    connection = sqlite3.connect(copy, isolation_level=None)
    try:
        # Another process may have written while we copied: a torn copy must not be shown as the truth.
        if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("torn copy")
        connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection
