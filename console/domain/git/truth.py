"""What git says about the fix: single facts that steps are bound to, and which live branches have it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

FACTS = (
    "branch",
    "branch-from-base",
    "fix",
    "test-included",
    "tag",
    "branch-pushed",
    "tag-pushed",
    "merged",
    "merged-back",
    "branch-deleted",
)
"""What a step can be bound to: `ticked_by = "git:merged"`."""
BACKPORTED = "backported:"
"""Or to one live branch: `ticked_by = "git:backported:develop"`."""

UNDONE = "reverts it"
"""How it is said that a branch had the fix, and that a later commit took it back."""

Standing = Literal["fixed", "fixed-by-patch", "missing", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GitFact:
    """One fact about the repository, as the log knows it."""

    holds: bool | None
    """None: it could not be told."""
    why: str
    since: datetime
    commit: str = ""
    """The commit it is about: of `fix` the newest, of `branch-from-base` the one the fix starts from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backport:
    """How one live branch stands to the fix, as the log knows it."""

    branch: str
    state: Standing
    why: str
    files: tuple[str, ...] = ()
    """Where picking the fix onto the branch would conflict."""
    commits: str = ""
    """What is to be picked, e.g. `BASE..TIP`; empty where nothing is."""
    head: str = ""
    """The commit of the branch that was judged; it may have moved on since, with the same to be said of it."""
    since: datetime

    @property
    def has_it(self) -> bool:
        """The next release from this branch holds the fix."""
        return self.state in ("fixed", "fixed-by-patch")

    def told(self) -> str:
        """`fixed`, `fixed by patch`, `missing, conflicts in a.py, b.py` …"""
        words = self.state.replace("-", " ")
        return f"{words}, conflicts in {', '.join(self.files)}" if self.files else words


def proves(git: Mapping[str, GitFact], backports: Mapping[str, Backport], key: str) -> tuple[bool | None, str]:
    """Whether git proves what a step is bound to (None: nothing is known), and why."""
    if key.startswith(BACKPORTED):
        row = backports.get(key.removeprefix(BACKPORTED))
        if row is None or row.state == "unknown":
            return None, ""
        return row.has_it, f"{row.branch}: {row.told()}"
    fact = git.get(key)
    return (None, "") if fact is None else (fact.holds, fact.why)
