"""backup ENV: copy the data file and prove the copy by reading it back."""

import hashlib
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from ops.lib.command import Failed, Misused, environment_named, finish, patience, say
from ops.lib.platform import Platform


def fingerprint(path: Path) -> tuple[int, str]:
    """Rows, and a digest over every one of them; fails when the file is damaged."""
    digest, rows = hashlib.sha256(), 0
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as base:
        verdict = base.execute("PRAGMA integrity_check").fetchone()[0]
        if verdict != "ok":
            raise Failed(f"{path}: {verdict}")
        for row in base.execute("SELECT name, salt, digest FROM account ORDER BY name"):
            digest.update(repr(row).encode())
            rows += 1
    return rows, digest.hexdigest()


def backup(arguments: list[str]) -> None:
    """Copy, read both, compare."""
    if len(arguments) != 1:
        raise Misused("ops/backup production|staging")
    platform = Platform.find()
    source = platform.data / f"{environment_named(arguments[0])}.db"
    target = platform.backups / f"{source.stem}-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.db"
    try:
        address = f"{source.as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as base, closing(sqlite3.connect(target)) as copy:
            base.backup(copy)
        say(f"copied    {source} to {target}")
        patience(1.0)
        original, copied = fingerprint(source), fingerprint(target)
    except sqlite3.Error as error:
        raise Failed(f"{source}: {error}") from error
    if original != copied:
        raise Failed(f"the copy differs: {copied} instead of {original}")
    say(f"read back {copied[0]} accounts, sha256 {copied[1][:16]}, the same as the original")


if __name__ == "__main__":
    finish(lambda: backup(sys.argv[1:]))
