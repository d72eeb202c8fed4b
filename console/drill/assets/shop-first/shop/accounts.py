"""The people who may sign in, in a SQLite file."""

import hashlib
import hmac
import sqlite3
from contextlib import closing
from pathlib import Path

from shop import settings


class Accounts:
    """Reads the accounts; nothing here writes."""

    def __init__(self, path: Path) -> None:
        self._address = f"{path.resolve().as_uri()}?mode=ro"

    def count(self) -> int:
        """How many accounts there are; raises sqlite3.Error when the file can't be read."""
        with closing(sqlite3.connect(self._address, uri=True)) as base:
            return int(base.execute("SELECT count(*) FROM account").fetchone()[0])

    def holds(self, user: str, password: str) -> bool:
        """Whether this is the user's password."""
        with closing(sqlite3.connect(self._address, uri=True)) as base:
            row = base.execute("SELECT salt, digest FROM account WHERE name = ?", (user,)).fetchone()
        if row is None:
            return False
        digest = hashlib.pbkdf2_hmac("sha256", password.encode(), row[0], settings.PASSWORD_ROUNDS)
        return hmac.compare_digest(digest, row[1])
