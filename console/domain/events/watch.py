"""What people did about the probes of an incident."""

from dataclasses import dataclass
from datetime import datetime

from warroom.console.domain.events.names import event


@event("probe.muted")
@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeMuted:
    probe: str
    until: datetime
    why: str


@event("probe.unmuted")
@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeUnmuted:
    probe: str


WatchEvent = ProbeMuted | ProbeUnmuted
