"""Hazards: what in a written protocol hurts when it is executed to the letter."""

from dataclasses import dataclass
from typing import Any, ClassVar

from warroom.console.domain.action import STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """Something in the protocol as written that hurts when it is executed to the letter."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    title: str
    harm: str
    """What happens."""
    instead: str
    """The safe form."""
    guard: str = ""
    """The guard that watches for it."""
