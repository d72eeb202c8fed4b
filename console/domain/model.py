"""An incident as it stands: the snapshot every panel draws and every decision is made on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from warroom.console.domain.approval import Approval
from warroom.console.domain.git.change import Proven
from warroom.console.domain.git.pull_request import PullRequest
from warroom.console.domain.git.truth import Backport, GitFact
from warroom.console.domain.playbook import Playbook
from warroom.console.domain.strategy import Strategy
from warroom.console.domain.time.calendar import UTC_CALENDAR, Calendar
from warroom.console.domain.watch.alert import Alert
from warroom.console.domain.watch.mute import Mute
from warroom.console.domain.way_back import WayBack


class State(StrEnum):
    """Where the incident is on its way."""

    OPEN = "open"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    CLOSED = "closed"


class StepMark(StrEnum):
    """What stands in the box before a step."""

    OPEN = "open"
    DONE = "done"
    WAIVED = "waived"
    REGRESSED = "regressed"


class RunState(StrEnum):
    """How far a run is. `lost`: its outcome is unknown until somebody settles it."""

    REQUESTED = "requested"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"


class RolloutPhase(StrEnum):
    """How far a rollout is."""

    RUNNING = "running"
    HELD = "held"
    DONE = "done"
    ABORTED = "aborted"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepState:
    """One step's box, and what put the mark into it."""

    mark: StepMark
    evidence: str = ""
    by: str = ""
    text: str = ""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of an action."""

    id: str
    action: str
    title: str
    target: str
    environment: str
    command: str
    danger: str
    host: str
    """The machine and account it runs on."""
    by: str
    requested_at: datetime
    state: RunState = RunState.REQUESTED
    started_at: datetime | None = None
    ended_at: datetime | None = None
    exit_code: int | None = None
    reason: str = ""
    tail: str = ""
    rollout: str = ""
    marks: str = ""
    cancelling: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    approved_by: str = ""
    """The second person of class two."""
    undo: str = ""
    """What takes it back, in words."""
    undo_action: str = ""
    """The action that takes it back."""
    undo_window: timedelta | None = None
    """How long after its end it can be taken back; none: for as long as that action works."""
    cancel_with: str = "INT"
    """The first signal of a cancel."""
    owes: str = ""
    """The action that its success leaves to be run once users are well; empty: none."""
    owes_why: str = ""
    """What stays wrong until then."""
    checkout: str = ""
    """What was checked out, in words, where it takes the code from there."""
    fix: str = ""
    """The newest commit of the fix, when all of it was in there."""

    @property
    def active(self) -> bool:
        """It may still change something."""
        return self.state in (RunState.REQUESTED, RunState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateSeen:
    """What a gate said, and when."""

    stage: int
    percent: int
    verdict: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """A staged deploy under way."""

    id: str
    strategy: Strategy
    values: Mapping[str, str]
    driver: str
    """The console that drives it."""
    started_at: datetime
    phase: RolloutPhase = RolloutPhase.RUNNING
    stage: int = -1
    """Index of the stage traffic stands at; -1 before the first."""
    stage_at: datetime | None = None
    reason: str = ""
    """Why it stands where it stands."""
    gates: tuple[GateSeen, ...] = ()
    skipped: tuple[int, ...] = ()
    """Stages from which it goes on whatever their gate says."""
    promoted: tuple[int, ...] = ()
    """Stages from which it goes on before their bake is over, once their gate passes."""
    prints: tuple[str, ...] = ()
    """What each stage was confirmed to run, SHA-256; empty: not known."""
    ended_at: datetime | None = None

    @property
    def percent(self) -> int:
        """The share of traffic the new version has."""
        return self.strategy.stage[self.stage].percent if self.stage >= 0 else 0

    @property
    def active(self) -> bool:
        """It is neither done nor given up."""
        return self.phase in (RolloutPhase.RUNNING, RolloutPhase.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTaken:
    choice: str
    why: str
    rule: str
    refused: Mapping[str, str]
    panels: tuple[str, ...]
    by: str
    at: datetime
    objections_until: datetime | None = None
    """Until when others may object; None: the playbook sets no time for that."""
    objections: tuple[Objection, ...] = ()

    @property
    def contested(self) -> bool:
        """Somebody objected: it does not stand until it is decided again."""
        return bool(self.objections)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a probe last said, as the log knows it."""

    probe: str
    role: str
    status: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message that went out."""

    message: str
    audience: str
    channel: str
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A debt: what was skipped, why, who repays it and by when."""

    subject: str
    why: str
    by: str
    owner: str
    at: datetime
    due: datetime | None
    repaid_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A moment that was first guessed wrong."""

    moment: str
    was: datetime | None
    now: datetime
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One emergency. Parts that an event does not touch keep their identity, so panels can skip them."""

    id: str
    title: str
    level: str
    playbook: Playbook
    service: str
    drill: bool
    version: int
    declared_by: str
    calendar: Calendar = UTC_CALENDAR
    """The team's, as it was when this was declared."""
    scenarios: tuple[str, ...] = ()
    """Keys of the scenarios that are laid over the playbook, in the order they came."""
    state: State = State.OPEN
    moments: Mapping[str, datetime] = field(default_factory=dict)
    """When what happened; the names are in `moments.py`."""
    facts: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    """Branch, tag, base and the like, fixed once."""
    roles: Mapping[str, str] = field(default_factory=dict)
    conn: str = ""
    """Who has the keys; empty: nobody."""
    conn_offer: str = ""
    """Who was offered the keys and has not answered."""
    conn_card: str = ""
    """What the person who was offered the keys must know."""
    conn_since: datetime | None = None
    phase: str = ""
    """The current phase; empty when all are over."""
    steps: Mapping[str, StepState] = field(default_factory=dict)
    """Steps that were touched; one that is missing is open."""
    decision: DecisionTaken | None = None
    decisions: tuple[DecisionTaken, ...] = ()
    rung: int = 0
    """The highest level of the ladder that was called."""
    runs: Mapping[str, Run] = field(default_factory=dict)
    approvals: Mapping[str, Approval] = field(default_factory=dict)
    """What a second person was asked to approve, in the order it was asked."""
    rollouts: Mapping[str, Rollout] = field(default_factory=dict)
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    messages: tuple[Sent, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    corrections: tuple[Correction, ...] = ()
    notes: tuple[Note, ...] = ()
    alerts: Mapping[str, Alert] = field(default_factory=dict)
    """What it was declared from, and what was linked to it, by fingerprint."""
    mutes: Mapping[str, Mute] = field(default_factory=dict)
    """Probes that somebody muted, by name; some of them have run out."""
    ways_back: Mapping[str, WayBack] = field(default_factory=dict)
    """What was last seen of each means of rollback, by its title."""
    documents: Mapping[str, str] = field(default_factory=dict)
    """Signed documents by key."""
    change: Proven | None = None
    """What would ship, as it was last compared with what is live."""
    pull_request: PullRequest | None = None
    """The pull request of the fix, as it was last seen."""
    git: Mapping[str, GitFact] = field(default_factory=dict)
    """What was last seen in the repository, by the fact's name."""
    backports: Mapping[str, Backport] = field(default_factory=dict)
    """How each live branch stands to the fix."""

    def mark(self, step: str) -> StepMark:
        """The mark in a step's box."""
        state = self.steps.get(step)
        return state.mark if state else StepMark.OPEN

    def last_run(self, action: str) -> Run | None:
        """The newest run of an action."""
        return next((run for run in reversed(tuple(self.runs.values())) if run.action == action), None)

    @property
    def rollout(self) -> Rollout | None:
        """The newest rollout."""
        return next(reversed(tuple(self.rollouts.values())), None)

    @property
    def over(self) -> bool:
        """Nothing more happens to users."""
        return self.state in (State.RESOLVED, State.CLOSED)
