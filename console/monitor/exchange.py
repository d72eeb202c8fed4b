"""A question over HTTP and what is known of its answer, however far it came."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum

from warroom.console.monitor.certificate import not_after
from warroom.console.monitor.reasons import short

BODY_LIMIT = 1024 * 1024
"""Bytes of a body that are read."""
LONGEST_HOLD = timedelta(minutes=5)
"""A target that asks to be left alone for longer is asked again after this."""
_HOLDING = (429, 503)


class Step(Enum):
    """How far a request has come."""

    CONNECTING = "connecting"
    HANDSHAKE = "handshake"
    SENDING = "sending"


_CONNECTING = "no connection"
_PHASES = {Step.CONNECTING: _CONNECTING, Step.HANDSHAKE: "no TLS handshake", Step.SENDING: "no answer"}
_ANY_ZLIB = 32 + 15
"""Window size that takes gzip as well as zlib, told apart by their heads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    timeout: timedelta = timedelta(seconds=5)
    """For everything, redirects included."""
    redirects: bool = True
    verify_tls: bool = True
    ca: str = ""
    """A PEM file of authorities to trust instead of the system's."""
    client_cert: str = ""
    client_key: str = ""
    """PEM files of the certificate to show, and of its key if that is elsewhere."""
    body_limit: int = BODY_LIMIT
    repeatable: bool = False
    """It changes nothing, whatever its method says: it may be sent again on a new connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, whole or in part."""

    at: datetime
    """When the exchange ended."""
    status: int = 0
    """0: there was no answer."""
    body: bytes = b""
    latency_ms: float | None = None
    """Until the head of the final answer was there, redirects included; the body is not."""
    ip: str = ""
    certificate_left: timedelta = timedelta(0)
    """Until the certificate ends; zero: there is none."""
    error: str | None = None
    """What went wrong, in one line."""
    cut: bool = False
    """The body is longer than the limit."""
    reached: bool = True
    """The network led to the target."""
    hold: timedelta = timedelta(0)
    """How long the target asked to be left alone."""
    begun: bool = False
    """The request may have reached the target as a whole, answered or not."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in any case; a header given twice is one, with commas."""


class Exchange:
    """Gathers what one exchange shows, so that a time limit loses nothing of it."""

    def __init__(self) -> None:
        self.error: str | None = None
        self.reached = True
        self.begin()

    def begin(self) -> None:
        """Forget the answer so far: a redirect is followed, or the request is sent again."""
        self.phase = _CONNECTING
        self.connected_anew = False
        self.begun = False
        self.status = 0
        self.latency_ms: float | None = None
        self.headers: Mapping[str, str] = {}
        self.body = bytearray()
        self.ip = ""
        self.certificate_left = timedelta(0)
        self.hold = timedelta(0)
        self.cut = False

    @property
    def connecting(self) -> bool:
        """There is no connection yet."""
        return self.phase == _CONNECTING

    def step(self, step: Step) -> None:
        """Note how far the request has come."""
        self.phase = _PHASES[step]
        self.connected_anew = self.connected_anew or step is Step.CONNECTING
        self.begun = self.begun or step is Step.SENDING

    def head(self, status: int, headers: Mapping[str, str], latency_ms: float, now: datetime) -> None:
        """Take the head of the answer."""
        self.phase = "the body did not end"
        self.status = status
        self.latency_ms = latency_ms
        self.headers = headers
        self.hold = _hold(headers.get("retry-after", "").strip(), now) if status in _HOLDING else timedelta(0)

    def peer(self, ip: str, certificate: bytes, now: datetime) -> None:
        """Take who answered: the address, and the certificate in DER if there is one."""
        self.ip = ip
        ends = not_after(certificate) if certificate else None
        self.certificate_left = ends - now if ends else timedelta(0)

    def take(self, chunk: bytes, limit: int) -> bool:
        """Add to the body; whether there is room for more."""
        self.body += chunk
        self.cut = len(self.body) > limit
        return not self.cut

    def finish(self, encoding: str, limit: int) -> None:
        """End the body: undo a compression that was not asked for, within the limit."""
        encoding = encoding.strip().lower()
        if encoding in ("gzip", "x-gzip", "deflate"):
            try:
                self.body[:] = zlib.decompressobj(_ANY_ZLIB).decompress(bytes(self.body), limit + 1)
            except zlib.error:
                self.error = f"the body says {encoding} and is not"
        elif encoding not in ("", "identity"):
            self.error = short(f"the body is compressed ({encoding}), which was not asked for")
        self.cut = self.cut or len(self.body) > limit
        del self.body[limit:]

    def answer(self, at: datetime) -> Answer:
        """What came of it."""
        return Answer(
            at=at,
            status=self.status,
            body=bytes(self.body),
            latency_ms=self.latency_ms,
            ip=self.ip,
            certificate_left=self.certificate_left,
            error=self.error,
            cut=self.cut,
            reached=self.reached,
            hold=self.hold,
            begun=self.begun,
            headers=self.headers,
        )


def _hold(text: str, now: datetime) -> timedelta:
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_HOLD)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return timedelta(0)
    until = until.replace(tzinfo=UTC) if until.tzinfo is None else until
    return min(max(until - now, timedelta(0)), LONGEST_HOLD)
