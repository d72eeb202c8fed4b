"""What was done and can still be taken back, and until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from warroom.console.domain.model import Incident, Run, RunState


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """A run that can be taken back."""

    run: Run
    action: str
    """The action that does it."""
    until: datetime | None
    """When it is too late; none: nobody said."""

    def left(self, now: datetime) -> timedelta | None:
        """How long it can still be done; none: nobody said."""
        return None if self.until is None else self.until - now


def take_back_of(incident: Incident, run: Run, now: datetime) -> TakeBack | None:
    """How a run is taken back; nothing where it did nothing, where it is too late, or where it was done already."""
    if not run.undo_action or run.state is not RunState.SUCCEEDED or run.ended_at is None:
        return None
    until = run.ended_at + run.undo_window if run.undo_window is not None else None
    if until is not None and now >= until:
        return None
    for later in incident.runs.values():
        undone = later.action == run.undo_action and later.state is RunState.SUCCEEDED
        again = later.action == run.action and later.environment == run.environment and later.id != run.id
        if (undone or again) and later.requested_at >= run.ended_at:
            return None
    return TakeBack(run=run, action=run.undo_action, until=until)


def take_backs(incident: Incident, now: datetime) -> tuple[TakeBack, ...]:
    """What can still be taken back, the newest first; nothing once the incident is over."""
    if incident.over:
        return ()
    found = (take_back_of(incident, run, now) for run in reversed(tuple(incident.runs.values())))
    return tuple(one for one in found if one is not None)
