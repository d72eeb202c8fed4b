"""A run as it would happen, frozen for somebody to read and say yes to.

Proposals that a second person approves are kept in the log: stored fields are for ever, and new ones need defaults.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from warroom.console.domain.git.change import Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A guard's answer."""

    name: str
    verdict: str
    """`ok`, `warn` (said, not refused) or `refused`."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A run, frozen as it would happen, for somebody to confirm. Changed in any way, it is void."""

    incident: str
    action: str
    title: str
    command: str
    """The argv as a person would type it, secrets masked."""
    folder: str
    environment: str
    production: bool
    target: str
    """What must be typed for the classes typed and two."""
    danger: str
    fingerprint: str
    undo: str
    undo_until: str = ""
    riding: tuple[str, ...] = ()
    """Commits that ride along, newest first."""
    checks: tuple[Check, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables that are added, secrets masked."""
    values: Mapping[str, str] = field(default_factory=dict)
    change: Proof | None = None
    """What it would ship, where it ships something."""
    cancel_with: str = "INT"
    """The first signal of a cancel: `INT` or `TERM`."""
    terminal: bool = False
    """It gets a terminal of its own."""
    beware: tuple[str, ...] = ()
    """What hurts on its platform when it is taken for simple."""
    owes: str = ""
    """What stays to be done after it; empty: nothing."""
    stages: tuple[str, ...] = ()
    """The first stage of a rollout: what the others will run, in their order."""
    files: Mapping[str, str] = field(default_factory=dict)
    """The state of the files that its words name."""
    refs: Mapping[str, str] = field(default_factory=dict)
    """The commits of the branches and tags that its words name, and of `HEAD` where that counts."""
    around: Mapping[str, str] = field(default_factory=dict)
    """Variables of the console that say where tools go; the command inherits them. Secrets masked."""
    after: str = ""
    """The last run that changed the same before it, by its id."""
    stops: str = ""
    """The run that is stopped first, by its id; empty: none is."""
    stopping: str = ""
    """The same in words: what it is, whose, since when, and what becomes of its rollout."""

    @property
    def refused(self) -> str:
        """The first reason that forbids it; empty: it may run."""
        return next((f"{check.name}: {check.reason}" for check in self.checks if check.verdict == "refused"), "")
