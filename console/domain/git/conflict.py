"""What contradicts what when a fix is carried to a branch, and where the work on it waits."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from warroom.console.domain.text import clean

_MOST_HUNKS = 20
_MOST_LINES = 40
"""Lines kept of each side of one hunk; the others are counted."""
_WIDEST = 400
_MARKER = re.compile(r"([<|=>])\1{6}(?: .*)?")

Stage = Literal["conflicts", "unstaged", "ready"]
_HINDRANCES: tuple[tuple[Stage, str, str], ...] = (
    ("conflicts", "still conflicts", "still conflict"),
    ("unstaged", "is not added: git add it", "are not added: git add them"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """One place of a file in which two changes contradict each other. Its lines are clean."""

    line: int
    """Where it begins in the file, with its markers; the first line is 1."""
    ours: tuple[str, ...]
    """What the branch has."""
    theirs: tuple[str, ...]
    """What the fix would put there."""
    more: int = 0
    """Lines of both that are not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictFile:
    """A file in which a pick conflicts."""

    path: str
    """As git has it: foreign text."""
    stage: Stage = "conflicts"
    """`conflicts`: markers stand in it, or it has none to take away; `unstaged`: mended, not yet added; `ready`."""
    note: str = ""
    """What there is to know where no hunk tells it, e.g. that the branch deleted it."""
    hunks: tuple[Hunk, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicting:
    """A pick that conflicts: foretold, or waiting in a working copy of its own."""

    branch: str
    """The live branch the fix is carried to."""
    landing: str
    """The branch that would get the commits: the same, or a new one for a pull request."""
    commit: str
    """The commit that conflicts: its short hash and subject, clean."""
    files: tuple[ConflictFile, ...] = ()
    place: str = ""
    """The working copy in which it waits; empty: it is only foretold."""
    since: datetime | None = None
    """When it stopped there."""
    in_the_way: str = ""
    """Why it can't be continued yet; empty: it can."""
    left: int = 0
    """Commits that are to be picked after this one."""
    other: bool = False
    """What waits is not of this incident's fix, or no longer."""

    @property
    def waits(self) -> bool:
        """Somebody has to mend it, or give it up."""
        return bool(self.place)


def hunks_of(text: str) -> tuple[Hunk, ...]:
    """The hunks that stand between conflict markers, in git's plain style or with the common ancestor between."""
    found: list[Hunk] = []
    sides: dict[str, list[str]] = {}
    side, begun = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        marker = _MARKER.fullmatch(line.rstrip("\r"))
        sign = marker[1] if marker else ""
        if sign == "<":
            side, begun, sides = "ours", number, {"ours": [], "theirs": [], "base": []}
        elif side and sign == "|":
            side = "base"
        elif side and sign == "=":
            side = "theirs"
        elif side == "theirs" and sign == ">":
            found.append(_hunk(begun, sides["ours"], sides["theirs"]))
            side = ""
        elif side:
            sides[side].append(line)
        if len(found) == _MOST_HUNKS:
            break
    return tuple(found)


def _hunk(line: int, ours: list[str], theirs: list[str]) -> Hunk:
    more = max(len(ours) - _MOST_LINES, 0) + max(len(theirs) - _MOST_LINES, 0)
    return Hunk(line=line, ours=_kept(ours), theirs=_kept(theirs), more=more)


def _kept(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(clean(line.rstrip("\r").expandtabs(4)[:_WIDEST]) for line in list(lines)[:_MOST_LINES])


def has_marker(text: str) -> bool:
    """Whether a line that begins or ends a conflict stands in the text."""
    return any(line[:7] in ("<<<<<<<", ">>>>>>>") and _MARKER.fullmatch(line.rstrip("\r")) for line in text.split("\n"))


def in_the_way(files: Iterable[ConflictFile], unstaged: Iterable[str], unknown: Iterable[str]) -> str:
    """Why a pick can't be continued: what is not mended, not added or not known to git; empty: it can."""
    files = tuple(files)
    for stage, one_does, several_do in _HINDRANCES:
        if names := [one.path for one in files if one.stage == stage]:
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            return f"{clean(names[0])}{more} {several_do if more else one_does}"
    if changed := sorted(unstaged):
        return f"{clean(changed[0])} has changes that are not added: git add it"
    if strange := sorted(unknown):
        return f"{clean(strange[0])} is not known to git: add it, or delete it"
    return ""
