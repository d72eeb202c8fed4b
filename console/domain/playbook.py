"""A playbook: an emergency protocol as data.

A playbook is read from TOML, frozen into the incident when it is declared, and never asked again: what an incident
runs by is what its log says, whatever happens to the file. Its moments (`starts`, `stops`, `marks`) are the names
listed in `moments.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from warroom.console.domain.action import STRICT, Action
from warroom.console.domain.git.release import MergeBack, Naming, Review, Staging
from warroom.console.domain.hazard import Hazard
from warroom.console.domain.strategy import Strategy, Threshold
from warroom.console.domain.time.duration import Duration
from warroom.console.domain.time.limit import LimitText
from warroom.console.domain.words import Compliance, Document, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How bad it is: what the level means and what qualifies for it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    title: str
    """One word: critical, high …"""
    meaning: str = ""
    criteria: tuple[str, ...] = ()
    """Each sentence alone is enough for this level."""
    path: str = ""
    """What the level asks for: straight to production, same day, next release …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A family of reasons to start this protocol."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    group: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A limit that runs from one moment to another."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    key: str
    title: str
    starts: str = "detected"
    stops: tuple[str, ...] = ("resolved",)
    """The first of these that comes stops the clock."""
    restarts: str = ""
    """A moment that starts it anew each time: the cadence of updates."""
    limit: LimitText | None = None
    """The limit at every level."""
    limits: Mapping[str, LimitText] = field(default_factory=dict)
    """The limit by level; a level that is not named has no such clock, unless `limit` says otherwise."""
    warn: float = 0.75
    """The share of the limit after which the clock warns."""
    only_if: str = ""
    """A fact that must be set for the clock to count, e.g. `data-breach`."""
    window: bool = False
    """A span to sit out rather than a limit to keep: over when it has run, cut short when stopped before its lower
    mark."""

    def limit_for(self, level: str) -> LimitText | None:
        """The limit at a level; none where this clock does not run."""
        return self.limits.get(level, self.limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of a phase's checklist."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    key: str
    text: str
    required: bool = True
    ticked_by: str = ""
    """What ticks it: `action:KEY`, `message:KEY`, `document:KEY` (signed), `role:ROLE`, `decision`, `rollout`,
    `pull-request:KEY`, `git:FACT`; empty: a person."""
    after: tuple[str, ...] = ()
    """Moments its evidence must be newer than: a smoke test from before the deploy proves nothing about it. What probes
    say is of now: one of the moments must have come."""
    action: str = ""
    """The action offered beside it."""
    levels: tuple[str, ...] = ()
    """Only at these levels; empty: at all."""
    decision: str = ""
    """Only when this was decided (`rollback`, `hotfix`, `wait`); empty: always."""
    at: Duration | None = None
    """Minutes after the start at which a minute plan has it."""
    by: Duration | None = None
    """Minutes after the start at which a minute plan has it done."""
    phase: str = ""
    """In a scenario: the phase it is added to; empty: the scenario's own."""
    below: str = ""
    """In a scenario: the step it comes after; empty: it comes first in its phase."""
    waivable: bool = True
    waivable_by: str = ""
    """The role whose word is needed to skip it; empty: whoever has the conn."""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stage of the playbook, as a range of durations, as an offset from the start, or both."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    key: str
    title: str
    min: Duration | None = None
    max: Duration | None = None
    at: Duration | None = None
    """Minutes after the start at which it should begin, where the protocol is a minute plan."""
    by: Duration | None = None
    """Minutes after the start at which it should be over."""
    decision: str = ""
    """Only when this was decided; empty: always."""
    step: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One level of the escalation ladder: who is called, and when."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    level: int
    after: Duration
    until: Duration | None = None
    """When their time alone is over; empty: when the next rung begins, so that nobody is ever missing."""
    call: tuple[str, ...]
    """Roles to call."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A part somebody plays in the response."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    title: str
    duties: str = ""
    backup: bool = True
    """A second person is named for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A place to look at; the address is the team's to fill in."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    title: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody outside the roles who may have to be called; the numbers are the team's to fill in."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    title: str
    name: str = ""
    phone: str = ""
    email: str = ""
    chat: str = ""
    outside: bool = False


Advice = Literal["yes", "maybe", "no"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A row of the decision matrix."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    title: str
    rollback: Advice
    hotfix: Advice
    wait: Advice


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A sentence that decides: when these facts hold, choose this."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    when: tuple[str, ...]
    """Facts (keys of `questions`) that must all be answered yes; `!fact` for no."""
    choose: Literal["rollback", "hotfix", "wait"]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """How to choose between rollback, hotfix and waiting."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    questions: Mapping[str, str] = field(default_factory=dict)
    case: Mapping[str, Case] = field(default_factory=dict)
    rule: tuple[Rule, ...] = ()
    objection: Duration | None = None
    """How long others may object before it stands."""
    unsure: str = ""
    """What the protocol does when in doubt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback:
    """A way back, in order of preference."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    title: str
    action: str = ""
    when: str = ""
    hazard: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """A drill the protocol asks for."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    title: str
    every: Literal["regularly", "month", "quarter", "year"]
    """`regularly`: the protocol names no figure; the team sets one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A scenario: what changes when the emergency is of this kind."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    title: str
    level: str = ""
    """The level such an emergency has; empty: as triage finds."""
    resolve: LimitText | None = None
    branch: str = ""
    step: tuple[Step, ...] = ()
    phase: str = ""
    """The phase its steps are added to."""
    strategy: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """One emergency protocol, whole."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: str
    title: str
    summary: str = ""
    version: str = ""
    owner: str = ""
    extends: str = ""
    level: Mapping[str, Level]
    in_doubt: Literal["worse", "wait", "rollback", "normal-process"] = "worse"
    trigger: tuple[Trigger, ...] = ()
    not_for: tuple[str, ...] = ()
    clock: tuple[Clock, ...] = ()
    phase: tuple[Phase, ...]
    resolved_after: str = ""
    """The phase whose end is counted as `resolved` in forecasts; empty: the last one."""
    ladder: tuple[Rung, ...] = ()
    role: Mapping[str, Role] = field(default_factory=dict)
    contact: Mapping[str, Contact] = field(default_factory=dict)
    decision: Decision = Decision()
    naming: Naming = field(default_factory=Naming)
    review: Review = field(default_factory=Review)
    staging: Staging = field(default_factory=Staging)
    strategy: Mapping[str, Strategy] = field(default_factory=dict)
    """Ways to roll out; the first is the usual one."""
    threshold: tuple[Threshold, ...] = ()
    rollback: tuple[Rollback, ...] = ()
    message: Mapping[str, Message] = field(default_factory=dict)
    document: Mapping[str, Document] = field(default_factory=dict)
    hazard: tuple[Hazard, ...] = ()
    merge_back: MergeBack | None = None
    """None: the protocol says nothing of it."""
    exercise: tuple[Exercise, ...] = ()
    compliance: tuple[Compliance, ...] = ()
    scenario: Mapping[str, Overlay] = field(default_factory=dict)
    action: Mapping[str, Action] = field(default_factory=dict)
    """Buttons the protocol brings along; a team's own of the same key replaces one."""
    command: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The command the protocol has in mind for an action, by the action's key: offered where a team has none of its
    own, never run by itself."""
    platform: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """The same for one platform: it comes before `command` where the service runs on it."""
    link: Mapping[str, Link] = field(default_factory=dict)
    tools: tuple[str, ...] = ()
    """Command-line tools the protocol counts on."""
    reviewed_every: Literal["", "month", "quarter", "year"] = ""
    """How often the team looks over the protocol itself."""
    principles: tuple[str, ...] = ()
