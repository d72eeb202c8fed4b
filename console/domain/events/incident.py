"""What happened: the events an incident is a fold over.

Each is stored under the short name in its `@event("…")` line. Those names are for ever; class names are not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from warroom.console.domain.events.alert import AlertEvent
from warroom.console.domain.events.approval import ApprovalEvent
from warroom.console.domain.events.back import WayBackSeen
from warroom.console.domain.events.course import CourseEvent
from warroom.console.domain.events.git import GitEvent
from warroom.console.domain.events.names import event
from warroom.console.domain.events.runs import (
    RolloutEvent,
    RunEvent,
)
from warroom.console.domain.events.shipping import ShippingEvent
from warroom.console.domain.events.watch import WatchEvent
from warroom.console.domain.playbook import Playbook
from warroom.console.domain.time.calendar import UTC_CALENDAR, Calendar


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
BackEvent = WayBackSeen
RecordEvent = NoteAdded | DecisionMade | WaiverGranted | WaiverRepaid | VerdictChanged | MessageSent | DocumentSigned
Event = (
    IncidentEvent
    | PeopleEvent
    | ChecklistEvent
    | RecordEvent
    | RunEvent
    | RolloutEvent
    | ShippingEvent
    | CourseEvent
    | BackEvent
    | ApprovalEvent
    | AlertEvent
    | GitEvent
    | WatchEvent
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An event with its place in the log: when, who, from which console."""

    event: Event
    at: datetime
    actor: str
    console: str
    version: int
