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
    """Something on the platform that takes a rollback back again, and the reading that shows it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    argv: tuple[str, ...]
    """Only reads; its JSON is held against the conditions. One that asks for an option that is not set is not run."""
    conditions: tuple[str, ...]
    """All of them hold: a rollback would be undone."""
    says: str
    """The sentence a person reads then."""


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
    hazard: tuple[Hazard, ...] = ()


LIVE = "live"
"""The action that reads what is live."""
