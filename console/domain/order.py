"""Which incident to look at first."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from warroom.console.domain.debts import debts, nearest
from warroom.console.domain.model import Incident, State
from warroom.console.domain.time.clocks import read_clocks, worst

_STATES = (State.OPEN, State.MITIGATED, State.RESOLVED, State.CLOSED)
_LATE = _STATES.index(State.RESOLVED)
_QUIET = _LATE + 1
_FAR = timedelta(days=36500)


def by_urgency(incidents: Iterable[Incident], now: datetime) -> tuple[Incident, ...]:
    """Open before mitigated, before those that are over and owe something overdue, before resolved, before closed.

    Among their like the worse level, then the clock or the debt with least time. An incident that is over costs more
    to rank than one that runs: leave those out where only the others count.
    """
    return tuple(sorted(incidents, key=lambda incident: _urgency(incident, now)))


def _urgency(incident: Incident, now: datetime) -> tuple[int, str, timedelta, str]:
    rank = _STATES.index(incident.state)
    if incident.over:
        owed = debts(incident, now)
        due = nearest(owed)
        late = any(debt.overdue(now) for debt in owed)
        rank = _LATE if late else rank - _LATE + _QUIET
        return rank, incident.level, due - now if due else _FAR, incident.id
    clock = worst(read_clocks(incident, now))
    left = clock.remaining if clock and clock.remaining is not None else _FAR
    return rank, incident.level, left, incident.id
