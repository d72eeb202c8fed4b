"""The way of a command's output from its pipe, or its terminal, to the disk: in chunks, masked, capped.

Standard library only: the supervisor loads it.
"""

import errno
import os
import select
import struct
import time
from pathlib import Path

from warroom.console.actions.runs.masking import Masker
from warroom.console.actions.runs.transcript import Writer

_CHUNK = 64 * 1024
_KEPT_AT_ONCE = 1024 * 1024
_WRITE_EVERY = 0.2
"""Once the beginning is full, this many bytes are kept in so many seconds: masking all of a flood would hold it up."""
_ROWS, _COLUMNS = 24, 80
_END_OF_INPUT = b"\x04"
"""What a terminal takes for the end of the input: every question is answered with nothing at all."""
_ANSWER_EVERY = 1.0
_DRAIN_IDLE = 0.5
_DRAIN_MOST = 5.0
"""Seconds given to what is still in the pipe when the command has ended: a descendant may hold it open for ever."""


class Intake:
    """A pipe, and what happens with that which comes out of it. A command is never stopped by what it prints.

    With `terminal`, a terminal of 80 x 24 instead. Nobody sits at it: it does not become the command's controlling one,
    so `/dev/tty` can't be opened, and whoever reads from it comes to the end of the input.
    """

    def __init__(self, folder: Path, cap: int, secrets: list[str], *, terminal: bool = False) -> None:
        """Keep about `cap` bytes of output in `folder`, with the secrets masked."""
        self._terminal = terminal
        self._answered_at = 0.0
        self._returned = False
        self.outlet, self.inlet = _terminal() if terminal else os.pipe()
        os.set_blocking(self.outlet, False)
        self._masker = Masker(secrets)
        self._writer = Writer(folder, cap)
        self._open = True
        self._pending: list[bytes] = []
        self._pending_size = 0
        self._dropped = 0
        self._written_at = 0.0

    @property
    def offset(self) -> int:
        """How much was printed so far, in bytes after masking."""
        return self._writer.offset

    @property
    def lost(self) -> int:
        """How many bytes could not be written."""
        return self._writer.lost

    @property
    def problem(self) -> str:
        """Why not."""
        return self._writer.problem

    def close_inlet(self) -> None:
        """Leave the writing end to the command alone."""
        os.close(self.inlet)

    def take(self) -> bool:
        """Read what is there; whether there may be more one day."""
        data = self._read(_CHUNK)
        keep = self._writer.kept_tail
        if keep is None:
            self._writer.write(self._masker.feed(data))
            return self._open
        self._pending.append(data)
        self._pending_size += len(data)
        while self._pending_size - len(self._pending[0]) >= min(keep, _KEPT_AT_ONCE):
            dropped = self._pending.pop(0)
            self._pending_size -= len(dropped)
            self._dropped += len(dropped)
        return self._open

    def answer_nothing(self, at: float) -> None:
        """Let whoever asks a question at the terminal read the end of the input; `at` is the monotonic clock."""
        if not self._terminal or not self._open or at - self._answered_at < _ANSWER_EVERY:
            return
        self._answered_at = at
        try:
            os.write(self.outlet, _END_OF_INPUT)
        except OSError:
            # Nobody has read the last answers, or nobody is left to.
            return

    def write(self, at: float) -> None:
        """Write what waits, if it is time; `at` is the monotonic clock."""
        if self._pending_size and at - self._written_at >= _WRITE_EVERY:
            self._written_at = at
            self._add(b"".join(self._pending), self._dropped)
            self._pending, self._pending_size, self._dropped = [], 0, 0

    def drain(self) -> None:
        """Take what is left, for a short while."""
        end = time.monotonic() + _DRAIN_MOST
        while self._open and time.monotonic() < end:
            ready, _, _ = select.select([self.outlet], [], [], _DRAIN_IDLE)
            if not ready:
                return
            self.take()

    def close(self) -> None:
        """Write what waits and what was held back, close everything."""
        self.write(float("inf"))
        self._writer.write(self._masker.finish())
        self._writer.close()
        os.close(self.outlet)

    def _add(self, data: bytes, dropped: int) -> None:
        if dropped:
            # The first line has lost its beginning, and with it perhaps the beginning of a secret.
            self._writer.write(self._masker.finish())
            start = data.find(b"\n") + 1 or min(self._masker.longest, len(data))
            self._writer.skip(dropped + start)
            data = data[start:]
        self._writer.write(self._masker.feed(data))

    def _read(self, count: int) -> bytes:
        try:
            data = os.read(self.outlet, count)
        except BlockingIOError:
            return b""
        except OSError as problem:
            # A terminal that nobody has open any more ends so.
            if not (self._terminal and problem.errno == errno.EIO):
                raise
            data = b""
        if not data:
            self._open = False
        return self._plain(data) if self._terminal else data

    def _plain(self, data: bytes) -> bytes:
        """Lines as a pipe has them: a program may turn the terminal's carriage returns on again."""
        data = b"\r" + data if self._returned else data
        self._returned = self._open and data.endswith(b"\r")
        return (data[:-1] if self._returned else data).replace(b"\r\n", b"\n")


def _terminal() -> tuple[int, int]:
    """The two ends of a terminal: ours and the command's. What is written to it is neither echoed nor changed."""
    import fcntl
    import termios

    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
    modes = termios.tcgetattr(theirs)
    modes[1] &= ~termios.OPOST
    modes[3] &= ~(termios.ECHO | termios.ECHONL)
    termios.tcsetattr(theirs, termios.TCSANOW, modes)
    return ours, theirs
