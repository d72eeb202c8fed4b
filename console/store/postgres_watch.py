"""Notices appends on a PostgreSQL server: listens on a connection of its own, and looks again whenever it was away."""

import threading

from warroom.console.store.deadline import Deadline, hang_up
from warroom.console.store.errors import StoreError
from warroom.console.store.migrations import CHANNEL
from warroom.console.store.postgres_connection import backoff, connect
from warroom.console.store.postgres_errors import named

_HEARTBEAT = 5.0
"""Seconds of silence after which the head is read, to find a dead line and a lost notification."""

_FIRST_LOOK = 5.0
"""Seconds that the first question waits for the listener to be in its place."""


class PostgresWatch:
    """A thread that knows the last position it heard of; it starts with the first question."""

    def __init__(self, conninfo: str, where: str) -> None:
        self._conninfo = conninfo
        self._where = where
        self._position = 0
        self._moved = threading.Condition()
        self._tried = threading.Event()
        self._closed = threading.Event()
        self._descriptor = -1
        self._thread: threading.Thread | None = None

    def changed(self, since_position: int) -> bool:
        """Whether it has heard of a position past this one; no round trip."""
        self._start()
        return self._position > since_position

    def wait(self, since_position: int, timeout: float) -> bool:
        """Sleep until it hears of one, at most `timeout` seconds."""
        self._start()
        with self._moved:
            self._moved.wait_for(lambda: self._position > since_position or self._closed.is_set(), timeout)
            return self._position > since_position

    def close(self) -> None:
        """End all waiting and hang up."""
        with self._moved:
            self._closed.set()
            self._moved.notify_all()
            if self._descriptor >= 0:
                hang_up(self._descriptor)
        if self._thread:
            self._thread.join()

    def _start(self) -> None:
        with self._moved:
            if self._thread is None and not self._closed.is_set():
                self._thread = threading.Thread(target=self._listen, name="warroom-store-watch", daemon=True)
                self._thread.start()
        self._tried.wait(_FIRST_LOOK)

    def _listen(self) -> None:
        deadline = Deadline(_HEARTBEAT)
        attempt = 0
        while not self._closed.is_set():
            try:
                self._follow(deadline)
            except StoreError:
                # Notifications are lost while away; the head is read again after the next connection.
                attempt = 0 if self._descriptor >= 0 else attempt + 1
                with self._moved:
                    self._descriptor = -1
                self._tried.set()
                self._closed.wait(backoff(attempt))
        deadline.close()
        self._tried.set()

    def _follow(self, deadline: Deadline) -> None:
        """Listen until the connection is lost. Raises a StoreError then."""
        with connect(self._conninfo, self._where) as connection, named(self._where):
            with self._moved:
                self._descriptor = connection.fileno()
            connection.execute(f"LISTEN {CHANNEL}")
            while not self._closed.is_set():
                with deadline.limit(connection.fileno()):
                    row = connection.execute("SELECT position FROM warroom.head WHERE id = 1").fetchone()
                self._hear(row[0] if row else 0)
                heard = True
                while heard and not self._closed.is_set():
                    heard = False
                    for notification in connection.notifies(timeout=_HEARTBEAT, stop_after=1):
                        heard = True
                        self._hear(int(notification.payload))

    def _hear(self, position: int) -> None:
        with self._moved:
            if position > self._position:
                self._position = position
                self._moved.notify_all()
        self._tried.set()
