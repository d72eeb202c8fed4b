"""Running a tool once for what it prints: bounded in time and in bytes, whatever it leaves behind."""

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass

_CHUNK = 65536
_LOOK = 0.05
"""Seconds between two looks at whether the tool has ended."""
_GRACE = 0.3
"""Seconds that its output is still read for after it has ended: what it wrote is in the pipe by then."""
_FAREWELL = 1.0
"""Seconds that a tool gets to end after INT reached it with us."""


class NoAnswer(Exception):
    """The tool did not end in its time; it has been killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a tool said, and how it ended."""

    status: int
    out: bytes
    err: bytes
    cut: bool = False
    """It printed more than it may, and was killed for that."""


def run_bounded(
    argv: tuple[str, ...],
    seconds: float,
    most: int,
    *,
    cwd: str | None = None,
    env: Mapping[str, str] | None = None,
    own_group: bool = False,
) -> Answer:
    """Run a tool until it ends; a child of its own that keeps its output open is not waited for.

    Args:
        seconds: how long it may take.
        most: bytes it may print, to either stream.
        own_group: it gets a process group of its own, which is killed whole; else a cancel of ours reaches it.

    Raises:
        OSError: it can't be started.
        NoAnswer: it did not end in time.
    """
    child = subprocess.Popen(
        argv,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=own_group,
    )
    assert child.stdout is not None and child.stderr is not None
    with child.stdout as out, child.stderr as err:
        taken = {out.fileno(): bytearray(), err.fileno(): bytearray()}
        try:
            cut = _read(child, taken, time.monotonic() + seconds, most)
        except KeyboardInterrupt:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(_FAREWELL)
            raise
        finally:
            _end(child, own_group)
        return Answer(status=child.returncode, out=bytes(taken[out.fileno()]), err=bytes(taken[err.fileno()]), cut=cut)


def _read(child: "subprocess.Popen[bytes]", taken: Mapping[int, bytearray], end: float, most: int) -> bool:
    """Read both streams until the tool has ended; whether it printed too much."""
    over: float | None = None
    with selectors.DefaultSelector() as waiting:
        for stream in taken:
            waiting.register(stream, selectors.EVENT_READ)
        while True:
            now = time.monotonic()
            if over is None and child.poll() is not None:
                over = now + _GRACE
            if over is not None and (now >= over or not waiting.get_map()):
                return False
            if over is None and now >= end:
                raise NoAnswer
            if not waiting.get_map():
                time.sleep(_LOOK)
            ready = waiting.select(_LOOK) if waiting.get_map() else []
            for key, _ in ready:
                if not (chunk := os.read(key.fd, _CHUNK)):
                    waiting.unregister(key.fd)
                taken[key.fd].extend(chunk[: most - len(taken[key.fd])])
                if len(chunk) and len(taken[key.fd]) >= most:
                    return True
            if over is not None and not ready:
                return False


def _end(child: "subprocess.Popen[bytes]", own_group: bool) -> None:
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL) if own_group else child.kill()
    child.wait()
