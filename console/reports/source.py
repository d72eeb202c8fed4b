"""What the sections of a document are filled from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from warroom.console.domain.events import Recorded
from warroom.console.domain.model import Incident, StepMark
from warroom.console.domain.time import moments
from warroom.console.reports.blocks import Block


class Reading(Protocol):
    """One reading of a probe, as the store or the monitor has it."""

    @property
    def probe(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def status(self) -> str: ...
    @property
    def value(self) -> float | None: ...
    @property
    def readings(self) -> int:
        """How many it stands for: old ones are kept as few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything a document may draw on."""

    incident: Incident
    records: Sequence[Recorded]
    """The incident's whole stream, in the order of the log."""
    samples: Sequence[Reading]
    """Readings around the incident, as far as they were kept."""
    now: datetime
    checkpoint: str
    """The head of the log, as `POSITION:HASH`; empty: the caller had none."""

    brief: bool = False
    """The document is for people outside the room: no commands, no readings, no corrections."""

    @property
    def ended(self) -> datetime | None:
        """When users no longer felt it."""
        known = self.incident.moments
        return known.get("mitigated") or known.get("resolved")

    @property
    def lasted(self) -> timedelta:
        """How long users felt it, until now where they still do."""
        return (self.ended or self.now) - self.incident.moments["impact"]

    def moment(self, name: str) -> datetime | None:
        """When something happened; a step that fell back, or was ticked off again, has not."""
        incident = self.incident
        if name == moments.PRODUCTION_CHANGED:
            return max((incident.moments[one] for one in moments.CHANGES if one in incident.moments), default=None)
        kind, _, key = name.partition(":")
        if kind == "step" and incident.mark(key) is not StepMark.DONE:
            return None
        return incident.moments.get(name)


Source = Callable[[Material], tuple[Block, ...]]
