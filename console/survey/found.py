"""What a look at a repository found: the parts of a first `warroom.toml`, each with the reason it is there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A table of the file to be."""

    table: Mapping[str, Any]
    """As it is written."""
    why: str
    """Where it comes from, in a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Probes carried over from another tool's file, and what could not be."""

    probes: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything that was found."""

    service: Part
    probes: tuple[Part, ...] = ()
    actions: Mapping[str, Part] = field(default_factory=dict)
    """By key."""
    notes: tuple[str, ...] = ()
    """What a person must add or look at, a line each."""
