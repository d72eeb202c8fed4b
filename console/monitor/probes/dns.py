"""Probes of kind `dns`: look a name up at one server, over UDP and, where the answer is long, over TCP.

`[DNS_RCODE]` is what the server said, `[BODY]` the records, sorted, one a line, `[VALUE]` how many there are.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from warroom.config.probe_check import server_and_port
from warroom.config.settings import Probe
from warroom.console.domain.time.duration import format_duration
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.monitor.exchange import Answer
from warroom.console.monitor.probes.judge import expects_silence, facts_of, held, sample_of
from warroom.console.monitor.reasons import is_no_way, reason_of, short

if TYPE_CHECKING:
    from dns.message import Message

_MOST_SERVERS = 3
_MOST_RECORDS = 200


class Told(NamedTuple):
    """What a server told, and how long it took."""

    message: "Message"
    server: str
    took_ms: float


class Silent(Exception):
    """No server told; the message says why."""


async def read(probe: Probe, clock: Callable[[], datetime]) -> Sample:
    """Look it up once. A refusal is an answer, which the conditions judge; silence is failing."""
    reached = True
    try:
        async with asyncio.timeout(probe.timeout.total_seconds()):
            told = await _ask(probe)
    except TimeoutError:
        error, reached = f"timed out after {format_duration(probe.timeout)}: no answer", False
    except Silent as silent:
        error = str(silent)
    except OSError as fault:
        error, reached = reason_of(fault), not is_no_way(fault)
    else:
        return _judged(probe, Answer(at=clock(), latency_ms=told.took_ms, ip=told.server), told.message)
    answer = Answer(at=clock(), error=error, reached=reached)
    sample = held(sample_of(probe, answer, Status.OK, error), probe, facts_of(answer))
    return sample if expects_silence(probe) else replace(sample, status=Status.FAILING)


def _judged(probe: Probe, answer: Answer, message: "Message") -> Sample:
    from dns.rcode import to_text

    records = sorted(_records(probe, message))
    answer = replace(answer, body="\n".join(records).encode())
    sample = replace(sample_of(probe, answer, Status.OK, None), value=float(len(records)))
    facts = replace(
        facts_of(answer),
        connected=True,
        value=float(len(records)),
        rcode=to_text(message.rcode()),
    )
    return held(sample, probe, facts)


async def _ask(probe: Probe) -> Told:
    """Ask each server in turn, each for its share of the time.

    Raises:
        Silent: none gave an answer that can be read.
        OSError: the last could not be reached.
    """
    from dns.asyncquery import udp_with_fallback
    from dns.exception import DNSException, Timeout
    from dns.message import make_query

    servers = await _servers(probe)
    try:
        query = make_query(probe.lookup, probe.record)
    except DNSException as error:
        raise Silent(short(f"{short(probe.lookup, 60)} cannot be asked for: {error}")) from error
    share = probe.timeout.total_seconds() / len(servers)
    fault: Exception = TimeoutError()
    for host, port in servers:
        began = time.perf_counter()
        try:
            message, _ = await udp_with_fallback(query, host, share, port, ignore_unexpected=True)
        except Timeout:
            fault = TimeoutError()
        except DNSException as error:
            fault = Silent(f"the answer of {host} cannot be read ({type(error).__name__})")
        except OSError as error:
            fault = error
        except EOFError:
            fault = Silent(f"{host} closed the connection")
        else:
            return Told(message, host, (time.perf_counter() - began) * 1000)
    raise fault


async def _servers(probe: Probe) -> list[tuple[str, int]]:
    if probe.server:
        return [server_and_port(probe.server)]
    from dns.resolver import NoResolverConfiguration, Resolver

    try:
        resolver = await asyncio.to_thread(Resolver)
    except NoResolverConfiguration:
        raise Silent('this machine names no name server; name one, e.g. server = "10.0.0.2"') from None
    servers = [(str(server), int(resolver.port)) for server in resolver.nameservers[:_MOST_SERVERS]]
    if not servers:
        raise Silent('this machine names no name server; name one, e.g. server = "10.0.0.2"')
    return servers


def _records(probe: Probe, message: "Message") -> list[str]:
    from dns.rdatatype import from_text

    kind = from_text(probe.record)
    found = [record for rrset in message.answer if rrset.rdtype == kind for record in rrset]
    return [_text(record) for record in found[:_MOST_RECORDS]]


def _text(record: Any) -> str:
    """A record as people write it: no final dot, the parts of a long text joined."""
    strings = getattr(record, "strings", None)
    if strings is not None:
        return b"".join(strings).decode("utf-8", "replace")
    return str(record.to_text()).rstrip(".")
