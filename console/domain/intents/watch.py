"""What somebody wants of the probes of an incident."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteProbe:
    """Listen to a probe no more, until a moment within a day. Gates that need it are unknown meanwhile."""

    probe: str
    until: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmuteProbe:
    """Listen to it again."""

    probe: str


WatchIntent = MuteProbe | UnmuteProbe
