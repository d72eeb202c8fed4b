"""What a command printed, on disk: the beginning and the end are kept, the middle goes when there is too much.

A byte keeps its offset in the whole of the output whatever was left out. `output` holds the beginning, files called
`output.OFFSET` pieces of what followed, of which the last two stay. Standard library only: the supervisor loads it.
"""

import os
from pathlib import Path
from typing import NamedTuple

HEAD = "output"
SMALLEST_CAP = 4096


class Chunk(NamedTuple):
    """Consecutive bytes of an output."""

    offset: int
    """Where the bytes begin; later than asked for when what was there is not kept."""
    data: bytes

    @property
    def end(self) -> int:
        """Where to go on reading."""
        return self.offset + len(self.data)


class Writer:
    """Writes an output and never fails: what can't be written is counted as lost, the command goes on."""

    def __init__(self, folder: Path, cap: int) -> None:
        """Write into `folder`, keeping about `cap` bytes."""
        cap = max(cap, SMALLEST_CAP)
        self._folder = folder
        self._head = cap // 2
        self._piece = cap // 4
        self._file: int | None = None
        self._room = 0
        self._tail: list[Path] = []
        self.offset = 0
        """How much was printed so far."""
        self.lost = 0
        """How many bytes could not be written, for want of room on the disk and the like."""
        self.problem = ""
        """Why the last of these could not be written."""

    @property
    def kept_tail(self) -> int | None:
        """Once the beginning is full: how much of any further output is worth giving to `write`."""
        return self._piece if self.offset >= self._head else None

    def write(self, data: bytes) -> None:
        """Add bytes at the end."""
        while data:
            try:
                if self._file is None or self._room <= 0:
                    self._open()
                assert self._file is not None
                written = os.write(self._file, data[: self._room])
            except OSError as problem:
                self.lost += len(data)
                self.problem = os.strerror(problem.errno) if problem.errno else str(problem)
                self.skip(len(data))
                return
            self.offset += written
            self._room -= written
            data = data[written:]

    def skip(self, count: int) -> None:
        """Leave out bytes: what follows goes into a piece of its own."""
        self.offset += count
        self._room = 0

    def close(self) -> None:
        """Close the files."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self) -> None:
        path = self._folder / (HEAD if self.offset == 0 else f"{HEAD}.{self.offset:015d}")
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.close()
        self._file, self._room = file, self._piece if self.offset else self._head
        if self.offset:
            self._tail.append(path)
        if len(self._tail) > 2:
            self._tail.pop(0).unlink(missing_ok=True)


def read(folder: Path, offset: int, limit: int) -> Chunk:
    """At most `limit` bytes from `offset` on; no data: there is nothing more yet."""
    for start, path in _pieces(folder):
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                if start + size <= offset:
                    continue
                begin = max(start, offset)
                file.seek(begin - start)
                return Chunk(begin, file.read(limit))
        except FileNotFoundError:
            continue  # the writer has just dropped this piece; a later one follows
    return Chunk(offset, b"")


def size(folder: Path) -> int:
    """Where the output ends by now."""
    for start, path in reversed(_pieces(folder)):
        try:
            return start + path.stat().st_size
        except FileNotFoundError:
            continue
    return 0


def tail(folder: Path, wanted: int) -> bytes:
    """The last bytes, at least `wanted` of them if so many are kept in one go."""
    chunk = read(folder, max(0, size(folder) - wanted), wanted)
    data = [chunk.data]
    while chunk.data:
        chunk = read(folder, chunk.end, wanted)
        data.append(chunk.data)
    return b"".join(data)


def _pieces(folder: Path) -> list[tuple[int, Path]]:
    found = [(int(path.suffix[1:]), path) for path in folder.glob(f"{HEAD}.*") if path.suffix[1:].isdigit()]
    return sorted([(0, folder / HEAD), *found])
