"""What is wrong with a file, said so that it can be mended at once: file, key, problem, an example of right."""

import difflib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Loc: TypeAlias = tuple[str | int, ...]
"""The way to a value: keys of tables and indexes of lists, from the top."""

STAND_IN = "\0"
"""Begins every text that stands in for a missing one; such a text is never shown."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PART = re.compile(r'(?:^|\.)(?:([A-Za-z0-9_-]+)|("(?:[^"\\]|\\.)*"))|\[(\d+)\]')


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or only doubtful where it stands among warnings."""

    file: str
    key: str
    """Dotted, with indexes from 0: `probe[2].every`; `line 3, column 5` where the text itself can't be read."""
    problem: str
    example: str = ""
    """How a right value looks, as it would be written in the file."""

    def __str__(self) -> str:
        text = ": ".join(part for part in (self.file, self.key, self.problem) if part)
        return visible(f"{text}, e.g. {self.example}" if self.example else text)


class ConfigError(Exception):
    """A file that can't be used. Holds every problem that was found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def dotted(loc: Sequence[str | int]) -> str:
    """The way to a value as text: `probe[2].every`, `action."flush cache".argv`."""
    text = ""
    for part in loc:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + (part if _BARE.fullmatch(part) else quoted(part))
    return text


def undotted(key: str) -> Loc | None:
    """The way that `dotted` wrote as text; none when the text is no such way."""
    loc: list[str | int] = []
    position = 0
    while position < len(key):
        found = _PART.match(key, position)
        if not found:
            return None
        bare, in_quotes, index = found.groups()
        loc.append(int(index) if index else bare or str(json.loads(in_quotes)))
        position = found.end()
    return tuple(loc) or None


def visible(text: str) -> str:
    """Text with everything that could steer a terminal written out as `\\u001b`."""
    return text if text.isprintable() else "".join(c if c.isprintable() else _escaped(c) for c in text)


def quoted(text: str, limit: int = 80) -> str:
    """Text from a file in double quotes, cut short, with everything that could steer a terminal made visible."""
    shown = "".join(c if c.isprintable() and c not in '"\\' else _escaped(c) for c in text[:limit])
    return f'"{shown}…"' if len(text) > limit else f'"{shown}"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else json.dumps(char)[1:-1]


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant; empty when none is near."""
    folded = {_fold(each): each for each in known}
    near = difflib.get_close_matches(_fold(name[:80]), folded, n=3, cutoff=0.6)
    # A wrong ending is a likelier slip than a wrong beginning.
    near.sort(key=lambda each: -_same_beginning(each, _fold(name)))
    return folded[near[0]] if near else ""


def _same_beginning(one: str, other: str) -> int:
    return next(
        (index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _fold(name: str) -> str:
    return name.casefold().replace("_", "-")


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """The sentence for a name nobody knows: with the nearest one, or else with all there are."""
    choices = tuple(dict.fromkeys(each for each in known if not each.startswith(STAND_IN)))
    near = nearest(name, choices)
    if near:
        return f'{what}, did you mean "{near}"?'
    return f"{what}, known: {', '.join(choices)}" if choices else what


class Problems:
    """Gathers the problems of one file: the first word on a key stands, later ones on it or below it are echoes."""

    def __init__(self, name: Callable[[Loc], tuple[str, str]]) -> None:
        """`name` says in which file, and under which key there, a place was written."""
        self._name = name
        self._found: dict[Loc, list[Problem]] = {}

    def add(self, loc: Loc, problem: str, example: str = "") -> None:
        """Note a problem at a place."""
        file, key = self._name(loc)
        self._found.setdefault(loc, []).append(Problem(file, key, problem, example))

    def spoken_of(self, loc: Loc) -> bool:
        """Whether this place, or one it lies in, already has a problem."""
        return any(loc[:length] in self._found for length in range(len(loc) + 1))

    def in_order_of(self, raw: object) -> tuple[Problem, ...]:
        """All of them, in the order in which their keys stand in the file."""
        places = sorted(self._found, key=lambda loc: _position(loc, raw))
        return tuple(problem for loc in places for problem in self._found[loc])


def _position(loc: Loc, raw: object) -> tuple[int, ...]:
    """Where a place stands; a key that is missing counts as standing at the head of its table."""
    position = []
    for part in loc:
        if isinstance(raw, dict) and part in raw:
            position.append(list(raw).index(part))
            raw = raw[part]
        elif isinstance(raw, list) and isinstance(part, int) and part < len(raw):
            position.append(part)
            raw = raw[part]
        else:
            position.append(-1)
            break
    return tuple(position)
