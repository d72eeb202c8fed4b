"""The shape of `[watch]`: how often, how long kept, and who is told when nobody looks."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from warroom.config.errors import Loc, quoted, unknown
from warroom.console.domain.action import STRICT
from warroom.console.domain.time.duration import Duration

_SHORTEST_KEPT = timedelta(hours=1)
_SHORTEST_EACH = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """How the service is watched."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    keep: Duration = timedelta(days=30)
    """How long readings are kept in the store."""
    keep_each: Duration = timedelta(days=1)
    """How long every single one is; older ones are kept by the minute: verdicts and when they turned as they were,
    figures as mean, lowest and highest."""
    keep_minutes: Duration = timedelta(days=7)
    """How long they are kept by the minute; older ones are kept by ten minutes."""
    relaxed: float = 3.0
    """While no incident of the service is open, probes wait this many times their interval, a minute at most."""
    canaries: tuple[str, ...] = ()
    """Addresses that are nearly always there, e.g. `["https://one.one.one.one"]`: when no target is reached they tell
    a network that is lost here from a world that is down."""
    notify: tuple[str, ...] = ()
    """Channels that `warroom watch` tells of clocks, verdicts and escalation while nobody sits at a screen."""
    escalate: bool = True
    """`warroom watch` calls the next rung of the ladder when its time has come and nobody has acknowledged."""


def check_watching(watching: Watching, channels: Collection[str]) -> Iterator[tuple[Loc, str, str]]:
    """What is wrong with it."""
    if watching.relaxed < 1:
        yield ("relaxed",), "must be 1 or more", "3"
    if watching.keep < _SHORTEST_KEPT:
        yield ("keep",), "must be an hour or more: charts and post-mortems need it", '"30d"'
    if watching.keep_each < _SHORTEST_EACH:
        yield ("keep_each",), "must be two hours or more: what is usual before impact is told from them", '"1d"'
    if watching.keep_minutes < watching.keep_each:
        yield ("keep_minutes",), "must not be shorter than keep_each", '"7d"'
    for index, address in enumerate(watching.canaries):
        if not _is_address(address):
            yield ("canaries", index), "must be an address with a host", '"https://one.one.one.one"'
    for index, name in enumerate(watching.notify):
        if name not in channels:
            known = f'"{next(iter(channels))}"' if channels else "[channel.incidents]"
            yield ("notify", index), unknown(f"there is no channel {quoted(name)}", name, channels), known


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
