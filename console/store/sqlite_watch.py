"""Notices appends to a SQLite file, by looking: SQLite tells nobody."""

import threading
import time

from warroom.console.store.worker import Worker

_LOOK = 0.05
"""Seconds between looks; a look at the head row costs some tens of microseconds."""


class SqliteWatch:
    """Looks at the head row through the store's own connection."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._closed = threading.Event()

    def changed(self, since_position: int) -> bool:
        """Whether the log has grown past the position."""
        rows = self._worker.read(lambda sql: sql.all("SELECT position FROM head WHERE id = 1"))
        return bool(rows) and bool(rows[0][0] > since_position)

    def wait(self, since_position: int, timeout: float) -> bool:
        """Look twenty times a second, at most `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while not self._closed.is_set():
            if self.changed(since_position):
                return True
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self._closed.wait(min(_LOOK, left))
        return False

    def close(self) -> None:
        """End all waiting."""
        self._closed.set()
