"""What the machine room shows the screens: one immutable picture of everything, made anew when something changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal

from warroom.console.domain.action import STRICT
from warroom.console.domain.model import Incident
from warroom.console.domain.timeline import Entry
from warroom.console.domain.watch.alert import Firing
from warroom.console.domain.watch.impact import Crossing
from warroom.console.domain.watch.mute import Mute
from warroom.console.domain.watch.verdict import Health, Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A line of the chart: readings of one probe, oldest first."""

    probe: str
    role: str
    unit: str
    points: tuple[tuple[datetime, float | None], ...]
    """A point without a value is a gap: it was asked and there was no data."""
    limit: float | None = None
    """The value above which the probe fails, where its conditions or what is usual name one."""
    floor: float | None = None
    """The value below which it fails, where its conditions name one."""
    limit_holds: bool = False
    floor_holds: bool = False
    """A reading that is the limit itself, or the floor, is still a good one: `[VALUE] <= 5`."""
    of: Literal["value", "latency", "certificate"] = "value"
    """The number that is read, how long the answer took, or the days until the target's certificate ends."""

    @property
    def bounded(self) -> bool:
        """There is a limit, or a floor."""
        return self.limit is not None or self.floor is not None

    def above(self, value: float) -> bool:
        """Whether a reading is beyond the limit."""
        return self.limit is not None and (value > self.limit or (value == self.limit and not self.limit_holds))

    def below(self, value: float) -> bool:
        """Whether a reading is beyond the floor."""
        return self.floor is not None and (value < self.floor or (value == self.floor and not self.floor_holds))

    def beyond(self, value: float) -> bool:
        """Whether a reading is beyond either."""
        return self.above(value) or self.below(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeView:
    """A row of the health panel."""

    name: str
    role: str
    every: float
    """Seconds between two readings."""
    health: Health
    kind: str = "http"
    answers: tuple[Sample, ...] = ()
    """What this console read last, as it came, oldest first; none where another console polls."""
    mute: Mute | None = None
    """Why it is not listened to in the incident that is shown."""
    compared: str = ""
    """How the last reading stands to what is usual, and to what was before the last deploy; empty: nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """Something that an action is given by whoever presses its button."""

    name: str
    default: str = ""
    """Taken where nothing is given; may be a template. Empty: it must be given."""
    meaning: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """An action as the room offers it."""

    action: str
    title: str
    label: str = ""
    """The title in a word or two, for the bar; the title itself if there is none."""
    key: str
    danger: str
    environment: str
    verify: str = ""
    """The action that proves its outcome."""
    blocked: str = ""
    """Why it can't be used now; empty: it can."""
    quiet: bool = False
    """Not in the bar, only in the list of commands."""
    asks: tuple[Parameter, ...] = ()

    @property
    def way_back(self) -> bool:
        """Whether this is what `r` stands for: by its name, or by its key.

        One that only speaks of a rollback, such as restoring a database, is not.
        """
        return self.action == "rollback" or self.key == "r"


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """Another console on the same store."""

    id: str
    actor: str
    host: str
    looking: bool = False
    """Whether somebody sits there: a key was touched not long ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may be called."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: str
    roles: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    chat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A channel that a message can be sent to."""

    name: str
    kind: str
    audiences: tuple[str, ...] = ()
    """Whose messages go there unless somebody chooses otherwise."""
    blocked: str = ""
    """Why nothing can go there now; empty: it can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A letter in the outbox, on its way to one channel."""

    id: str
    incident: str
    message: str
    title: str
    audience: str
    channel: str
    state: str
    """`waiting`, `sending`, `delivered` (not in the log yet), `sent`, `failed`, `unknown` (it may have arrived; a
    person settles it) or `cancelled`."""
    by: str
    attempts: int
    queued_at: datetime
    next_at: datetime
    """When it is tried next, while it waits."""
    changed_at: datetime
    reason: str = ""
    """What the last attempt said."""
    drill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything a screen may show."""

    me: str
    console: str
    service: str
    account: str = ""
    """The account and machine of this console, `UID@HOST`."""
    read_only: bool = False
    drill: bool = False
    incidents: Mapping[str, Incident] = field(default_factory=dict)
    timelines: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    probes: tuple[ProbeView, ...] = ()
    polled_by: str = ""
    """The console that reads the probes for all; empty: this one."""
    read_by: str = ""
    """Whose readings are shown, in words such as `read by kai`; empty: this console's."""
    series: tuple[Series, ...] = ()
    buttons: Mapping[str, tuple[Button, ...]] = field(default_factory=dict)
    """By incident."""
    consoles: tuple[Console, ...] = ()
    people: tuple[Person, ...] = ()
    """Who may be called, with their numbers."""
    outlets: tuple[Outlet, ...] = ()
    """Where messages can be sent."""
    outbox: tuple[Outgoing, ...] = ()
    """What needs somebody or still waits first, then what changed last."""
    alerts: tuple[Firing, ...] = ()
    """What fires now, those nobody has taken first."""
    outages: Mapping[str, Crossing] = field(default_factory=dict)
    """When users were hurt, by the error rates, of incidents whose readings tell."""
    troubles: tuple[str, ...] = ()
    """What is wrong with the console itself: store, clock, blind panels."""
    checked_at: datetime | None = None
    """When the newest reading or event came in."""
