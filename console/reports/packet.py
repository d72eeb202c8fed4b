"""An incident's records as JSON that proves itself: to write, to read back, and what to tell who receives it."""

import json
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from warroom.console.store.chain import digest
from warroom.console.store.excerpt import Excerpt, excerpt
from warroom.console.store.log import Head, Log, Record

FORMAT = "warroom-evidence-1"
_PAGE = 1000
HOW = (
    "The JSON form of this document holds a packet: every event of the incident, and of the events of other incidents "
    "in between no more than their digests. Each event's hash is the SHA-256 of the hash before it and of the event's "
    "own digest, so any edit, removal or change of order breaks the chain; its end is the checkpoint. Compare that "
    "with one that was kept outside of the store: in a message, a git tag, a signed document."
)
SCRIPT = """\
import hashlib, json, sys
packet = json.load(open(sys.argv[1], encoding="utf-8"))["packet"]
KEYS = ("position", "stream", "version", "type", "at", "actor", "console", "data")
def sha(data): return hashlib.sha256(data).hexdigest()
place, head, events = packet["start"]["position"], packet["start"]["hash"], 0
for link in packet["links"]:
    place, own = place + 1, isinstance(link, dict)
    events += own
    text = own and json.dumps({k: link[k] for k in KEYS}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    if own and (link["position"], link["version"], link["previous"]) != (place, events, head):
        sys.exit(f"broken at position {place}: a record was removed, inserted or moved")
    head = sha(bytes.fromhex(head) + bytes.fromhex(sha(text.encode("utf-8", "surrogatepass")) if own else link))
    if own and link["hash"] != head:
        sys.exit(f"broken at position {place}: not what was written")
if {"position": place, "hash": head} != packet["end"]:
    sys.exit("broken: the end does not follow from the records")
print(f"whole: {events} events; compare this checkpoint with one kept outside: {place}:{head}")
"""
"""Proves a packet with the standard library alone."""


def cut(log: Log, stream: str, until: int) -> Excerpt:
    """A stream with everything from its first record to a position of the log: its end is a checkpoint.

    Args:
        log: the whole log; read in pages.
        stream: the incident.
        until: the position to end at, not before the stream's last record that is wanted.

    Raises:
        ValueError: there is no record of that stream up to there.
        StoreError: the log can't be read.
    """
    first = next((record.position for record in log.read(stream)[:1]), until + 1)
    records: list[Record] = []
    after = first - 1
    while after < until and (page := log.tail(after, min(_PAGE, until - after))):
        records += page
        after = page[-1].position
    own = excerpt(records, stream)
    rest = tuple(digest(record) for record in records if record.position > own.end.position)
    return Excerpt(own.start, (*own.links, *rest), Head(records[-1].position, records[-1].hash))


def to_packet(cutting: Excerpt) -> dict[str, Any]:
    """The excerpt as plain values; `read_packet` gives it back."""
    return {
        "format": FORMAT,
        "verify": HOW,
        "script": SCRIPT,
        "checkpoint": str(cutting.end),
        "events": sum(isinstance(link, Record) for link in cutting.links),
        "start": {"position": cutting.start.position, "hash": cutting.start.hash},
        "links": [link if isinstance(link, str) else _plain(link) for link in cutting.links],
        "end": {"position": cutting.end.position, "hash": cutting.end.hash},
    }


def _plain(record: Record) -> dict[str, Any]:
    values = {field.name: getattr(record, field.name) for field in fields(Record)}
    return {**values, "at": record.at.astimezone(UTC).isoformat(timespec="microseconds")}


def read_packet(text: str) -> Excerpt:
    """The excerpt in an exported evidence document.

    Raises:
        ValueError: the text is no such document; the message says what is wrong.
    """
    try:
        packet = json.loads(text)["packet"]
        if packet["format"] != FORMAT:
            raise ValueError(f"expected a packet of the format {FORMAT}, found {packet['format']!r}")
        links = tuple(link if isinstance(link, str) else _record(link) for link in packet["links"])
        if not any(isinstance(link, Record) for link in links):
            raise ValueError("it holds no event")
        return Excerpt(Head(**_typed(packet["start"])), links, Head(**_typed(packet["end"])))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"expected a document of `warroom export ID evidence --format json` ({error})") from None


def _typed(head: dict[str, Any]) -> dict[str, Any]:
    if not (isinstance(head["position"], int) and isinstance(head["hash"], str)):
        raise TypeError("a head is a position and a hash")
    return {"position": head["position"], "hash": head["hash"]}


def _record(link: dict[str, Any]) -> Record:
    values = dict(link)
    if not all(isinstance(value, int if key in ("position", "version") else str) for key, value in values.items()):
        raise TypeError("a record is made of texts and two numbers")
    return Record(**{**values, "at": datetime.fromisoformat(values["at"])})
