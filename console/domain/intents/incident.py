"""What somebody wants: the intents that `decide` turns into events or refuses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from warroom.console.domain.intents.alert import AlertIntent
from warroom.console.domain.intents.approval import ApprovalIntent
from warroom.console.domain.intents.back import RecordWayBack
from warroom.console.domain.intents.course import CourseIntent
from warroom.console.domain.intents.git import GitIntent
from warroom.console.domain.intents.runs import (
    RolloutIntent,
    RunIntent,
)
from warroom.console.domain.intents.shipping import ShippingIntent
from warroom.console.domain.intents.watch import WatchIntent
from warroom.console.domain.playbook import Playbook
from warroom.console.domain.time.calendar import UTC_CALENDAR, Calendar

if TYPE_CHECKING:
    from warroom.console.domain.events.approval import ApprovalEvent

Choice = Literal["rollback", "hotfix", "wait"]
"""What can be decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who wants it, from which console."""

    actor: str
    console: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why an intent changes nothing, in a sentence a person can act on."""

    reason: str
    noted: "tuple[ApprovalEvent, ...]" = field(default=(), compare=False)
    """Events for the log all the same: that somebody tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declare:
    """Open an incident. Times not given are the time of the declaration."""

    incident: str
    title: str
    level: str
    """One of the playbook's, or `?`: the worst is assumed, and asked for until somebody sets it.

    With a scenario that has a level of its own, `?` and nothing both mean that one."""
    playbook: Playbook
    service: str = ""
    impact_at: datetime | None = None
    detected_at: datetime | None = None
    drill: bool = False
    calendar: Calendar = UTC_CALENDAR
    scenario: str = ""
    """The key of the scenario it is, where that is known already."""


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
    choice: Choice
    why: str
    rule: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)
    panels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """Call the next rung of the ladder, or a named one."""

    level: int | None = None


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
    | CourseIntent
    | RecordWayBack
    | ApprovalIntent
    | AlertIntent
    | WatchIntent
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
    | RunIntent
    | RolloutIntent
    | GitIntent
    | ShippingIntent
    | RecordVerdict
    | SendMessage
    | SignDocument
    | NoticeClockStep
    | Mitigate
    | Resolve
    | Reopen
    | Close
)
