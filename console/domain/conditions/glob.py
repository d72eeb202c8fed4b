"""Patterns of `pat(…)`: `*`, `?`, `[a-z]`, `[^a-z]` and `\\` before a character that stands for itself.

The rules are those of Go's `filepath.Match`, with `/` left out of both sides first, as Gatus does. Every stretch
between two stars has a fixed length, so the leftmost place where it fits is always right and no text takes long.
"""

import re
from functools import lru_cache


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text fits the pattern; a malformed pattern fits nothing."""
    if pattern == "*":
        return True
    stretches = _compile(pattern.replace("/", ""))
    if stretches is None:
        return False
    text = text.replace("/", "")
    first, *others = stretches
    found = first.regex.match(text)
    if found is None:
        return False
    if not others:
        return found.end() == len(text)
    position = found.end()
    *middle, last = others
    for stretch in middle:
        found = stretch.regex.search(text, position)
        if found is None:
            return False
        position = found.end()
    start = len(text) - last.length
    return start >= position and last.regex.match(text, start) is not None


class _Stretch:
    """A part of a pattern without stars: so many characters, each from a set."""

    __slots__ = ("length", "regex")

    def __init__(self, parts: list[str]) -> None:
        self.length = len(parts)
        self.regex = re.compile("".join(parts), re.DOTALL)


@lru_cache(maxsize=256)
def _compile(pattern: str) -> tuple[_Stretch, ...] | None:
    stretches: list[list[str]] = [[]]
    position = 0
    while position < len(pattern):
        char = pattern[position]
        position += 1
        if char == "*":
            stretches.append([])
        elif char == "?":
            stretches[-1].append(".")
        elif char == "[":
            read = _read_class(pattern, position)
            if read is None:
                return None
            part, position = read
            stretches[-1].append(part)
        else:
            if char == "\\":
                if position == len(pattern):
                    return None
                char, position = pattern[position], position + 1
            stretches[-1].append(re.escape(char))
    return tuple(map(_Stretch, stretches))


def _read_class(pattern: str, position: int) -> tuple[str, int] | None:
    """Read a set from behind its `[`: the regular expression for it and where it ends."""
    negated = pattern.startswith("^", position)
    position += negated
    ranges: list[str] = []
    while not (ranges and pattern.startswith("]", position)):
        low = _read_member(pattern, position)
        if low is None:
            return None
        first, position = low
        final = first
        if pattern.startswith("-", position):
            high = _read_member(pattern, position + 1)
            if high is None:
                return None
            final, position = high
        # An upside-down range holds nothing, and is no range to a regular expression.
        ranges.append(f"{re.escape(first)}-{re.escape(final)}" if first <= final else "")
    members = "".join(ranges)
    if not members:
        return ("." if negated else "(?!)."), position + 1
    return f"[{'^' if negated else ''}{members}]", position + 1


def _read_member(pattern: str, position: int) -> tuple[str, int] | None:
    if position < len(pattern) and pattern[position] == "\\":
        position += 1
    elif position >= len(pattern) or pattern[position] in "-]":
        return None
    # A member is never the last character: the set must still be closed.
    return (pattern[position], position + 1) if position + 1 < len(pattern) else None
