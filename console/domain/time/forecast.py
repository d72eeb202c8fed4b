"""The forecast: what the phases still ahead add up to, at best and at worst, against each clock that runs.

The phases' own ranges are all it knows, less the time the current phase has used, and the bake times of a rollout
under way. Until something is decided it follows the way of a hotfix, which is the longer one.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from warroom.console.domain.applying import phases_of
from warroom.console.domain.model import Incident
from warroom.console.domain.playbook import Phase, Step
from warroom.console.domain.time import moments
from warroom.console.domain.time.clocks import ClockReading, read_clocks
from warroom.console.domain.time.duration import format_duration

_NOTHING = timedelta(0)
_MINUTE = timedelta(minutes=1)


class Outlook(StrEnum):
    """Whether a clock can still be met."""

    FITS = "fits"
    TIGHT = "tight"
    """Only if all goes well, or with nothing to spare."""
    CANNOT = "cannot"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseAhead:
    """A phase that is not over, and what it still takes."""

    key: str
    title: str
    best: timedelta
    worst: timedelta
    timed: bool = False
    """The playbook gives it a time; one without adds nothing to the sum, and proves nothing."""
    overrun: timedelta = _NOTHING
    """How far the current phase is past its time: what it still takes is then unknown, and counted as nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockForecast:
    """One clock against the phases up to where it stops."""

    key: str
    title: str
    outlook: Outlook
    best: timedelta
    worst: timedelta
    left: timedelta
    """Until it is due; negative once it is overdue."""
    overrun: timedelta = _NOTHING
    phases: tuple[str, ...] = ()
    """Titles of the phases that are counted, up to the one with whose end the clock stops."""

    @property
    def spare(self) -> timedelta:
        """What is left over at worst; negative where the worst does not fit."""
        return self.left - self.worst

    @property
    def short(self) -> timedelta:
        """What is missing even at best; nothing where the best fits."""
        return max(self.best - self.left, _NOTHING)

    @property
    def reason(self) -> str:
        """The sum in a line: `55m at best, 1h10m at worst; 42m left`."""
        best, worst = rough(self.best, up=True), rough(self.worst, up=True)
        needs = f"{best} to go" if best == worst else f"{best} at best, {worst} at worst"
        left = f"{rough(self.left)} left" if self.left >= _NOTHING else f"{rough(-self.left)} over already"
        late = f"; the phase is {rough(self.overrun)} past its time" if self.overrun else ""
        return f"{needs}; {left}{late}"

    @property
    def words(self) -> str:
        """The outlook with its margin: `fits, 12m to spare`, `tight`, `cannot, 13m short`."""
        if self.outlook is Outlook.CANNOT:
            return f"cannot, {rough(self.short, up=True)} short"
        return f"fits, {rough(self.spare)} to spare" if self.outlook is Outlook.FITS else "tight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The way that is left, and what it means for each clock."""

    ahead: tuple[PhaseAhead, ...] = ()
    clocks: tuple[ClockForecast, ...] = ()

    @property
    def worst(self) -> ClockForecast | None:
        """The clock that is hardest to meet."""
        order = (Outlook.CANNOT, Outlook.TIGHT, Outlook.FITS)
        return min(self.clocks, key=lambda one: (order.index(one.outlook), one.spare), default=None)


def forecast(incident: Incident, now: datetime) -> Forecast:
    """What is ahead, and whether each running clock can be met. Clocks that no phase decides have no forecast."""
    if incident.over:
        return Forecast()
    ahead = _ahead(incident, now)
    readings = [one for one in read_clocks(incident, now) if one.kind == "limit" and not (one.stopped or one.repeats)]
    found = (_against(incident, reading, ahead) for reading in readings)
    return Forecast(ahead=ahead, clocks=tuple(one for one in found if one is not None))


def _road(incident: Incident) -> tuple[Phase, ...]:
    choice = incident.decision.choice if incident.decision else "hotfix"
    return tuple(phase for phase in phases_of(incident) if phase.decision in ("", choice))


def _ahead(incident: Incident, now: datetime) -> tuple[PhaseAhead, ...]:
    road = _road(incident)
    keys = [phase.key for phase in road]
    if incident.phase not in keys:
        return ()
    left = [phase for phase in road[keys.index(incident.phase) :] if not _done(incident, phase)]
    return tuple(_left_of(incident, phase, now) for phase in left)


def _done(incident: Incident, phase: Phase) -> bool:
    return phase.key != incident.phase and moments.phase_done(phase.key) in incident.moments


def span_of(phase: Phase) -> tuple[timedelta, timedelta]:
    """The least and the most a phase takes, by its range or by its place in a minute plan."""
    planned = phase.by - (phase.at or _NOTHING) if phase.by is not None else None
    longest = phase.max or planned or phase.min or _NOTHING
    return (phase.min if phase.min is not None else longest), longest


