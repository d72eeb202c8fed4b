"""What somebody wants: the intents that `decide` turns into events or refuses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from warroom.console.domain.calendar import UTC_CALENDAR, Calendar
from warroom.console.domain.playbook import Playbook
from warroom.console.domain.strategy import Strategy


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who wants it, from which console."""

    actor: str
    console: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why an intent changes nothing, in a sentence a person can act on."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Declare:
    """Open an incident. Times not given are the time of the declaration."""

    incident: str
    title: str
    level: str
    """One of the playbook's, or `?`: the worst is assumed, and asked for until somebody sets it."""
    playbook: Playbook
    service: str = ""
    impact_at: datetime | None = None
    detected_at: datetime | None = None
    drill: bool = False
    calendar: Calendar = UTC_CALENDAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectTime:
    """Set a moment that was guessed wrong; every clock follows."""

    moment: str
    to: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLevel:
    level: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnFact:
    """Say something messages and documents need: `impact`, `cause`, `fix`, `eta` …"""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FixNames:
    """Keep the names that commands use: branch, tag, base …"""

    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    role: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeConn:
    """Take the keys nobody holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferConn:
    """Hand the keys over; they move when the other accepts."""

    to: str
    card: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptConn:
    """Take the keys that were offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterPhase:
    """Move on, or back, by hand."""

    phase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    step: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Untick:
    step: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waive:
    """Skip a rule, with a reason, an owner and a date by which it is repaid."""

    subject: str
    why: str
    owner: str
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repay:
    subject: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote:
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    choice: Literal["rollback", "hotfix", "wait"]
    why: str
    rule: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)
    panels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """Call the next rung of the ladder, or a named one."""

    level: int | None = None


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
    approved_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRun:
    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRun:
    run: str


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
    """Say how a lost run ended, from what a check or a person saw."""

    run: str
    outcome: Literal["succeeded", "failed"]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRollout:
    rollout: str
    strategy: Strategy
    values: Mapping[str, str]


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
class HoldRollout:
    rollout: str
    reason: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordVerdict:
    probe: str
    role: str
    status: Literal["ok", "failing", "unknown"]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMessage:
    message: str
    audience: str
    channel: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignDocument:
    document: str
    text: str
    checkpoint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeClockStep:
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mitigate:
    """The pain has stopped; the cause may still be there."""

    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen:
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    note: str = ""


Intent = (
    Declare
    | Acknowledge
    | CorrectTime
    | ChangeLevel
    | LearnFact
    | FixNames
    | Assign
    | TakeConn
    | OfferConn
    | AcceptConn
    | EnterPhase
    | Tick
    | Untick
    | Waive
    | Repay
    | AddNote
    | Decide
    | Escalate
    | RequestRun
    | StartRun
    | CancelRun
    | EndRun
    | LoseRun
    | SettleRun
    | StartRollout
    | EnterStage
    | ReadGate
    | HoldRollout
    | ResumeRollout
    | CompleteRollout
    | AbortRollout
    | RecordVerdict
    | SendMessage
    | SignDocument
    | NoticeClockStep
    | Mitigate
    | Resolve
    | Reopen
    | Close
)
