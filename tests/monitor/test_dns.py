"""Probes of kind `dns`: a real name server on loopback that answers, refuses, lies and keeps silent."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from tests.monitor.servers import now
from tests.monitor.test_http_faults import unused_port
from warroom.config.settings import Probe
from warroom.console.domain.text import is_plain
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.monitor.probes.dns import read

PATIENCE = 40.0
Answerer = Callable[[dns.message.Message], bytes | None]
ZONE = {
    "A": ("10.0.0.2", "10.0.0.1"),
    "AAAA": ("fd00::1",),
    "CNAME": ("edge.example.",),
    "MX": ("10 mail.example.",),
    "TXT": ('"v=spf1 " "-all"',),
    "NS": ("ns1.example.", "ns2.example."),
}


def zone(query: dns.message.Message) -> bytes:
    """Answer from the zone; what is not in it does not exist."""
    response = dns.message.make_response(query)
    question = query.question[0]
    kind = dns.rdatatype.to_text(question.rdtype)
    if question.name.to_text() == "shop.example.":
        response.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *ZONE[kind]))
    elif question.name.to_text() != "empty.example.":
        response.set_rcode(dns.rcode.NXDOMAIN)
    return response.to_wire()


class _Server(asyncio.DatagramProtocol):
    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = self._answerer(dns.message.from_wire(data))
        if answer is not None:
            self._transport.sendto(answer, addr)


@asynccontextmanager
async def serving(answerer: Answerer, tcp: Answerer | None = None) -> AsyncIterator[str]:
    """A name server; its address."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Server(answerer), local_addr=("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    stream = None

    async def long(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert tcp is not None
        size = int.from_bytes(await reader.readexactly(2), "big")
        answer = tcp(dns.message.from_wire(await reader.readexactly(size))) or b""
        writer.write(len(answer).to_bytes(2, "big") + answer)
        writer.close()

    if tcp is not None:
        stream = await asyncio.start_server(long, "127.0.0.1", port)
    try:
        yield f"127.0.0.1:{port}"
    finally:
        transport.close()
        if stream is not None:
            stream.close()


async def looked_up(server: str, *conditions: str, lookup: str = "shop.example", **more: Any) -> Sample:
    given = {"timeout": timedelta(seconds=20)} | more
    probe = Probe(name="dns", kind="dns", lookup=lookup, server=server, conditions=conditions, **given)
    async with asyncio.timeout(PATIENCE):
        return await read(probe, now)


@pytest.mark.parametrize(
    ("record", "body"),
    [
        ("A", "10.0.0.1\n10.0.0.2"),
        ("AAAA", "fd00::1"),
        ("CNAME", "edge.example"),
        ("MX", "10 mail.example"),
        ("TXT", "v=spf1 -all"),
        ("NS", "ns1.example\nns2.example"),
    ],
)
async def test_records_of_every_kind_are_read(record: str, body: str) -> None:
    async with serving(zone) as server:
        sample = await looked_up(server, record=record)
    assert (sample.status, sample.raw, sample.value) == (Status.OK, body, float(len(ZONE[record])))
    assert sample.latency_ms is not None


async def test_records_their_number_and_the_servers_word_can_be_judged() -> None:
    conditions = ("[DNS_RCODE] == NOERROR", "[BODY] == pat(*10.0.0.2*)", "[VALUE] >= 2", "[IP] == 127.0.0.1")
    async with serving(zone) as server:
        assert (await looked_up(server, *conditions)).status is Status.OK
        moved = await looked_up(server, "[BODY] == 10.0.0.9")
    assert (moved.status, moved.reason) == (Status.FAILING, "[BODY] (10.0.0.1 10.0.0.2) == 10.0.0.9")


async def test_a_name_that_does_not_exist_is_failing_unless_it_is_expected() -> None:
    async with serving(zone) as server:
        sample = await looked_up(server, lookup="gone.example")
        expected = await looked_up(server, "[DNS_RCODE] == NXDOMAIN", lookup="gone.example")
    assert (sample.status, sample.reason) == (Status.FAILING, "[DNS_RCODE] (NXDOMAIN) == NOERROR")
    assert expected.status is Status.OK


async def test_a_name_without_records_is_failing() -> None:
    async with serving(zone) as server:
        sample = await looked_up(server, lookup="empty.example")
    assert (sample.status, sample.reason, sample.value) == (Status.FAILING, "has([BODY]) (false) == true", 0.0)


async def test_a_long_answer_is_fetched_over_tcp() -> None:
    def cut(query: dns.message.Message) -> bytes:
        response = dns.message.make_response(query)
        response.flags |= dns.flags.TC
        return response.to_wire()

    async with serving(cut, zone) as server:
        assert (await looked_up(server)).value == 2.0


async def test_a_server_that_keeps_silent_times_out_and_is_not_reached() -> None:
    async with serving(lambda query: None) as server:
        sample = await looked_up(server, timeout=timedelta(seconds=1))
    assert (sample.status, sample.error, sample.reached) == (Status.FAILING, "timed out after 1s: no answer", False)


async def test_a_server_that_talks_rubbish_is_failing() -> None:
    async with serving(lambda query: b"\xff" * 40) as server:
        sample = await looked_up(server, timeout=timedelta(seconds=1))
    assert sample.status is Status.FAILING
    assert sample.error


async def test_a_server_that_is_not_there_is_failing() -> None:
    sample = await looked_up(f"127.0.0.1:{unused_port()}", timeout=timedelta(seconds=1))
    assert sample.status is Status.FAILING
    assert sample.error


async def test_escape_sequences_in_a_record_are_harmless() -> None:
    def evil(query: dns.message.Message) -> bytes:
        response = dns.message.make_response(query)
        name = query.question[0].name
        response.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", '"\\027[2J\\027]52;c;AAAA\\007"'))
        return response.to_wire()

    async with serving(evil) as server:
        sample = await looked_up(server, "[BODY] == calm", record="TXT")
    assert sample.status is Status.FAILING
    assert is_plain(sample.reason)


@pytest.mark.parametrize("name", ["a" * 70 + ".example", "..", "x" * 300])
async def test_an_impossible_name_is_failing_with_a_reason(name: str) -> None:
    async with serving(zone) as server:
        sample = await looked_up(server, lookup=name)
    assert sample.status is Status.FAILING
    assert "cannot be asked for" in (sample.error or "")
