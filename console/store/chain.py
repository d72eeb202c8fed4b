"""The hash chain: pure functions that seal records and find what was changed.

    digest_n = SHA-256(canonical JSON of the record without `previous` and `hash`)
    hash_n   = SHA-256(hash_{n-1} || digest_n)          both as 32 raw bytes; stored as lower-case hexadecimal

Because a record enters its hash by its digest, an incident can be handed out with no more than the digests of the
foreign records in between, and still prove itself (see `excerpt`).
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime

from warroom.console.store.log import Break, Draft, Head, Proof, Record

_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def canonical(value: object) -> str:
    """The one way to write a value as JSON: sorted keys, compact.

    Raises:
        ValueError: NaN or an infinity, which JSON does not have.
        TypeError: no JSON value.
    """
    return _ENCODER.encode(value)


def written(value: object) -> str:
    """A value as an event's data: compact, its keys in the order that somebody gave them.

    A protocol's strategies, questions and documents stand in an order that means something. The chain hashes the text
    as it is stored, so it asks for no order.

    Raises:
        ValueError: NaN or an infinity, which JSON does not have.
        TypeError: no JSON value.
    """
    return _WRITER.encode(value)


def storable(text: str) -> str:
    """The text without what no database keeps: lone surrogates and NUL become U+FFFD."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
    return text


def digest(record: Record) -> str:
    """The SHA-256 of everything in the record but its place in the chain."""
    body = {
        "position": record.position,
        "stream": record.stream,
        "version": record.version,
        "type": record.type,
        "at": record.at.isoformat(timespec="microseconds"),
        "actor": record.actor,
        "console": record.console,
        "data": record.data,
    }
    return hashlib.sha256(canonical(body).encode("utf-8", "surrogatepass")).hexdigest()


def link(previous: str, digest: str) -> str:
    """The hash that follows `previous` for a record with this digest."""
    return hashlib.sha256(bytes.fromhex(previous) + bytes.fromhex(digest)).hexdigest()


def seal(head: Head, stream: str, version: int, draft: Draft, at: datetime, actor: str, console: str) -> Record:
    """The draft as the record that follows `head`.

    Raises:
        ValueError: `at` is naive.
    """
    if at.tzinfo is None:
        raise ValueError("expected an aware datetime")
    fields = (head.position + 1, stream, version, storable(draft.type), at.astimezone(UTC), actor, console)
    unsealed = Record(*fields, storable(draft.data), head.hash, "")
    return Record(*fields, unsealed.data, head.hash, link(head.hash, digest(unsealed)))


class Verifier:
    """Takes records in the order of their positions, remembers the first break."""

    def __init__(self, checkpoint: Head | None = None) -> None:
        self.reached = Head()
        self.broken: Break | None = None
        self._checkpoint = checkpoint
        self._versions: dict[str, int] = {}

    def take(self, record: Record) -> Break | None:
        """Check one record against all before it; the first break, if there is one by now."""
        if self.broken is None:
            why = self._fault(record)
            if why:
                self.broken = Break(record.position, record.stream, record.version, why)
            else:
                self.reached = Head(record.position, record.hash)
                self._versions[record.stream] = record.version
        return self.broken

    def finish(self, head: Head) -> Proof | Break:
        """Check the end of the log against its head and the checkpoint."""
        if self.broken:
            return self.broken
        position = self.reached.position
        if position < head.position:
            return Break(position + 1, "", 0, f"the tail is cut: the head says {head.position} records")
        if position > head.position:
            return Break(head.position + 1, "", 0, f"records go on past the head at {head.position}")
        if self.reached.hash != head.hash:
            return Break(position, "", 0, "the head's hash is not the last record's")
        if self._checkpoint and self._checkpoint.position > position:
            return Break(
                position + 1, "", 0, f"the tail is cut: the checkpoint says {self._checkpoint.position} records"
            )
        return Proof(self.reached, len(self._versions))

    def _fault(self, record: Record) -> str:
        expected = self.reached.position + 1
        if record.position != expected:
            return f"expected position {expected}: a record was removed, inserted or moved"
        if record.version != self._versions.get(record.stream, 0) + 1:
            return (
                f"expected version {self._versions.get(record.stream, 0) + 1}: a record was removed, inserted or moved"
            )
        if record.previous != self.reached.hash:
            return "it does not follow the record before it: one of the two was replaced"
        if record.hash != link(record.previous, digest(record)):
            return "its content is not what was written"
        if self._checkpoint and self._checkpoint.position == record.position and self._checkpoint.hash != record.hash:
            return "it is not what the checkpoint says: the log was rewritten"
        return ""


def verify(records: Iterable[Record], head: Head, checkpoint: Head | None = None) -> Proof | Break:
    """Prove the whole log, or find the first record that was edited, removed, inserted, moved or cut off."""
    verifier = Verifier(checkpoint)
    for record in records:
        if broken := verifier.take(record):
            return broken
    return verifier.finish(head)
