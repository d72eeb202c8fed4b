"""What the sections of a document are filled from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from warroom.console.domain.events import Recorded
from warroom.console.domain.model import Incident
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


Source = Callable[[Material], tuple[Block, ...]]
