"""One connection to a target: HTTP/1.1 as h11 has it, on asyncio's own streams, one exchange at a time.

Time limits are not its business: whoever asks sets one for the whole exchange.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from typing import Self, SupportsIndex

import h11
import httpx

from warroom.console.monitor.exchange import Step

_ATTEMPT_SECONDS = 0.25
"""After this long the next address of a host is tried as well, as RFC 8305 has it."""
_HEAD_LIMIT = 100 * 1024
"""Bytes of a head, as the HTTP library has it."""
_CHUNK = 64 * 1024
_PORTS = {"http": 80, "https": 443}


Heard = Callable[[Step], None]
"""Told of each step before it is taken."""


class Connection:
    """One connection, open until it is aborted or the target closes it."""

    def __init__(self, reader: "_Reader", writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_HEAD_LIMIT)

    @classmethod
    async def open(cls, url: httpx.URL, context: ssl.SSLContext, heard: Heard) -> Self:
        """Connect, with TLS where the address asks for it.

        Raises:
            httpx.UnsupportedProtocol: it is no address of HTTP.
            httpx.ConnectError: nobody answers, or the handshake fails; the cause tells why.
        """
        if url.scheme not in _PORTS:
            raise httpx.UnsupportedProtocol(f"no address of HTTP: {url.scheme or 'it names no protocol'}")
        host = url.raw_host.decode("ascii")
        heard(Step.CONNECTING)
        try:
            reader, writer = await _open(host, url.port or _PORTS[url.scheme])
        except OSError as error:
            raise httpx.ConnectError(str(error)) from error
        if url.scheme == "https":
            heard(Step.HANDSHAKE)
            try:
                await writer.start_tls(context, server_hostname=host)
            except BaseException as error:
                writer.transport.abort()
                if isinstance(error, OSError):
                    raise httpx.ConnectError(str(error)) from error
                raise
        return cls(reader, writer)

    async def ask(self, request: httpx.Request, heard: Heard) -> h11.Response:
        """Send a request, and wait for the head of the answer.

        Raises:
            httpx.LocalProtocolError: the request can't be sent.
            httpx.RemoteProtocolError, httpx.ReadError: there is no answer, or it is none of HTTP.
        """
        message = self._message(request, await request.aread())
        self._reader.awaited = True
        heard(Step.SENDING)
        # A target may refuse before it has heard all, and close: its answer is still there to be read.
        with suppress(OSError):
            self._writer.write(message)
            await self._writer.drain()
        while True:
            event = await self._next()
            if isinstance(event, h11.Response):
                return event
            if isinstance(event, h11.InformationalResponse) and event.status_code == 101:
                raise httpx.RemoteProtocolError("the target wants to speak something else than HTTP (101)")

    async def body(self) -> AsyncIterator[bytes]:
        """What follows the head, in pieces.

        Raises:
            httpx.RemoteProtocolError, httpx.ReadError: it breaks off.
        """
        while isinstance(event := await self._next(), h11.Data):
            yield bytes(event.data)

    def renew(self) -> bool:
        """Make it ready for the next exchange; whether it can be: both sides have said all, and nothing else."""
        self._reader.awaited = False
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        if self._http.trailing_data[0]:
            return False
        self._http.start_next_cycle()
        return self.idle

    @property
    def idle(self) -> bool:
        """It is open, and the target has said nothing that was not asked for, such as goodbye."""
        return not (self._reader.unasked or self._reader.at_eof() or self._writer.is_closing())

    def abort(self) -> None:
        """Close it. Nothing is on its way any more, and a goodbye would be waited for."""
        self._writer.transport.abort()

    @property
    def address(self) -> str:
        """Whom it leads to."""
        peer = self._writer.get_extra_info("peername")
        return str(peer[0]) if peer else ""

    @property
    def certificate(self) -> bytes:
        """The certificate of the other side in DER; empty: there is none."""
        tls = self._writer.get_extra_info("ssl_object")
        return (tls.getpeercert(True) or b"") if tls else b""

    def _message(self, request: httpx.Request, body: bytes) -> bytes:
        try:
            head = h11.Request(method=request.method, target=request.url.raw_path, headers=request.headers.raw)
            events = (head, *([h11.Data(data=body)] if body else []), h11.EndOfMessage())
            return b"".join(self._http.send(event) or b"" for event in events)
        except h11.LocalProtocolError as error:
            raise httpx.LocalProtocolError(str(error)) from error

    async def _next(self) -> object:
        while True:
            try:
                event = self._http.next_event()
            except h11.RemoteProtocolError as error:
                raise httpx.RemoteProtocolError(str(error)) from error
            if event is not h11.NEED_DATA:
                return event
            try:
                data = await self._reader.read(_CHUNK)
            except OSError as error:
                raise httpx.ReadError(str(error)) from error
            if not data and self._http.their_state is h11.SEND_RESPONSE:
                raise httpx.RemoteProtocolError("the target closed the connection without an answer")
            self._http.receive_data(data)


class _Reader(asyncio.StreamReader):
    """Notices what comes unasked: on an idle connection it is no answer to the next question."""

    awaited = True
    unasked = False

    def feed_data(self, data: Iterable[SupportsIndex]) -> None:
        self.unasked = self.unasked or not self.awaited
        super().feed_data(data)


async def _open(host: str, port: int) -> tuple[_Reader, asyncio.StreamWriter]:
    # As `asyncio.open_connection` does it, which has no place for a reader of one's own.
    loop = asyncio.get_running_loop()
    reader = _Reader(limit=_CHUNK, loop=loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    transport, _ = await loop.create_connection(lambda: protocol, host, port, happy_eyeballs_delay=_ATTEMPT_SECONDS)
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)
