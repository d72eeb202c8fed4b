"""What was seen of the ways back."""

from dataclasses import dataclass

from warroom.console.domain.events.names import event
from warroom.console.domain.way_back import Readiness


@event("way-back.seen")
@dataclass(frozen=True, slots=True, kw_only=True)
class WayBackSeen:
    title: str
    action: str
    was: Readiness | None
    readiness: Readiness
    reasons: tuple[str, ...] = ()
    left_behind: tuple[str, ...] = ()
