"""Real servers on loopback, well-behaved and not."""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

TLS = Path(__file__).parent / "tls"
"""A test authority and certificates it signed, made for these tests; they protect nothing."""

Handler = Callable[["Caller"], Awaitable[None]]


class Caller:
    """One request as a server sees it, and the raw way to answer it."""

    def __init__(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.head = head
        self.path = head.split(" ")[1]
        self.reader = reader
        self._writer = writer

    async def send(self, data: bytes | str) -> None:
        """Send bytes as they are."""
        self._writer.write(data.encode() if isinstance(data, str) else data)
        await self._writer.drain()

    async def answer(self, body: bytes | str = b"", status: int = 200, *headers: str) -> None:
        """Send a whole answer."""
        raw = body.encode() if isinstance(body, str) else body
        lines = [f"HTTP/1.1 {status} Because", f"content-length: {len(raw)}", *headers]
        await self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + raw)

    def reset(self) -> None:
        """Cut the connection."""
        self._writer.transport.abort()


class Server:
    """A loopback server that answers as its handler says, and remembers what it was asked."""

    def __init__(self, handler: Handler, tls: ssl.SSLContext | None) -> None:
        self.handler = handler
        self.heads: list[str] = []
        self.tls = tls
        self.connections = 0
        self.port = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer requests on one connection until it ends."""
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                self.heads.append(head)
                await self.handler(Caller(head, reader, writer))
        writer.transport.abort()

    async def end(self) -> None:
        """End every connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """The address of a path here."""
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"


Serve = Callable[..., Awaitable[Server]]
"""`await serve(handler, certificate="good")`: a server that lives as long as the test."""


def now() -> datetime:
    """The time, as the product's outermost layer reads it."""
    return datetime.now(UTC)
