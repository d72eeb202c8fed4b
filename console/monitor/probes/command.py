"""Probes of kind `command`: run a program, take its exit status, the number it prints, or its JSON.

No shell; a process group of its own, which is killed with everything in it when the time is up. What cannot be started,
or prints no number where one is wanted, is unknown; what ends badly or not in time is failing.
"""

import asyncio
import contextlib
import os
import signal
import time
from asyncio.subprocess import DEVNULL, PIPE, Process, SubprocessStreamProtocol
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from warroom.config.settings import Probe
from warroom.console.domain.conditions.evaluation import Facts
from warroom.console.domain.conditions.jsonpath import Document
from warroom.console.domain.conditions.language import STATUS, VALUE, Condition
from warroom.console.domain.time.duration import format_duration
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.monitor.exchange import BODY_LIMIT, Answer
from warroom.console.monitor.place import Place
from warroom.console.monitor.probes.document import finite
from warroom.console.monitor.probes.judge import conditions_of, held, no_data, sample_of, unknown, warnings_of
from warroom.console.monitor.reasons import short

_CHUNK = 65_536
_LONGEST_NUMBER = 64
_REAP_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended."""

    status: int
    """Its exit status; 128 and the signal's number if one ended it, as shells say it."""
    output: bytes
    complaint: bytes
    took_ms: float
    error: str | None = None
    """Why it did not end by itself."""


class _Flood(Exception):
    """A program prints without end."""


async def read(probe: Probe, place: Place, clock: Callable[[], datetime]) -> Sample:
    """Run it once."""
    try:
        ended = await _run(probe, place)
    except (OSError, ValueError) as error:
        return unknown(probe, clock(), f"{probe.argv[0]} cannot be run: {_why(error)}")
    conditions = (*conditions_of(probe), *warnings_of(probe))
    answer = Answer(at=clock(), body=ended.output, latency_ms=ended.took_ms)
    value = number_in(ended.output)
    if any(condition.uses(VALUE) for condition in conditions):
        if ended.error is not None:
            return no_data(probe, answer, ended.error)
        if value is None:
            return no_data(probe, answer, _numberless(ended))
    return _judged(probe, answer, ended, value, conditions)


def _judged(probe: Probe, answer: Answer, ended: Ended, value: float | None, conditions: Sequence[Condition]) -> Sample:
    facts = Facts(
        status=ended.status,
        response_ms=ended.took_ms,
        connected=ended.error is None,
        document=Document(ended.output),
    )
    facts = facts if value is None else replace(facts, value=value)
    sample = held(replace(sample_of(probe, answer, Status.OK, ended.error), value=value), probe, facts)
    unasked = ended.status != 0 and not any(condition.uses(STATUS) for condition in conditions)
    if ended.error is not None or unasked:
        sample = replace(sample, status=Status.FAILING)
    if sample.status is Status.FAILING and ended.error is None and ended.status != 0:
        return replace(sample, error=_said(ended))
    return sample


async def _run(probe: Probe, place: Place) -> Ended:
    began = time.perf_counter()
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.subprocess_exec(
        lambda: SubprocessStreamProtocol(limit=_CHUNK, loop=loop),
        *probe.argv,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        cwd=place.folder,
        env={**place.environment, **probe.env},
        start_new_session=True,
    )
    process = Process(transport, protocol, loop)
    output, complaint = bytearray(), bytearray()
    error = None
    try:
        async with asyncio.timeout(probe.timeout.total_seconds()):
            await asyncio.gather(_take(process.stdout, output), _take(process.stderr, complaint))
            await process.wait()
    except _Flood:
        error = f"prints more than {BODY_LIMIT // 1024} KiB"
    except TimeoutError:
        error = f"timed out after {format_duration(probe.timeout)}: it was killed"
    finally:
        if process.returncode is None or error:
            await _kill(process)
        # Something that left its group may still hold the pipes.
        transport.close()
    took = (time.perf_counter() - began) * 1000
    code = process.returncode if process.returncode is not None else 0
    return Ended(code if code >= 0 else 128 - code, bytes(output), bytes(complaint), took, error)


async def _take(stream: asyncio.StreamReader | None, into: bytearray) -> None:
    """Read to the end.

    Raises:
        _Flood: there is more than anybody reads.
    """
    assert stream is not None
    while chunk := await stream.read(_CHUNK):
        into += chunk[: BODY_LIMIT - len(into) + 1]
        if len(into) > BODY_LIMIT:
            del into[BODY_LIMIT:]
            raise _Flood


async def _kill(process: Process) -> None:
    """End the program and whatever it started that is still in its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_REAP_SECONDS):
            await process.wait()


def number_in(output: bytes) -> float | None:
    """The number that is all a program printed; none if it printed something else."""
    text = output.strip()
    if not text or len(text) > _LONGEST_NUMBER or b"_" in text:
        return None
    try:
        return finite(float(text))
    except ValueError:
        return None


def _numberless(ended: Ended) -> str:
    if ended.status != 0:
        return f"no data: {_said(ended)}"
    printed = short(ended.output.decode("utf-8", "replace"), 60)
    return f"no data: it prints {printed!r}, which is no number" if printed else "no data: it prints nothing"


def _said(ended: Ended) -> str:
    """The exit status, and the last line of what it said to that."""
    words = (ended.complaint or ended.output).decode("utf-8", "replace").strip().splitlines()
    last = short(words[-1], 150) if words else ""
    return f"exit status {ended.status}" + (f": {last}" if last else "")


def _why(error: Exception) -> str:
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else short(str(error), 100)
