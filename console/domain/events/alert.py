"""What happened to the alerts an incident is about."""

from dataclasses import dataclass

from warroom.console.domain.events.names import event
from warroom.console.domain.watch.alert import Alert


@event("alert.linked")
@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLinked:
    alert: Alert
    """As it was when the incident was declared from it, or it was noted."""


@event("alert.ended")
@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEnded:
    fingerprint: str
    name: str


AlertEvent = AlertLinked | AlertEnded
