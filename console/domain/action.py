"""Actions: commands as data, with their danger and the way back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, ClassVar, Literal

from warroom.console.domain.time.duration import Duration

STRICT: dict[str, Any] = {"extra": "forbid"}
"""Read by pydantic at the border: a key nobody knows is an error, not a silence."""


class Danger(StrEnum):
    """How much friction stands before a run (design: four classes)."""

    FREE = "free"
    CONFIRM = "confirm"
    TYPED = "typed"
    TWO = "two"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owes:
    """What a success leaves to be done once users are well, e.g. letting traffic follow the latest revision again."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    action: str
    """The key of the action that pays it."""
    why: str
    """What stays wrong until then, in words a person can follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button: an argv template and what a person must know before pressing it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    title: str
    """What the button says, in a few words."""
    label: str = ""
    """The title in a word or two, for the bar of buttons; the action's own key if left out."""
    argv: tuple[str, ...]
    """The command, an element each; `{placeholders}` fill one element and never add another. No shell."""
    danger: Danger = Danger.CONFIRM
    target: str = ""
    """What it acts on, a template such as `{environment}`; typed in full for class typed and two."""
    environment: str = ""
    """The environment it changes (`production`, `staging`); one run at a time in each. Empty: changes none."""
    timeout: Duration = timedelta(minutes=10)
    """When the supervisor cancels it."""
    cancel_with: Literal["INT", "TERM"] = "INT"
    """The first signal of a cancel; TERM for programs that take INT for something else (`eb` does)."""
    terminal: bool = False
    """Give it a terminal of its own (80x24, nobody reads the questions it asks); else its output goes into a pipe."""
    undo: str = ""
    """What takes it back, in words a person can follow."""
    undo_action: str = ""
    """The key of the action that takes it back, if one does."""
    undo_window: Duration | None = None
    """How long it can be taken back; none: for as long as the undo action works."""
    verify: str = ""
    """The key of the action, or `probe:NAME`, that proves the outcome: exit status 0 is not proof."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Placeholders a person gives, each with a default (may itself be a template; empty: must be given)."""
    guards: tuple[str, ...] = ()
    """Names of checks that can refuse it (see `guard.py`)."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Environment variables added for the command; values are templates and may be secrets."""
    key: str = ""
    """The key that presses the button in the room, e.g. `d`."""
    marks: str = ""
    """The moment a success of this action marks, e.g. `deployed`."""
    help: str = ""
    """One line more than the title."""
    owes: Owes | None = None
    """What a success leaves to be done after the incident; it is owed until that action has run."""
