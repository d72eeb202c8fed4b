"""Who is signed in: sessions, spread over slots by the user's name."""

import hashlib
import secrets
import threading
import time

from shop import settings


class Store:
    """One slot: its own lock and its own sessions, one a user."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: dict[str, tuple[str, float]] = {}

    def open(self, user: str) -> str:
        """Start (or renew) the user's session; gives its token."""
        token = secrets.token_urlsafe(16)
        with self._lock:
            self._sessions[user] = (token, time.monotonic() + settings.SIGN_IN_SECONDS)
        return token


STORES = tuple(Store() for _ in range(7))


def slot_of(user: str) -> int:
    """The slot a user belongs to: always the same one."""
    digest = hashlib.sha256(user.encode()).digest()
    return int.from_bytes(digest, "big") % settings.SESSION_SLOTS


def remember(user: str) -> str:
    """Open a session for a user who has just signed in; gives its token."""
    return STORES[slot_of(user)].open(user)
