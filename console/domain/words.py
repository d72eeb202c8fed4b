"""Messages and documents a protocol asks for: templates filled from facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from warroom.console.domain.action import STRICT
from warroom.console.domain.time.limit import LimitText


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Words for people outside the room."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    title: str
    audience: str = "stakeholders"
    channels: tuple[Literal["chat", "email", "status-page"], ...] = ()
    """Where it is meant to go; empty: wherever the sender likes."""
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
    """What of the log fills it, e.g. `timeline` or `gates`; `config/vocabulary.py` lists them all."""
    prompt: str = ""
    """What the person who fills the blank should write."""
    fields: tuple[str, ...] = ()
    """Named blanks, one a line; a fact of the same name fills one."""
    stamps: Mapping[str, str] = field(default_factory=dict)
    """Lines with a time, from the moment each names."""
    ticks: tuple[str, ...] = ()
    """Lines with a box each."""
    choices: tuple[str, ...] = ()
    """Lines of which one is chosen."""


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
