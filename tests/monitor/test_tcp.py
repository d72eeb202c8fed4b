"""Probes of kind `tcp`: real listeners, talkative, silent and gone."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from tests.monitor.servers import TLS, now
from tests.monitor.test_http_faults import unused_port
from warroom.config.settings import Probe
from warroom.console.domain.text import is_plain
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.monitor.http import Web
from warroom.console.monitor.probes.tcp import read

Talker = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LIMIT = timedelta(seconds=1)
PATIENCE = 40.0


@asynccontextmanager
async def listening(talk: Talker, certificate: str = "") -> AsyncIterator[str]:
    """A listener that talks as it is told; its address."""
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(TLS / f"{certificate}.pem")
    ends = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            talking = asyncio.ensure_future(talk(reader, writer))
            ending = asyncio.ensure_future(ends.wait())
            await asyncio.wait((talking, ending), return_when=asyncio.FIRST_COMPLETED)
            talking.cancel()
            ending.cancel()
            await asyncio.gather(talking, ending, return_exceptions=True)
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        ends.set()
        server.close()


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def pong(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    if await reader.readline() == b"PING\r\n":
        for part in (b"+PO", b"NG\r\n"):
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.01)
    await asyncio.Event().wait()


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"-ERR not today\x1b[2J\r\n")
    await writer.drain()


async def chatter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"x" * 4096)
        await writer.drain()


async def probed(web: Web, address: str, *conditions: str, **more: Any) -> Sample:
    given = {"timeout": timedelta(seconds=20)} | more
    probe = Probe(name="db", kind="tcp", address=address, conditions=conditions, **given)
    async with asyncio.timeout(PATIENCE):
        return await read(probe, web.context, now)


async def test_a_listener_is_ok_without_a_word(web: Web) -> None:
    async with listening(silent) as address:
        sample = await probed(web, address, "[CONNECTED] == true", "[RESPONSE_TIME] < 20000", "[IP] == 127.0.0.1")
    assert (sample.status, sample.reason) == (Status.OK, "")
    assert sample.latency_ms is not None


async def test_what_must_come_back_may_come_in_parts(web: Web) -> None:
    async with listening(pong) as address:
        sample = await probed(web, address, send="PING\r\n", expect="+PONG")
    assert sample.status is Status.OK


async def test_the_first_words_can_be_held_against_conditions(web: Web) -> None:
    async with listening(hang_up) as address:
        assert (await probed(web, address, "[BODY] == pat(-ERR*)")).status is Status.OK
        wrong = await probed(web, address, "[BODY] == pat(220*)")
    assert wrong.status is Status.FAILING
    assert is_plain(wrong.reason)


@pytest.mark.parametrize(
    ("talker", "more", "reason"),
    [
        (hang_up, {"expect": "+PONG"}, 'closed without "+PONG"'),
        (silent, {"expect": "+PONG", "timeout": LIMIT}, "timed out after 1s: no answer"),
        (silent, {"send": "hello", "timeout": LIMIT}, "timed out after 1s: no answer"),
        (pong, {"send": "PING\r\n", "expect": "no\x1b", "timeout": LIMIT}, 'timed out after 1s: no "no␛" came'),
        (chatter, {"expect": "+PONG"}, 'no "+PONG" in the first 64 KiB'),
        (silent, {"tls": True, "timeout": LIMIT}, "timed out after 1s: no TLS handshake"),
        (hang_up, {"tls": True}, "TLS: the target does not speak TLS on this port"),
    ],
)
async def test_a_talk_that_goes_wrong_is_failing_with_the_reason(
    web: Web, talker: Talker, more: dict[str, Any], reason: str
) -> None:
    async with listening(talker) as address:
        sample = await probed(web, address, **more)
    assert (sample.status, sample.error, sample.reached) == (Status.FAILING, reason, True)


async def test_a_refusal_is_failing_unless_it_is_expected(web: Web) -> None:
    address = f"127.0.0.1:{unused_port()}"
    sample = await probed(web, address)
    assert (sample.status, sample.error) == (Status.FAILING, "connection refused")
    assert (await probed(web, address, "[CONNECTED] == false")).status is Status.OK


async def test_a_full_queue_of_connections_times_out(web: Web) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for client in waiting:
            client.setblocking(False)
            client.connect_ex(full.getsockname())
        sample = await probed(web, f"127.0.0.1:{full.getsockname()[1]}", timeout=LIMIT, expect="x")
        for client in waiting:
            client.close()
    assert sample.status is Status.FAILING
    assert (sample.error or "").startswith("timed out after 1s: no ")


async def test_a_name_that_does_not_resolve_is_not_reached(web: Web) -> None:
    sample = await probed(web, "target.invalid:5432", timeout=LIMIT)
    assert (sample.status, sample.reached) == (Status.FAILING, False)


async def test_a_certificate_is_measured_and_warned_of(web: Web) -> None:
    async with listening(silent, "good") as address:
        sample = await probed(web, address, "[CERTIFICATE_EXPIRATION] > 48h", tls=True)
        near = await probed(web, address, tls=True, certificate_warning=timedelta(days=365 * 300))
    assert (sample.status, sample.warned) == (Status.OK, False)
    assert (near.status, near.warned) == (Status.OK, True)
    assert near.warning.startswith("the certificate ends in ")


@pytest.mark.parametrize(
    ("certificate", "reason"),
    [
        ("expired", "TLS: certificate has expired"),
        ("elsewhere", "TLS: IP address mismatch"),
        ("self_signed", "TLS: self-signed certificate"),
    ],
)
async def test_a_bad_certificate_is_failing(web: Web, certificate: str, reason: str) -> None:
    async with listening(silent, certificate) as address:
        sample = await probed(web, address, tls=True)
    assert sample.status is Status.FAILING
    assert (sample.error or "").replace("self signed", "self-signed").startswith(reason)


async def test_a_certificate_of_ones_own_authority_is_trusted_by_its_file() -> None:
    async with Web(now) as web, listening(silent, "good") as address:
        assert (await probed(web, address, tls=True, ca=str(TLS / "ca.pem"))).status is Status.OK
        sample = await probed(web, address, tls=True, ca="/nowhere/ca.pem")
    assert (sample.status, sample.error) == (
        Status.FAILING,
        "ca /nowhere/ca.pem cannot be used: no such file or directory",
    )
