"""A refusal that comes from the store, not from the rules."""

from dataclasses import dataclass

from warroom.console.domain.intents import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Unstored(Refused):
    """The store could not be used; what was asked may be tried again."""
