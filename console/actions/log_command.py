"""Following a log as a program of its own, so that it runs supervised like any other command.

What to follow comes as JSON in the variable WARROOM_LOG. Prints the lines that fit the filter, and what happens to the
file. 0: its time is over, or the command it follows ended well; 1: the command did not; 2: wrong usage.
"""

import json
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

PROGRAM = "warroom-log"
SPEC = "WARROOM_LOG"
LONGEST_LINE = 4096
"""Bytes of a line that are shown and searched."""
MOST_A_SECOND = 500
"""Lines that are printed in a second; the others are counted, so that a flood drowns nobody."""
_BACKWARDS = 1024 * 1024
_CHUNK = 64 * 1024
_GLANCE = 0.2


class Filter:
    """Lets lines pass that hold every word, in any case, and fit the pattern."""

    def __init__(self, words: list[str], regex: str) -> None:
        """Take the words and the pattern; empty ones ask for nothing."""
        self._words = [word.casefold() for word in words]
        self._regex = re.compile(regex) if regex else None

    def passes(self, line: str) -> bool:
        """Whether a line is shown."""
        folded = line.casefold()
        return all(word in folded for word in self._words) and (self._regex is None or bool(self._regex.search(line)))


class Lines:
    """Cuts a stream of bytes into lines; a line that does not end is cut where it grows too long."""

    def __init__(self) -> None:
        self._held = b""
        self._dropping = False

    def feed(self, chunk: bytes) -> Iterator[str]:
        """The lines that are whole now."""
        *whole, rest = (self._held + chunk).split(b"\n")
        for line in whole:
            if not self._dropping:
                yield line[:LONGEST_LINE].rstrip(b"\r").decode(errors="replace")
            self._dropping = False
        if len(rest) > LONGEST_LINE:
            if not self._dropping:
                yield rest[:LONGEST_LINE].decode(errors="replace")
            rest, self._dropping = b"", True
        self._held = rest

    @property
    def open(self) -> int:
        """Bytes of a line that has not ended."""
        return len(self._held)

    def finish(self) -> Iterator[str]:
        """What was left without an end."""
        if self._held and not self._dropping:
            yield self._held.decode(errors="replace")
        self._held = b""


class Printer:
    """Prints lines that pass, no more than can be read."""

    def __init__(self, passes: Callable[[str], bool]) -> None:
        self.passes = passes
        self._second, self._printed, self._left_out = 0, 0, 0

    def take(self, line: str) -> None:
        """Print a line if it passes and there is room for it in this second."""
        if not self.passes(line):
            return
        second = int(time.monotonic())
        if second != self._second:
            self.settle()
            self._second, self._printed = second, 0
        if self._printed < MOST_A_SECOND:
            self._printed += 1
            say(line)
        else:
            self._left_out += 1

    def settle(self) -> None:
        """Say how many lines were left out."""
        if self._left_out:
            say(f"[{self._left_out} more lines fit and were left out]")
            self._left_out = 0


def say(line: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Follow what the variable says; the exit status."""
    try:
        spec: Mapping[str, Any] = json.loads(os.environ.pop(SPEC, ""))
    except ValueError:
        sys.stderr.write(f"{PROGRAM}: nothing to follow: name a log of the configuration, e.g. {PROGRAM} app\n")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    printer = Printer(Filter(spec["words"], spec["regex"]).passes)
    deadline = time.monotonic() + float(spec["last_s"])
    try:
        if spec["file"]:
            return follow_file(Path(spec["file"]), printer, int(spec["lines"]), deadline)
        return follow_command(spec["argv"], printer, deadline)
    except KeyboardInterrupt:
        return 0
    finally:
        printer.settle()


def follow_file(path: Path, printer: Printer, lines: int, deadline: float) -> int:
    """Follow a file from its end, when it is replaced or emptied too; wait for it while it is not there."""
    followed = _Followed(path, printer)
    followed.begin(lines)
    while time.monotonic() < deadline:
        if not followed.look():
            printer.settle()
            time.sleep(_GLANCE)
    say("[its time is over]")
    return 0


class _Followed:
    """A file that is followed under its name."""

    def __init__(self, path: Path, printer: Printer) -> None:
        self._path, self._printer = path, printer
        self._file: BinaryIO | None = None
        self._cutter = Lines()

    def begin(self, lines: int) -> None:
        """Show its last lines that pass."""
        self._file = _open(self._path)
        if self._file is None:
            say(f"[{self._path} is not there; waiting for it]")
        else:
            _show_last(self._file, self._printer, lines)

    def look(self) -> bool:
        """Print what is new; whether the file was another one, or emptied, so that there is more to read at once."""
        self._read()
        emptied = self._file is not None and os.fstat(self._file.fileno()).st_size < self._file.tell()
        if emptied and self._file is not None:
            say("[the file was emptied; from its beginning]")
            self._file.seek(0)
        fresh = _replacement(self._path, self._file)
        if fresh is None:
            return emptied
        if self._file is None:
            say("[the file is there]")
        else:
            # What came between the last look and the change of files.
            self._read()
            self._file.close()
            for line in self._cutter.finish():
                self._printer.take(line)
            say("[the file was replaced; following the new one]")
        self._file, self._cutter = fresh, Lines()
        return True

    def _read(self) -> None:
        while self._file is not None and (chunk := self._file.read(_CHUNK)):
            for line in self._cutter.feed(chunk):
                self._printer.take(line)


def _open(path: Path) -> BinaryIO | None:
    try:
        # Not blocking, so that a pipe in its place holds nobody up.
        return os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0)
    except OSError:
        return None


def _replacement(path: Path, file: BinaryIO | None) -> BinaryIO | None:
    """The file that stands under the name now, where that is another one."""
    try:
        there = path.stat()
    except OSError:
        return None
    if file is not None:
        here = os.fstat(file.fileno())
        if (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino):
            return None
    return _open(path)


def _show_last(file: BinaryIO, printer: Printer, lines: int) -> None:
    size = os.fstat(file.fileno()).st_size
    start = max(size - _BACKWARDS, 0)
    file.seek(start)
    cutter, last = Lines(), deque[str](maxlen=lines)
    room = size - start
    while room > 0 and (chunk := file.read(min(_CHUNK, room))):
        room -= len(chunk)
        last.extend(line for line in cutter.feed(chunk) if printer.passes(line))
    # A line that is being written is left for later.
    file.seek(file.tell() - cutter.open)
    for line in last:
        say(line)


def follow_command(argv: list[str], printer: Printer, deadline: float) -> int:
    """Follow what a command prints; it ends with us."""
    try:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError as problem:
        sys.stderr.write(f"{PROGRAM}: {argv[0]} can't be started: {problem.strerror}\n")
        return 1
    assert process.stdout is not None
    cutter = Lines()
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while time.monotonic() < deadline:
                if not selector.select(_GLANCE):
                    printer.settle()
                    continue
                chunk = os.read(process.stdout.fileno(), _CHUNK)
                if not chunk:
                    for line in cutter.finish():
                        printer.take(line)
                    return 0 if process.wait() == 0 else 1
                for line in cutter.feed(chunk):
                    printer.take(line)
        say("[its time is over]")
        return 0
    finally:
        if process.poll() is None:
            process.terminate()


if __name__ == "__main__":
    sys.exit(main())
