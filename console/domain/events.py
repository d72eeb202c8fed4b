"""What happened: the events an incident is a fold over.

Each is stored under the short name in its `@event("…")` line. Those names are for ever; class names are not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeVar

from warroom.console.domain.calendar import UTC_CALENDAR, Calendar
from warroom.console.domain.playbook import Playbook
from warroom.console.domain.strategy import Strategy

EVENT_TYPES: dict[str, type] = {}
"""Stored name to class, for the codec."""

EventClass = TypeVar("EventClass", bound=type)


def event(name: str) -> Callable[[EventClass], EventClass]:
    """Give an event class its stored name."""

    def register(cls: EventClass) -> EventClass:
        EVENT_TYPES[name] = cls
        return cls

    return register


@event("incident.declared")
@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    incident: str
    title: str
    level: str
    playbook: Playbook
    service: str
    impact_at: datetime
    detected_at: datetime
    drill: bool = False
    calendar: Calendar = UTC_CALENDAR
    """The team's, as it was configured; logs from before there was one have none."""


@event("incident.acknowledged")
@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    note: str = ""


@event("time.corrected")
@dataclass(frozen=True, slots=True, kw_only=True)
class TimeCorrected:
    moment: str
    was: datetime | None
    now: datetime
    why: str


@event("level.changed")
@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChanged:
    was: str
    level: str
    why: str


@event("fact.learned")
@dataclass(frozen=True, slots=True, kw_only=True)
class FactLearned:
    name: str
    value: str


@event("names.fixed")
@dataclass(frozen=True, slots=True, kw_only=True)
class NamesFixed:
    names: Mapping[str, str]
    """Branch, tag, base … computed once, so that neither midnight nor a new tag changes them."""


@event("role.assigned")
@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAssigned:
    role: str
    name: str


@event("conn.taken")
@dataclass(frozen=True, slots=True, kw_only=True)
class ConnTaken:
    name: str


@event("conn.offered")
@dataclass(frozen=True, slots=True, kw_only=True)
class ConnOffered:
    to: str
    card: str
    """State, clocks, pending and needs, as they stood when it was offered."""


@event("conn.handed-over")
@dataclass(frozen=True, slots=True, kw_only=True)
class ConnHandedOver:
    was: str
    name: str


@event("phase.entered")
@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseEntered:
    phase: str


@event("phase.completed")
@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseCompleted:
    phase: str


@event("step.ticked")
@dataclass(frozen=True, slots=True, kw_only=True)
class StepTicked:
    step: str
    evidence: str
    """`person`, or what the playbook binds the step to: `action:KEY`, `role:ROLE` …"""
    text: str = ""


@event("step.unticked")
@dataclass(frozen=True, slots=True, kw_only=True)
class StepUnticked:
    step: str
    why: str = ""


@event("step.regressed")
@dataclass(frozen=True, slots=True, kw_only=True)
class StepRegressed:
    step: str
    why: str


@event("waiver.granted")
@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverGranted:
    subject: str
    """What is skipped: `step:KEY`, `clock:KEY`, `gate:ROLLOUT`."""
    why: str
    owner: str
    due: datetime | None = None


@event("waiver.repaid")
@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverRepaid:
    subject: str
    note: str = ""


@event("note.added")
@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded:
    text: str


@event("decision.made")
@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionMade:
    choice: Literal["rollback", "hotfix", "wait"]
    why: str
    rule: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)
    """The other choices, with the reason each was not taken."""
    panels: tuple[str, ...] = ()
    """What the health panel said at that moment."""


@event("ladder.climbed")
@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated:
    level: int
    called: tuple[str, ...]


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


@event("run.started")
@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    run: str


@event("run.cancelled")
@dataclass(frozen=True, slots=True, kw_only=True)
class RunCancelRequested:
    run: str


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


@event("probe.changed")
@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictChanged:
    probe: str
    role: str
    was: str
    status: Literal["ok", "failing", "unknown"]
    reason: str


@event("message.sent")
@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent:
    message: str
    audience: str
    channel: str
    text: str


@event("document.signed")
@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSigned:
    document: str
    text: str
    checkpoint: str = ""
    """Count and hash of the log's head, so that a cut tail is found later."""


@event("clock.stepped")
@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStepped:
    seconds: float
    """How far the system clock jumped against the one that only runs forward."""


@event("incident.mitigated")
@dataclass(frozen=True, slots=True, kw_only=True)
class Mitigated:
    how: str


@event("incident.resolved")
@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    summary: str = ""


@event("incident.reopened")
@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    why: str


@event("incident.closed")
@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    note: str = ""


IncidentEvent = (
    Declared
    | Acknowledged
    | TimeCorrected
    | LevelChanged
    | FactLearned
    | NamesFixed
    | ClockStepped
    | Mitigated
    | Resolved
    | Reopened
    | Closed
)
PeopleEvent = RoleAssigned | ConnTaken | ConnOffered | ConnHandedOver | Escalated
ChecklistEvent = PhaseEntered | PhaseCompleted | StepTicked | StepUnticked | StepRegressed
RecordEvent = NoteAdded | DecisionMade | WaiverGranted | WaiverRepaid | VerdictChanged | MessageSent | DocumentSigned
RunEvent = RunRequested | RunStarted | RunCancelRequested | RunEnded | RunLost | RunSettled
RolloutEvent = (
    RolloutStarted | StageEntered | GateRead | RolloutHeld | RolloutResumed | RolloutCompleted | RolloutAborted
)
Event = IncidentEvent | PeopleEvent | ChecklistEvent | RecordEvent | RunEvent | RolloutEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An event with its place in the log: when, who, from which console."""

    event: Event
    at: datetime
    actor: str
    console: str
    version: int
