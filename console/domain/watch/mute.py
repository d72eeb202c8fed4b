"""A probe that is not listened to for a while, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST = timedelta(hours=24)
"""Nothing is muted for longer at once: a mute that nobody remembers hides the next outage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """A muted probe."""

    probe: str
    until: datetime
    why: str
    by: str
    at: datetime

    def live(self, now: datetime) -> bool:
        """Whether it still holds."""
        return now < self.until

    def words(self) -> str:
        """`muted by kai until 15:00 UTC: a known fault`."""
        return f"muted by {self.by} until {self.until:%H:%M} UTC: {self.why}"


def muted(mutes: Iterable[Mute], probe: str, now: datetime) -> Mute | None:
    """What mutes a probe now; none: it is listened to."""
    return next((mute for mute in mutes if mute.probe == probe and mute.live(now)), None)
