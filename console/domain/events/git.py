"""What was seen in the repository."""

from dataclasses import dataclass

from warroom.console.domain.events.names import event
from warroom.console.domain.git.truth import Standing


@event("git.seen")
@dataclass(frozen=True, slots=True, kw_only=True)
class GitSeen:
    fact: str
    holds: bool | None
    why: str
    commit: str = ""


@event("backport.seen")
@dataclass(frozen=True, slots=True, kw_only=True)
class BackportSeen:
    branch: str
    state: Standing
    why: str
    files: tuple[str, ...] = ()
    commits: str = ""
    head: str = ""


GitEvent = GitSeen | BackportSeen
