"""The log: records, and the protocol that every kind of store keeps.

The chain finds whatever is changed inside the log, and the head finds a cut tail. Someone who may write to the store
can rewrite records and head together, and no log finds that by itself: keep a `checkpoint()` outside (a message, a git
tag, the post-mortem) and hand it to `verify`.
"""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

GENESIS = "0" * 64
"""The hash before the first record."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An event that is not stored yet."""

    type: str
    """The event's stable name, e.g. `incident.declared`."""
    data: str
    """The event as compact JSON in UTF-8, its keys in the order that they have."""


@dataclass(frozen=True, slots=True)
class Record:
    """An event as it is stored."""

    position: int
    """Its number in the whole log: 1, 2, 3 … without gaps, in the order of the commits."""
    stream: str
    """What it belongs to, e.g. an incident's id."""
    version: int
    """Its number in the stream: 1, 2, 3 … without gaps."""
    type: str
    """The event's stable name."""
    at: datetime
    """When it happened: aware, UTC, to the microsecond."""
    actor: str
    """Who did it."""
    console: str
    """The console it came from."""
    data: str
    """The event as JSON, as it was written."""
    previous: str
    """The hash of the record before it, `GENESIS` for the first."""
    hash: str
    """SHA-256 over `previous` and the digest of everything above (see `chain`)."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log ends, and its last hash: the whole log in one line."""

    position: int = 0
    hash: str = GENESIS

    def __str__(self) -> str:
        """Write a checkpoint: `POSITION:HASH`."""
        return f"{self.position}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Read a checkpoint back.

        Raises:
            ValueError: the text is none; the message shows how one looks.
        """
        position, _, digest = text.strip().partition(":")
        if not (
            position.isascii() and position.isdigit() and len(digest) == 64 and set(digest) <= set("0123456789abcdef")
        ):
            raise ValueError('expected a checkpoint, e.g. "42:" and 64 hexadecimal digits')
        return cls(int(position), digest)


@dataclass(frozen=True, slots=True)
class Proof:
    """The log is whole up to here."""

    head: Head
    streams: int
    """How many streams it holds."""


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the log contradicts itself."""

    position: int
    stream: str
    """Empty when it is unknown whose record is missing."""
    version: int
    why: str


class Log(Protocol):
    """An append-only log of streams, safe to share between threads, processes and (PostgreSQL) hosts.

    Every call may raise a `StoreError`, and blocks the calling thread for at most some seconds: on an event loop use
    `append_soon` with `asyncio.wrap_future`, and `asyncio.to_thread` for the rest.
    """

    def append(
        self, stream: str, expected_version: int, drafts: Sequence[Draft], at: datetime, actor: str, console: str
    ) -> tuple[Record, ...]:
        """Store all drafts or none; when it returns they are on disk.

        `expected_version` is the stream's last version as the caller knows it, 0 for a new stream. Lone surrogates and
        NUL, which no database keeps, become U+FFFD.

        Raises:
            Conflict: the stream has moved on; nothing was written.
            ValueError: `at` is naive, or the stream's name is no text that can be stored.
        """

    def append_soon(
        self, stream: str, expected_version: int, drafts: Sequence[Draft], at: datetime, actor: str, console: str
    ) -> "Future[tuple[Record, ...]]":
        """Queue an append; appends queued together share one commit. Same errors, in the future."""

    def read(self, stream: str, after: int = 0) -> tuple[Record, ...]:
        """The stream's records with a version above `after`, in order; empty for an unknown stream."""

    def tail(self, after_position: int, limit: int = 1000) -> tuple[Record, ...]:
        """At most `limit` records of all streams that follow `after_position`, in order, without gaps."""

    def streams(self) -> dict[str, int]:
        """Each stream and its last version, in the order of their first records."""

    def head(self) -> Head:
        """Where the log ends."""

    def checkpoint(self) -> str:
        """The head as one line to keep outside of the store, where who rewrites the log can't rewrite it too."""

    def changed(self, since_position: int) -> bool:
        """Whether the log has grown past `since_position`. Cheap: made to be asked twenty times a second."""

    def wait(self, since_position: int, timeout: float) -> bool:
        """Block until the log has grown past `since_position`, at most `timeout` seconds; whether it has."""

    def verify(self, checkpoint: Head | None = None) -> Proof | Break:
        """Check every record against the chain, the head, and a checkpoint kept outside."""

    def close(self) -> None:
        """End waiting and let go of the store; queued appends are finished first."""
