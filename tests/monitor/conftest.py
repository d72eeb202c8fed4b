"""Servers and clients for the tests of this folder."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator

import pytest

from tests.monitor.servers import TLS, Handler, Serve, Server, now
from warroom.console.monitor.http import Web


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts servers: `await serve(handler, certificate="good")`."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(handler: Handler, certificate: str | None = None) -> Server:
            context = None
            if certificate:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(TLS / f"{certificate}.pem")
            server = Server(handler, context)
            listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
            server.port = listener.sockets[0].getsockname()[1]
            stack.push_async_callback(server.end)
            stack.callback(listener.close)
            return server

        yield start


@pytest.fixture
def trust() -> ssl.SSLContext:
    """Trusts the test authority, and nobody else."""
    return ssl.create_default_context(cafile=str(TLS / "ca.pem"))


@pytest.fixture
async def web(trust: ssl.SSLContext) -> AsyncIterator[Web]:
    """HTTP clients that trust the test authority."""
    async with Web(now, trust) as web:
        yield web
