"""Asking over HTTP, within a limit of time and size. Here, in `pool` and `connection`: all that knows the library."""

import asyncio
import ssl
import time
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from types import TracebackType
from typing import Self

import httpx  # the seam: httpx2 has the same names and can take its place here

from warroom.console.domain.time.duration import format_duration
from warroom.console.monitor.connection import Connection
from warroom.console.monitor.exchange import Answer, Exchange, Request
from warroom.console.monitor.pool import Pool
from warroom.console.monitor.reasons import is_no_way, reason_of, short
from warroom.console.monitor.redirects import (
    REDIRECT_LIMIT,
    SAFE_METHODS,
    STATUSES,
    Astray,
    follow,
    origin,
    without_login,
)
from warroom.console.monitor.trust import Trust, Untrusted, tls_context

_IDLE_SECONDS = 90.0
"""Connections are kept this long: longer than the usual interval, so that a poll rarely needs a handshake."""
_OWN_HEADERS = {"accept": "*/*", "accept-encoding": "identity", "user-agent": "warroom"}
_BROKEN = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
_FAULTS = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ssl.SSLError, OSError, ValueError)
"""What the library raises for a bad target; `InvalidURL` is no `HTTPError`, a bad host name is a `UnicodeError`."""


class Web:
    """Connections, a small pool for each origin, sharing one TLS context for each choice of trust.

    One pool for each origin because a shared one walks all its connections on every request, and because its limit
    lets hung targets keep healthy ones waiting. The library's transport is used without its client, which reads the
    target of every redirect, even of one that is not followed, and raises if it cannot.
    """

    def __init__(self, clock: Callable[[], datetime], tls: ssl.SSLContext | None = None) -> None:
        """Make no connection yet.

        Args:
            clock: the time, aware UTC.
            tls: replaces the context that verifies, e.g. for a private certificate authority.
        """
        self._clock = clock
        self._contexts: dict[Trust, ssl.SSLContext] = {} if tls is None else {Trust(): tls}
        self._pools: dict[tuple[str, Trust], Pool] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        pools, self._pools = self._pools, {}
        for pool in pools.values():
            await pool.aclose()

    def now(self) -> datetime:
        """The time, aware UTC."""
        return self._clock()

    async def ask(self, request: Request) -> Answer:
        """Ask, and answer in any case within the time limit: what went wrong is part of the answer."""
        exchange = Exchange()
        try:
            async with asyncio.timeout(request.timeout.total_seconds()):
                await self._follow(request, exchange)
        except TimeoutError:
            exchange.error = f"timed out after {format_duration(request.timeout)}: {exchange.phase}"
            exchange.reached = not exchange.connecting
        except (Astray, Untrusted) as error:
            exchange.error = short(str(error))
        except _FAULTS as error:
            exchange.error = _broken_off(error) or reason_of(error)
            exchange.reached = not is_no_way(error)
        return exchange.answer(self._clock())

    async def _follow(self, request: Request, exchange: Exchange) -> None:
        began = time.perf_counter()
        home = origin(request.url)
        for _ in range(REDIRECT_LIMIT + 1):
            kept = origin(request.url) == home
            trust = Trust(request.verify_tls, request.ca, request.client_cert, request.client_key)
            pool = self._pool(home, trust) if kept else self._new_pool(trust)
            try:
                location = await self._ask_once_more(pool, request, exchange, began)
            finally:
                if not kept:
                    await pool.aclose()
            if location is None:
                return
            request = follow(request, exchange.status, location)
        exchange.error = f"more than {REDIRECT_LIMIT} redirects, the last to {short(without_login(request.url), 120)}"

    async def _ask_once_more(self, pool: Pool, request: Request, exchange: Exchange, began: float) -> str | None:
        """Ask, and once more if a kept connection was closed by the other side while the request was on its way."""
        try:
            return await self._ask_one(pool, request, exchange, began)
        except _BROKEN:
            repeatable = request.repeatable or request.method.upper() in SAFE_METHODS
            if exchange.connected_anew or exchange.status or not repeatable:
                raise
        return await self._ask_one(pool, request, exchange, began)

    async def _ask_one(self, pool: Pool, request: Request, exchange: Exchange, began: float) -> str | None:
        """Send one request; the location it redirects to, if that is to be followed."""
        exchange.begin()
        response = await pool.handle_async_request(_wire_request(request, exchange))
        try:
            now = self._clock()
            exchange.head(response.status_code, response.headers, (time.perf_counter() - began) * 1000, now)
            connection: Connection = response.extensions["connection"]
            exchange.peer(connection.address, connection.certificate, now)
            location = response.headers.get("location")
            if request.redirects and location and response.status_code in STATUSES:
                return str(location)
            assert isinstance(response.stream, httpx.AsyncByteStream)
            async for chunk in response.stream:
                if not exchange.take(chunk, request.body_limit):
                    break
            exchange.finish(response.headers.get("content-encoding", ""), request.body_limit)
        finally:
            await response.aclose()
        return None

    def context(self, trust: Trust) -> ssl.SSLContext:
        """The TLS context of a choice of trust.

        Raises:
            Untrusted: one of its files cannot be used.
        """
        context = self._contexts.get(trust)
        if context is None:
            context = self._contexts[trust] = tls_context(trust)
        return context

    def _pool(self, origin: str, trust: Trust) -> Pool:
        pool = self._pools.get((origin, trust))
        if pool is None:
            pool = self._pools[origin, trust] = self._new_pool(trust)
        return pool

    def _new_pool(self, trust: Trust) -> Pool:
        return Pool(self.context(trust), kept=2, kept_seconds=_IDLE_SECONDS)


def _broken_off(error: BaseException) -> str:
    """How the target broke off, in words, where the library only says so in its own; empty: it did not."""
    text = str(error) if isinstance(error, httpx.RemoteProtocolError) else ""
    if text.startswith("peer closed connection without sending complete message body"):
        return f"the connection ended in mid-body {text[text.find('(') :]}"
    return ""


def _wire_request(request: Request, exchange: Exchange) -> httpx.Request:
    """The request as the library takes it, reporting its steps to the exchange."""
    url, headers = _address(request.url)
    headers = {**_OWN_HEADERS, **headers}
    headers |= {name.lower(): value for name, value in request.headers.items()}
    content = request.body.encode() if request.body else None
    return httpx.Request(request.method, url, headers=headers, content=content, extensions={"step": exchange.step})


@lru_cache(maxsize=2048)
def _address(text: str) -> tuple[httpx.URL, dict[str, str]]:
    """An address taken apart, with the headers its credentials ask for: to do so is a tenth of a poll."""
    url = httpx.URL(text)
    if not url.userinfo:
        return url, {}
    return url, {"authorization": f"Basic {b64encode(f'{url.username}:{url.password}'.encode()).decode()}"}
