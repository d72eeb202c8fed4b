"""What a channel is given and what it answers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias

REQUEST_SECONDS = 10.0
"""For one request, from the first packet to the last byte."""
TOTAL_SECONDS = 25.0
"""For everything that sending one letter takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request over HTTP. Redirects are not followed."""

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    timeout: timedelta = timedelta(seconds=REQUEST_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back, whole or in part."""

    status: int = 0
    """0: there was no answer."""
    body: bytes = b""
    error: str = ""
    """What went wrong, in one line."""
    begun: bool = True
    """The request may have reached the service as a whole."""
    hold: timedelta = timedelta(0)
    """How long the service asked to be left alone."""


Post: TypeAlias = Callable[[Call], Awaitable[Reply]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a channel has to know beside the letter."""

    key: str
    """The idempotency key: the same for every attempt at this letter on this channel."""
    incident: str
    thread: str
    """The incident's name that no other store shares."""
    level: str
    phase: str
    """`investigating`, `identified`, `monitoring` or `resolved`."""
    drill: bool
    again: bool
    """An earlier attempt may have arrived: look first, where that is possible."""
    ref: str
    """What the service calls the last thing of this incident that it took."""
    post: Post


@dataclass(frozen=True, slots=True)
class Delivered:
    """The service took it."""

    ref: str = ""
    """What the service calls it."""
    note: str = ""
    """What a person should know all the same."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The service did not take it, or nobody knows."""

    reason: str
    retry_after: timedelta | None = None
    """How long the service asked to be left alone."""
    final: bool = False
    """Another attempt would fail as this one did."""
    doubt: bool = False
    """It may have arrived."""
