"""SQLite's and the file system's complaints, as errors with a name and a way on."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warroom.console.store.errors import Corrupt, Foreign, Full, Locked, StoreError, Unreachable

_SPARE = 64 * 1024
"""Bytes; SQLite needs about this much beside a file to open it. With less, an I/O error means a full disk."""


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Turn SQLite's errors inside the block into StoreErrors."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is not None:
            raise _name(path, code & 0xFF, str(error)) from error
        if "UTF-8" in str(error):
            raise _corrupt(path, str(error)) from error
        raise


@contextmanager
def reachable(path: Path) -> Iterator[None]:
    """Turn the file system's errors inside the block into StoreErrors."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise full(path) from error
        raise Unreachable(
            str(path), error.strerror or str(error), "check the path, or name another with --store"
        ) from error


def full(path: Path) -> Full:
    """The disk is full."""
    return Full(str(path), "the disk is full", "free some space there; what was acknowledged is safe and can be read")


def _corrupt(path: Path, why: str) -> Corrupt:
    return Corrupt(
        str(path), f"the store is damaged ({why})", "keep the file, restore a backup, or name another with --store"
    )


def _name(path: Path, code: int, why: str) -> StoreError:
    where = str(path)
    match code:
        case sqlite3.SQLITE_FULL:
            return full(path)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Locked(
                where, "another process holds the store", "try again; if it lasts, look for a hanging warroom"
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_ERROR:
            return _corrupt(path, why)
        case sqlite3.SQLITE_CONSTRAINT:
            return Corrupt(where, f"the log contradicts itself ({why})", "run `warroom verify`")
        case sqlite3.SQLITE_NOTADB:
            return Foreign(
                where, "this is no warroom store", "name another file, or restore a backup; it was left as it was"
            )
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN if _starved(path):
            return full(path)
        case _:
            return Unreachable(
                where, why, "check the disk and the rights on file and folder, or name another with --store"
            )


def _starved(path: Path) -> bool:
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return False
    return disk.f_bavail * disk.f_frsize < _SPARE or (disk.f_files > 0 and disk.f_favail == 0)
