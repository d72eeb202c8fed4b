"""The way of a command's output from its pipe to the disk: in chunks, masked, capped.

Standard library only: the supervisor loads it.
"""

import os
import select
import time
from pathlib import Path

from warroom.console.actions.masking import Masker
from warroom.console.actions.transcript import Writer

_CHUNK = 64 * 1024
_GULP = 8 * 1024 * 1024
"""Bytes read in one go at most, once only the end of them is kept."""
_DRAIN_IDLE = 0.5
_DRAIN_MOST = 5.0
"""Seconds given to what is still in the pipe when the command has ended: a descendant may hold it open for ever."""


class Intake:
    """A pipe, and what happens with that which comes out of it. A command is never stopped by what it prints."""

    def __init__(self, folder: Path, cap: int, secrets: list[str]) -> None:
        """Keep about `cap` bytes of output in `folder`, with the secrets masked."""
        self.outlet, self.inlet = os.pipe()
        os.set_blocking(self.outlet, False)
        self._masker = Masker(secrets)
        self._writer = Writer(folder, cap)
        self._open = True

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
        keep = self._writer.kept_tail
        data = self._read(_CHUNK)
        if keep is None or len(data) < _CHUNK:
            self._writer.write(self._masker.feed(data))
            return self._open
        # A flood of which only the end is kept: it is swallowed as fast as it comes, and only what is kept is masked.
        chunks, held, dropped, taken = [data], len(data), 0, len(data)
        while taken < _GULP and (data := self._read(_CHUNK)):
            chunks.append(data)
            held += len(data)
            taken += len(data)
            while held - len(chunks[0]) >= keep:
                held -= len(chunks[0])
                dropped += len(chunks.pop(0))
        self._add(b"".join(chunks), dropped)
        return self._open

    def drain(self) -> None:
        """Take what is left, for a short while."""
        end = time.monotonic() + _DRAIN_MOST
        while self._open and time.monotonic() < end:
            ready, _, _ = select.select([self.outlet], [], [], _DRAIN_IDLE)
            if not ready:
                return
            self.take()

    def close(self) -> None:
        """Write what was held back, close everything."""
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
        if not data:
            self._open = False
        return data
