"""What a console wants kept of the repository."""

from dataclasses import dataclass

from warroom.console.domain.git.truth import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordGitFact:
    """Keep one fact; nothing happens where it is as it was."""

    fact: str
    holds: bool | None
    why: str
    commit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBackport:
    """Keep how a live branch stands to the fix; nothing happens where that is known."""

    branch: str
    state: Standing
    why: str
    files: tuple[str, ...] = ()
    commits: str = ""
    head: str = ""


GitIntent = RecordGitFact | RecordBackport
