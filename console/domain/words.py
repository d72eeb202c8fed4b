"""Messages and documents a protocol asks for: templates filled from facts."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from warroom.console.domain.action import STRICT
from warroom.console.domain.limit import LimitText


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Words for people outside the room."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    title: str
    audience: str = "stakeholders"
    kind: Literal["initial", "progress", "resolution", "other"] = "other"
    subject: str = ""
    body: str
    """A Jinja2 template over the facts listed in `comms/facts.py`."""
    claims_normal: bool = False
    """It says that all is well, so it can't be sent while a bound probe is failing."""
    roles: tuple[str, ...] = ()
    """Probe roles that must be ok for `claims_normal`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of a document: filled from the log where `source` names what, else a blank to fill in."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    title: str
    source: str = ""
    """What of the log fills it: `summary`, `timeline`, `impact`, `clocks`, `phases`, `deploys`, `gates`, `health`,
    `decisions`, `waivers`, `roles`, `messages`, `checkpoint`."""
    prompt: str = ""
    """What the person who fills the blank should write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text that outlives the incident."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    title: str
    section: tuple[Section, ...]
    levels: tuple[str, ...] = ()
    """Needed at these levels; empty: at all."""
    due: LimitText | None = None
    """After the end of the incident."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compliance:
    """A duty from outside: who must be told or what must be kept."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: str
    duty: str
    only_if: str = ""
    """The fact that brings the duty into force."""
    due: LimitText | None = None
    after: str = "detected"
