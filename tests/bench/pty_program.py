"""A program in a terminal of its own: when it wrote what, what it costs, what its screen showed."""

import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

import pyte

PYTHON = sys.executable
COLUMNS, LINES = 120, 40
_ANSWERS = {
    b"\x1b[c": b"\x1b[?62;22c",
    b"\x1b[6n": b"\x1b[1;1R",
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b[?2048$p": b"\x1b[?2048;0$y",
}
"""What a terminal is asked at the start, and what a plain one answers."""
_UNKNOWN = re.compile(
    rb"\x1b\[[<>=][0-9;:]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1b\[\?u|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-9;]*t"
)
"""Sequences that the emulator does not know, and would show."""
_TICKS = os.sysconf("SC_CLK_TCK")


class Program:
    """A program that runs in a terminal while the block lasts."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        self._argv = list(argv)
        self._env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **(env or {})}
        self._asked = b""
        self.chunks: list[tuple[float, bytes]] = []
        self.bytes = 0

    def __enter__(self) -> "Program":
        self.started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
            os.execvpe(self._argv[0], self._argv, self._env)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.kill(self.pid, signal.SIGTERM)
        end = time.perf_counter() + 5
        while time.perf_counter() < end and os.waitpid(self.pid, os.WNOHANG) == (0, 0):
            self.read(0.02)
        os.close(self._fd)

    def read(self, seconds: float) -> bytes:
        """What it writes next; nothing if that takes longer."""
        if not select.select([self._fd], [], [], max(0.0, seconds))[0]:
            return b""
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:
            return b""
        self.chunks.append((time.perf_counter(), data))
        self.bytes += len(data)
        self._asked = (self._asked + data)[-4096:]
        for question, answer in _ANSWERS.items():
            if question in self._asked:
                self._asked = self._asked.replace(question, b"")
                os.write(self._fd, answer)
        return data

    def watch(self, seconds: float) -> None:
        """Read for a time."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self.read(left)

    def until(self, wanted: bytes, seconds: float = 20) -> float:
        """Read until something was written; seconds it took since the start of the program."""
        seen, end = b"", time.perf_counter() + seconds
        while wanted not in seen:
            if time.perf_counter() > end:
                raise TimeoutError(f"{wanted!r} never came: {seen[-300:]!r}")
            seen = seen[-len(wanted) :] + self.read(end - time.perf_counter())
        return self.chunks[-1][0] - self.started

    def send(self, keys: bytes) -> float:
        """Type; the moment of it."""
        at = time.perf_counter()
        os.write(self._fd, keys)
        return at

    def processor(self) -> float:
        """Seconds of processor time it took so far."""
        with open(f"/proc/{self.pid}/stat", "rb") as file:  # noqa: PTH123  read in a loop that is timed
            fields = file.read().rpartition(b")")[2].split()
        return sum(int(field) for field in fields[11:15]) / _TICKS


class Emulator:
    """What a terminal shows after the chunks it is fed."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self.screen)

    def feed(self, data: bytes) -> None:
        """Show more."""
        self._stream.feed(_UNKNOWN.sub(b"", data))

    def picture(self) -> list[list[pyte.screens.Char]]:
        """All cells."""
        return [[self.screen.buffer[y][x] for x in range(COLUMNS)] for y in range(LINES)]


def load() -> str:
    """How busy the machine is: figures of a busy one say little."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def median_ms(seconds: Sequence[float]) -> float:
    """The median, in milliseconds."""
    return statistics.median(seconds) * 1000


def p95_ms(seconds: Sequence[float]) -> float:
    """What 19 of 20 stay under, in milliseconds."""
    return sorted(seconds)[int(0.95 * (len(seconds) - 1))] * 1000
