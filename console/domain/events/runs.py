"""What happened to runs and rollouts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from warroom.console.domain.events.names import event
from warroom.console.domain.strategy import Strategy
from warroom.console.domain.time.duration import Duration


@event("run.requested")
@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequested:
    run: str
    action: str
    title: str
    target: str
    environment: str
    command: str
    """The argv as a person would type it, secrets masked."""
    fingerprint: str
    """SHA-256 over everything that was confirmed."""
    danger: str
    host: str
    """The machine and account it runs on: only a console there can follow it."""
    rollout: str = ""
    marks: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    approved_by: str = ""
    approval: str = ""
    """The request for approval that it uses up."""
    undo: str = ""
    undo_action: str = ""
    undo_window: Duration | None = None
    cancel_with: str = "INT"
    owes: str = ""
    """The action that its success leaves to be run once users are well."""
    owes_why: str = ""
    stopped: str = ""
    """The run that was stopped so that this one could begin."""
    checkout: str = ""
    """What was checked out, in words, where it takes the code from there: `main at 108fa89`."""
    fix: str = ""
    """The newest commit of the fix, when all of it was in there."""


@event("run.started")
@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    run: str


@event("run.cancelled")
@dataclass(frozen=True, slots=True, kw_only=True)
class RunCancelRequested:
    run: str
    why: str = ""


@event("run.ended")
@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    run: str
    outcome: Literal["succeeded", "failed", "cancelled"]
    exit_code: int | None
    ended_at: datetime
    """When the command ended by its supervisor's account; a console may learn of it later."""
    reason: str = ""
    tail: str = ""
    """The last part of its output."""


@event("run.lost")
@dataclass(frozen=True, slots=True, kw_only=True)
class RunLost:
    run: str
    why: str


@event("run.settled")
@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettled:
    run: str
    outcome: Literal["succeeded", "failed"]
    why: str


@event("rollout.started")
@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutStarted:
    rollout: str
    strategy: Strategy
    values: Mapping[str, str]
    """What the stage's action is filled with, besides `percent`."""
    driver: str
    prints: tuple[str, ...] = ()
    """What each stage was confirmed to run, SHA-256; empty: the console that started it did not say."""


@event("rollout.stage-entered")
@dataclass(frozen=True, slots=True, kw_only=True)
class StageEntered:
    rollout: str
    stage: int
    percent: int
    run: str


@event("rollout.gate-read")
@dataclass(frozen=True, slots=True, kw_only=True)
class GateRead:
    rollout: str
    stage: int
    verdict: Literal["passing", "failing", "unknown"]
    reason: str


@event("rollout.gate-skipped")
@dataclass(frozen=True, slots=True, kw_only=True)
class GateSkipped:
    """It goes on from this stage whatever the gate says; the waiver beside it says who answers for that."""

    rollout: str
    stage: int
    why: str


@event("rollout.promoted")
@dataclass(frozen=True, slots=True, kw_only=True)
class StagePromoted:
    """It goes on from this stage as soon as its gate passes, before its bake is over; the waiver says who answers."""

    rollout: str
    stage: int
    why: str


@event("rollout.held")
@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutHeld:
    rollout: str
    reason: str


@event("rollout.resumed")
@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutResumed:
    rollout: str
    driver: str


@event("rollout.completed")
@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutCompleted:
    rollout: str


@event("rollout.aborted")
@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutAborted:
    rollout: str
    why: str


RunEvent = RunRequested | RunStarted | RunCancelRequested | RunEnded | RunLost | RunSettled
RolloutEvent = (
    RolloutStarted
    | StageEntered
    | GateRead
    | GateSkipped
    | StagePromoted
    | RolloutHeld
    | RolloutResumed
    | RolloutCompleted
    | RolloutAborted
)