def _left_of(incident: Incident, phase: Phase, now: datetime) -> PhaseAhead:
    """What a phase still takes: what its range leaves, and not less than the rollout in it has still to bake."""
    left = _by_range(incident, phase, now)
    bakes = baking(incident, now) if any(step.ticked_by == "rollout" for step in phase.step) else _NOTHING
    if not bakes:
        return left
    return replace(left, best=max(left.best, bakes), worst=max(left.worst, bakes), timed=True)


def baking(incident: Incident, now: datetime) -> timedelta:
    """How long the rollout under way still has to bake at least; nothing where there is none.

    In a drill nothing either: its pace shortens them, and the log does not know by how much.
    """
    rollout = incident.rollout
    if rollout is None or not rollout.active or incident.drill:
        return _NOTHING
    stages = rollout.strategy.stage
    ahead = sum((stage.bake for stage in stages[rollout.stage + 1 :]), _NOTHING)
    if rollout.stage < 0 or rollout.stage_at is None:
        return ahead
    return ahead + max(rollout.stage_at + stages[rollout.stage].bake - now, _NOTHING)


def _by_range(incident: Incident, phase: Phase, now: datetime) -> PhaseAhead:
    shortest, longest = span_of(phase)
    entered = incident.moments.get(moments.phase_entered(phase.key))
    if phase.key != incident.phase or entered is None:
        return PhaseAhead(key=phase.key, title=phase.title, best=shortest, worst=longest, timed=longest > _NOTHING)
    used = max(now - entered, _NOTHING)
    return PhaseAhead(
        key=phase.key,
        title=phase.title,
        best=max(shortest - used, _NOTHING),
        worst=max(longest - used, _NOTHING),
        timed=longest > _NOTHING,
        overrun=max(used - longest, _NOTHING) if longest else _NOTHING,
    )


def _against(incident: Incident, reading: ClockReading, ahead: tuple[PhaseAhead, ...]) -> ClockForecast | None:
    # A person's word, not a phase, ends what an acknowledgement ends.
    if reading.remaining is None or "acknowledged" in reading.stops:
        return None
    keys = [phase.key for phase in ahead]
    ends = [_phase_of(incident, stop) for stop in reading.stops]
    reached = [keys.index(end) for end in ends if end in keys]
    if not reached:
        return None
    # A clock stops at the first of its moments: along the phases that is the earliest.
    way = ahead[: min(reached) + 1]
    if not any(phase.timed for phase in way):
        return None
    best, worst = (sum(spans, _NOTHING) for spans in ((one.best for one in way), (one.worst for one in way)))
    overrun = way[0].overrun
    return ClockForecast(
        key=reading.key,
        title=reading.title,
        outlook=_outlook(best, worst, reading.remaining, overrun),
        best=best,
        worst=worst,
        left=reading.remaining,
        overrun=overrun,
        phases=tuple(phase.title for phase in way),
    )


def _outlook(best: timedelta, worst: timedelta, left: timedelta, overrun: timedelta) -> Outlook:
    if best > left:
        return Outlook.CANNOT
    return Outlook.TIGHT if worst >= left or overrun else Outlook.FITS


def _phase_of(incident: Incident, moment: str) -> str:
    """The phase with whose end a moment comes; empty where no phase decides it."""
    road = _road(incident)
    kind, _, key = moment.partition(":")
    if kind == "phase":
        return key.removesuffix(":done")
    if moment == "resolved":
        return incident.playbook.resolved_after or (road[-1].key if road else "")
    if moment == "closed":
        return road[-1].key if road else ""
    if moment == "decided":
        moment = "decision"
    found = (phase.key for phase in road if any(_brings(incident, step, moment) for step in phase.step))
    return next(found, "")


def _brings(incident: Incident, step: Step, moment: str) -> bool:
    action = step.action or step.ticked_by.removeprefix("action:")
    marks = incident.playbook.action[action].marks if action in incident.playbook.action else ""
    if moment == "deployed" and not marks:
        marks = "deployed" if action in ("deploy", "deploy-production") else ""
    brought = {moments.step_ticked(step.key), step.ticked_by, marks or moments.step_ticked(step.key)}
    return moment in brought or (moment == moments.ROLLOUT_DONE and step.ticked_by == "rollout")


def rough(span: timedelta, *, up: bool = False) -> str:
    """A span to the minute, or to the second below one; what something takes is rounded up, what is left down."""
    unit = _MINUTE if span >= _MINUTE else timedelta(seconds=1)
    count = -(-span // unit) if up else span // unit
    return format_duration(count * unit)
