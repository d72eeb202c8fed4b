"""Deadlines for a database driver that has none: a server that stops answering is hung up on."""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_LOOK = 0.25
"""Seconds between looks at a running deadline."""


def hang_up(descriptor: int) -> None:
    """Shut down a socket that another thread waits on; that thread gets the driver's error for a lost connection."""
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as line:
        line.shutdown(socket.SHUT_RDWR)


class Deadline:
    """Watches one connection at a time, from a thread that sleeps while nothing is to be watched."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._watched: tuple[int, float] | None = None
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._watch, name="warroom-store-deadline", daemon=True)
        self._thread.start()

    @contextmanager
    def limit(self, descriptor: int) -> Iterator[None]:
        """Hang up on this socket when the block takes longer than `seconds`."""
        with self._changed:
            self._watched = (descriptor, time.monotonic() + self.seconds)
            self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._watched = None

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _watch(self) -> None:
        with self._changed:
            while not self._closed:
                if self._watched is None:
                    self._changed.wait()
                    continue
                descriptor, deadline = self._watched
                if time.monotonic() > deadline:
                    hang_up(descriptor)
                    self._watched = None
                else:
                    self._changed.wait(_LOOK)
