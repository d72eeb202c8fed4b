"""Connections for the HTTP library, straight on asyncio's own streams.

What the library brings along works on every event loop there is, and pays for that with a quarter of each poll. Time
limits are not its business here: whoever asks sets one for the whole exchange.
"""

import asyncio
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

_ATTEMPT_SECONDS = 0.25
"""After this long the next address of a host is tried as well, as RFC 8305 has it."""


class Pool(httpx.AsyncHTTPTransport):
    """Connections to one origin; the library's own transport, but for what carries the bytes."""

    def __init__(self, context: ssl.SSLContext, *, kept: int, kept_seconds: float) -> None:
        """Connect nowhere yet; `kept` idle connections are kept for `kept_seconds`."""
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=None,
            max_keepalive_connections=kept,
            keepalive_expiry=kept_seconds,
            network_backend=_Streams(),
        )


class _Streams(httpcore.AsyncNetworkBackend):
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            reader, writer = await asyncio.open_connection(host, port, happy_eyeballs_delay=_ATTEMPT_SECONDS)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        return _Stream(reader, writer)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _Stream(httpcore.AsyncNetworkStream):
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return await self._reader.read(max_bytes)
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            self._writer.write(buffer)
            await self._writer.drain()
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    async def aclose(self) -> None:
        # Nothing is on its way any more, and a goodbye would be waited for.
        self._writer.transport.abort()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        try:
            await self._writer.start_tls(ssl_context, server_hostname=server_hostname)
        except OSError as error:
            self._writer.transport.abort()
            raise httpcore.ConnectError(str(error)) from error
        return self

    def get_extra_info(self, info: str) -> Any:
        match info:
            case "ssl_object":
                return self._writer.get_extra_info("ssl_object")
            case "server_addr":
                return self._writer.get_extra_info("peername")
            case "is_readable":
                # On an idle connection that means: the other side has closed it.
                return self._reader.at_eof() or self._writer.transport.is_closing()
            case _:
                return None
