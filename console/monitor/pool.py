"""What carries the HTTP library's requests to one origin.

The library's own pool serves every event loop and any number of origins at once, and half of each poll went to that:
its locks, its walks through connections and requests, its report of each step as a coroutine.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable

import httpx

from warroom.console.monitor.connection import Connection


class Pool(httpx.AsyncBaseTransport):
    """Connections to one origin: as many as are asked for at once, of which a few are kept when idle."""

    def __init__(self, context: ssl.SSLContext, *, kept: int, kept_seconds: float) -> None:
        """Connect nowhere yet; `kept` idle connections are kept for `kept_seconds`."""
        self._context = context
        self._kept = kept
        self._kept_seconds = kept_seconds
        self._idle: list[tuple[float, Connection]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, as far as its head; the body is read from its stream.

        The request's extension `step` is told how far it has come; the answer's `connection` is what it came by.

        Raises:
            httpx.TransportError: there is none.
        """
        heard = request.extensions["step"]
        connection = self._take() or await Connection.open(request.url, self._context, heard)
        try:
            head = await connection.ask(request, heard)
        except BaseException:
            connection.abort()
            raise
        return httpx.Response(
            head.status_code,
            headers=head.headers.raw_items(),
            stream=_Body(connection, self._give_back),
            extensions={"connection": connection},
        )

    async def aclose(self) -> None:
        """Close what is idle."""
        while self._idle:
            self._idle.pop()[1].abort()

    def _take(self) -> Connection | None:
        now = asyncio.get_running_loop().time()
        while self._idle:
            until, connection = self._idle.pop()
            if until > now and connection.idle:
                return connection
            connection.abort()
        return None

    def _give_back(self, connection: Connection) -> None:
        if len(self._idle) < self._kept and connection.renew():
            self._idle.append((asyncio.get_running_loop().time() + self._kept_seconds, connection))
        else:
            connection.abort()


class _Body(httpx.AsyncByteStream):
    def __init__(self, connection: Connection, give_back: Callable[[Connection], None]) -> None:
        self._connection = connection
        self._give_back = give_back
        self._open = True

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._connection.body()

    async def aclose(self) -> None:
        if self._open:
            self._open = False
            self._give_back(self._connection)
