"""The newest lines of a command's output, fed in chunks, as the terminal would have left them."""

from collections import deque

LIMIT = 100_000
"""Lines that are kept."""
LONGEST = 4_000
"""Characters of a line that are kept: a line without an end must not fill the memory."""


class LineRing:
    """Lines by their number since the beginning; old ones fall out. Text is kept raw: it is cleaned when drawn."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._lines: deque[str] = deque(maxlen=limit)
        self._open = ""
        self._dropped = 0

    @property
    def first(self) -> int:
        """The number of the oldest line that is kept."""
        return self._dropped

    @property
    def end(self) -> int:
        """One more than the number of the newest line; one that has not ended yet counts."""
        return self._dropped + len(self._lines) + (1 if self._open else 0)

    def feed(self, text: str) -> None:
        """Take the next chunk; a line may go on in the one after."""
        *ended, rest = (self._open + text).split("\n")
        room = (self._lines.maxlen or 0) - len(self._lines)
        self._dropped += max(len(ended) - room, 0)
        self._lines.extend(ended)
        # What stands before the last return is overwritten; keep what may still be seen.
        self._open = _kept(rest) if len(rest) > LONGEST else rest

    def line(self, number: int) -> str:
        """A line as it looks in the end: what a carriage return let be overwritten is gone."""
        index = number - self._dropped
        if index < 0 or number >= self.end:
            return ""
        return _overwritten(self._lines[index] if index < len(self._lines) else self._open)

    def search(self, words: str, start: int, step: int) -> int | None:
        """The number of the next line from `start` on in which `words` occur, whatever their case."""
        wanted = words.casefold()
        numbers = range(start, self.end) if step > 0 else range(start, self.first - 1, -1)
        return next((number for number in numbers if wanted in self.line(number).casefold()), None)

    def clear(self) -> None:
        """Forget everything."""
        self._lines.clear()
        self._open = ""
        self._dropped = 0


def _kept(rest: str) -> str:
    last = rest.rpartition("\r")[2]
    return last[:LONGEST]


def _overwritten(line: str) -> str:
    if len(line) > 4 * LONGEST:
        line = line[: 4 * LONGEST]
    if "\r" not in line:
        return line
    shown = ""
    for part in line.rstrip("\r").split("\r"):
        shown = part + shown[len(part) :]
    return shown
