"""One incident, cut out of the log so that it still proves itself to whoever receives it."""

from collections.abc import Iterable
from dataclasses import dataclass

from warroom.console.store.chain import digest, link
from warroom.console.store.log import Break, Head, Proof, Record


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One stream, cut out of the log so that it still proves itself."""

    start: Head
    """The head before the stream's first record."""
    links: tuple[Record | str, ...]
    """The stream's records, and the bare digest of each foreign record in between, in order."""
    end: Head
    """The head after the stream's last record: compare it with a checkpoint, or with the log."""


def excerpt(records: Iterable[Record], stream: str) -> Excerpt:
    """Cut a stream out of the log; `records` are the whole log, or at least from the stream's first to its last.

    Raises:
        ValueError: there is no record of that stream.
    """
    links: list[Record | str] = []
    own: list[tuple[int, Record]] = []
    for record in records:
        if record.stream == stream:
            links.append(record)
            own.append((len(links), record))
        elif own:
            links.append(digest(record))
    if not own:
        raise ValueError(f"no record of {stream}")
    first, (length, last) = own[0][1], own[-1]
    return Excerpt(Head(first.position - 1, first.previous), tuple(links[:length]), Head(last.position, last.hash))


def prove(excerpt: Excerpt) -> Proof | Break:
    """Check an excerpt from its start to its end."""
    try:
        return _follow(excerpt)
    except ValueError:
        return Break(excerpt.start.position + 1, "", 0, "a digest is no hexadecimal number")


def _follow(excerpt: Excerpt) -> Proof | Break:
    reached, version = excerpt.start, 0
    for step in excerpt.links:
        if isinstance(step, str):
            reached = Head(reached.position + 1, link(reached.hash, step))
            continue
        version += 1
        sealed = link(reached.hash, digest(step))
        if (step.position, step.version, step.previous, step.hash) != (
            reached.position + 1,
            version,
            reached.hash,
            sealed,
        ):
            return Break(step.position, step.stream, step.version, "its content is not what was written")
        reached = Head(step.position, sealed)
    if reached != excerpt.end:
        return Break(reached.position, "", version, "the end does not follow from the records")
    return Proof(reached, 1)
