"""What somebody wants of runs and rollouts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from warroom.console.domain.strategy import Strategy


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRun:
    """Run a confirmed command. Durable before the process starts."""

    run: str
    action: str
    title: str
    target: str
    environment: str
    command: str
    fingerprint: str
    danger: str
    host: str
    rollout: str = ""
    marks: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    approval: str = ""
    """The second person's, by its id; class two needs one."""
    undo: str = ""
    undo_action: str = ""
    undo_window: timedelta | None = None
    cancel_with: str = "INT"
    owes: str = ""
    """The action that its success leaves to be run once users are well."""
    owes_why: str = ""
    stopped: str = ""
    """The run that was stopped so that this one can begin."""
    checkout: str = ""
    """What is checked out, in words, where it takes the code from there."""
    fix: str = ""
    """The newest commit of the fix, when all of it is in there."""
    after: str | None = None
    """The last run that changed the same, as who said yes has seen it; none: nobody was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRun:
    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRun:
    run: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRun:
    run: str
    outcome: Literal["succeeded", "failed", "cancelled"]
    exit_code: int | None
    ended_at: datetime
    reason: str = ""
    tail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoseRun:
    """Its supervisor is gone and left no word: the outcome is unknown."""

    run: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleRun:
    """Say how a run ended of which nobody knows, from what a check or a person saw."""

    run: str
    outcome: Literal["succeeded", "failed"]
    why: str
    gone: str = ""
    """How it is known that whoever followed a run that is still active is gone; empty: it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRollout:
    rollout: str
    strategy: Strategy
    values: Mapping[str, str]
    prints: tuple[str, ...] = ()
    """What each stage would run, SHA-256; a stage that would run something else holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterStage:
    """The traffic of this stage has been shifted by this run."""

    rollout: str
    stage: int
    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadGate:
    rollout: str
    stage: int
    verdict: Literal["passing", "failing", "unknown"]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipGate:
    """Go on from the stage where it stands, whatever its gate says and however long it has still to bake."""

    rollout: str
    why: str
    owner: str
    stage: int | None = None
    """The stage that was looked at: no other one's gate is skipped. None: the one where it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromoteStage:
    """Go on from the stage where it stands as soon as its gate passes, however long it has still to bake."""

    rollout: str
    why: str
    owner: str
    stage: int | None = None
    """As of `SkipGate`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRollout:
    rollout: str
    reason: str
    driver: str = ""
    """Only while this console drives it; empty: whoever does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRollout:
    rollout: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteRollout:
    rollout: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AbortRollout:
    rollout: str
    why: str


RunIntent = RequestRun | StartRun | CancelRun | EndRun | LoseRun | SettleRun
RolloutIntent = (
    StartRollout
    | EnterStage
    | ReadGate
    | SkipGate
    | PromoteStage
    | HoldRollout
    | ResumeRollout
    | CompleteRollout
    | AbortRollout
)
