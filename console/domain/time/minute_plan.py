"""A minute plan: by when after the start each open step should be done, and how late it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from warroom.console.domain.checklist import settled
from warroom.console.domain.model import Incident
from warroom.console.domain.playbook import Step

_NOTHING = timedelta(0)
SOON = timedelta(minutes=5)
"""So long before its minute a step is near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The place of an open step in the plan."""

    mark: timedelta
    """Minutes after the start: by when it should be done, or, where the plan names no end, when it should begin."""
    ends: bool
    """The mark is the end, not the beginning."""
    left: timedelta
    """Until then; negative once it has passed."""

    @property
    def late(self) -> timedelta:
        """How long ago it should have been done; nothing while there is time, or where only a beginning is named."""
        return max(-self.left, _NOTHING) if self.ends else _NOTHING

    @property
    def near(self) -> bool:
        """Its minute is about to come, or one that only begins has begun."""
        return not self.late and self.left <= SOON


def planned(incident: Incident, step: Step, now: datetime) -> Planned | None:
    """Where an open step stands in the plan, which counts from the detection; none where it has no place in it."""
    mark = step.by if step.by is not None else step.at
    start = incident.moments.get("detected")
    if mark is None or start is None or incident.over or settled(incident, step):
        return None
    return Planned(mark=mark, ends=step.by is not None, left=start + mark - now)
