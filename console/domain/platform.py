"""A platform as data: how a service that runs there is read, deployed, shifted, rolled back and proven.

Everything a person presses is an action like any other; what an action asks for and no incident knows is an option of
the platform, set once in `service.platform_options` or given by whoever presses the button.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from warroom.console.domain.action import STRICT, Action
from warroom.console.domain.hazard import Hazard

Strategies = Literal["all-at-once", "ramp", "canary", "blue-green", "rolling"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Something that a platform's commands need to know of the service."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    meaning: str
    """What it is, in a few words."""
    example: str
    """How a right value looks."""
    default: str = ""
    """Taken where it is not set; may be a template such as `{service}`."""
    required: bool = False
    """Without it the actions that ask for it can't be used; nobody is asked for it at the button."""
    opens: bool = False
    """Without it the actions that ask for it are not offered at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoneBy:
    """Something on the platform that takes a rollback back again, and the readings that show it, in their order."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    argv: tuple[str, ...]
    """Only reads; its JSON is held against the conditions. One that asks for an option nobody knows is not run."""
    conditions: tuple[str, ...] = ()
    """All of them hold: a rollback would be undone. None: it is read for what it `learns` alone."""
    says: str = ""
    """The sentence a person reads then."""
    unread: str = ""
    """The sentence where it can't be read, e.g. because one may not; empty: silence means that nothing is there."""
    learns: str = ""
    """A pattern over what it prints: its named groups are options for the readings after it, unless they are set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exists:
    """The reading that shows whether what an action goes back to is still there."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    action: str
    """The key of the way back."""
    argv: tuple[str, ...]
    """Only reads. It is not run while it asks for an option that is not set."""
    conditions: tuple[str, ...]
    """All of them hold: it is there. `[STATUS]` is the exit status."""
    target: str
    """What is looked for, a template such as `revision {previous_revision}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beware(Hazard):
    """What hurts on this platform when it is done the plain way."""

    actions: tuple[str, ...] = ()
    """Keys of the actions whose confirmation says it; none: it is said where the platform is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Where a service runs."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: str
    title: str
    summary: str = ""
    options: Mapping[str, Option] = field(default_factory=dict)
    tools: tuple[str, ...] = ()
    """Command-line tools its actions run."""
    strategy: tuple[Strategies, ...] = ("all-at-once",)
    """How a change can reach production there."""
    action: Mapping[str, Action] = field(default_factory=dict)
    """Buttons by key; `live` reads what is live, and shows as well whether the credentials work."""
    not_rolled_back: tuple[str, ...] = ()
    """What a rollback leaves as it is, a sentence each."""
    undone_by: tuple[UndoneBy, ...] = ()
    exists: tuple[Exists, ...] = ()
    hazard: tuple[Beware, ...] = ()
    main_deploys: bool = False
    """A push to production's branch deploys by itself; `service.platform_options.main_deploys` says otherwise."""


MAIN_DEPLOYS = "main_deploys"
"""The option, known on every platform, that says whether a push to production's branch deploys: `yes` or `no`."""


LIVE = "live"
"""The action that reads what is live."""
