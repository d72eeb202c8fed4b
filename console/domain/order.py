"""Which incident to look at first."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from warroom.console.domain.clocks import read_clocks, worst
from warroom.console.domain.model import Incident, State

_STATES = (State.OPEN, State.MITIGATED, State.RESOLVED, State.CLOSED)
_FAR = timedelta(days=36500)


def by_urgency(incidents: Iterable[Incident], now: datetime) -> tuple[Incident, ...]:
    """Open before mitigated before resolved before closed; then the worse level, then the clock with least time."""
    return tuple(sorted(incidents, key=lambda incident: _urgency(incident, now)))


def _urgency(incident: Incident, now: datetime) -> tuple[int, str, timedelta, str]:
    clock = worst(read_clocks(incident, now)) if not incident.over else None
    left = clock.remaining if clock and clock.remaining is not None else _FAR
    return _STATES.index(incident.state), incident.level, left, incident.id
