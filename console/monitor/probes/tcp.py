"""Probes of kind `tcp`: connect, with TLS if wanted, say something, and see what comes back."""

import asyncio
import ssl
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from warroom.config.probe_check import host_and_port
from warroom.config.settings import Probe
from warroom.console.domain.time.duration import format_duration
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.monitor.certificate import not_after
from warroom.console.monitor.exchange import Answer
from warroom.console.monitor.probes.judge import conditions_of, expects_silence, facts_of, held, sample_of, warnings_of
from warroom.console.monitor.reasons import is_no_way, reason_of, short
from warroom.console.monitor.trust import Trust, Untrusted

TALK_LIMIT = 64 * 1024
"""Bytes of an answer that are looked at."""
_CHUNK = 4096
_ATTEMPT_SECONDS = 0.25
"""After this long the next address of a host is tried as well, as RFC 8305 has it."""

Contexts = Callable[[Trust], ssl.SSLContext]
"""Gives TLS contexts, made once for each choice of trust."""


class Talk:
    """One conversation, and how far it came."""

    def __init__(self, probe: Probe, contexts: Contexts) -> None:
        self._probe = probe
        self._contexts = contexts
        self.phase = "no connection"
        self.connected_ms: float | None = None
        self.ip = ""
        self.certificate = b""
        self.received = bytearray()

    async def run(self) -> str | None:
        """Talk; what is wrong with how it went."""
        host, port = host_and_port(self._probe.address) or ("", 0)
        began = time.perf_counter()
        reader, writer = await asyncio.open_connection(host, port, happy_eyeballs_delay=_ATTEMPT_SECONDS)
        try:
            self.ip = str(writer.get_extra_info("peername", ("",))[0])
            if self._probe.tls:
                await self._secure(writer, host)
            self.connected_ms = (time.perf_counter() - began) * 1000
            return await self._talk(reader, writer)
        finally:
            # Nothing is on its way any more, and a goodbye would be waited for.
            writer.transport.abort()

    async def _secure(self, writer: asyncio.StreamWriter, host: str) -> None:
        self.phase = "no TLS handshake"
        probe = self._probe
        trust = Trust(probe.verify_tls, probe.ca, probe.client_cert, probe.client_key)
        await writer.start_tls(self._contexts(trust), server_hostname=host)
        tls = writer.get_extra_info("ssl_object")
        self.certificate = (tls.getpeercert(True) or b"") if tls else b""

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str | None:
        probe = self._probe
        self.phase = "no answer"
        if probe.send:
            writer.write(probe.send.encode())
            await writer.drain()
        wants = probe.send or probe.expect
        looks = any(condition.uses("[BODY]") for condition in (*conditions_of(probe), *warnings_of(probe)))
        if not wants and not looks:
            return None
        expected = probe.expect.encode()
        while len(self.received) < TALK_LIMIT:
            chunk = await reader.read(_CHUNK)
            self.received += chunk
            if expected in self.received and self.received:
                return None
            if not chunk:
                return f"closed without {_quoted(probe.expect)}" if expected else "closed without an answer"
            self.phase = f"no {_quoted(probe.expect)} came"
        return f"no {_quoted(probe.expect)} in the first {TALK_LIMIT // 1024} KiB"


async def read(probe: Probe, contexts: Contexts, clock: Callable[[], datetime]) -> Sample:
    """Connect once. Only a condition on `[CONNECTED]` can make good that there was no connection."""
    talk = Talk(probe, contexts)
    error, reached = None, True
    try:
        async with asyncio.timeout(probe.timeout.total_seconds()):
            error = await talk.run()
    except TimeoutError:
        error = f"timed out after {format_duration(probe.timeout)}: {talk.phase}"
        reached = talk.phase != "no connection"
    except Untrusted as untrusted:
        error = str(untrusted)
    except (OSError, ValueError) as fault:
        error, reached = reason_of(fault), not is_no_way(fault)
    return _judged(probe, talk, error, reached, clock())


def _judged(probe: Probe, talk: Talk, error: str | None, reached: bool, now: datetime) -> Sample:
    ends = not_after(talk.certificate) if talk.certificate else None
    answer = Answer(
        at=now,
        body=bytes(talk.received[:TALK_LIMIT]),
        latency_ms=talk.connected_ms,
        ip=talk.ip,
        certificate_left=ends - now if ends else timedelta(0),
        error=error,
        reached=reached,
    )
    connected = talk.connected_ms is not None
    facts = replace(facts_of(answer), connected=connected)
    sample = held(sample_of(probe, answer, Status.OK, error), probe, facts)
    if error is not None and (connected or not expects_silence(probe)):
        return replace(sample, status=Status.FAILING)
    return sample


def _quoted(text: str) -> str:
    return f'"{short(text, 40)}"' if text else "answer"
