"""Clocks read from a snapshot: what is due when, and how it stands now."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from warroom.console.domain.applying import phases_of
from warroom.console.domain.model import Incident, StepMark
from warroom.console.domain.playbook import Clock, Phase
from warroom.console.domain.time import moments
from warroom.console.domain.time.cadence import silences
from warroom.console.domain.time.implied import clocks_of
from warroom.console.domain.time.limit import Limit
from warroom.console.domain.triage import reminder

SECOND = timedelta(seconds=1)
OBJECTIONS = "objections"
"""The key of the clock that runs while a decision can be objected to."""
ROOM_CLOCKS = ("phase", "escalation", "level", OBJECTIONS)
"""Keys of the clocks that are the room's own: no playbook names one so."""


class ClockState(StrEnum):
    """`breached` still runs, past its limit; `missed` was stopped too late."""

    RUNNING = "running"
    WARNING = "warning"
    BREACHED = "breached"
    MET = "met"
    MISSED = "missed"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """One clock, as it stands at `now`."""

    key: str
    title: str
    state: ClockState
    started_at: datetime
    stopped_at: datetime | None
    due_at: datetime | None
    """None where the limit is a point of the calendar that the team's has none of, such as the next release."""
    early_at: datetime | None
    """The lower mark of a range."""
    limit: Limit
    now: datetime
    kind: Literal["limit", "window", "reminder"] = "limit"
    """A limit is kept or missed; a window is sat out; a reminder asks again and is never missed."""
    repeats: bool = False
    """It starts anew with each of something: the next update."""
    stops: tuple[str, ...] = ()
    """The moments that stop it, whichever comes first."""
    late: int = 0
    """Of one that starts anew and has stopped: how many of its rounds took longer than the limit."""
    longest: timedelta | None = None
    """The longest of them."""

    @property
    def elapsed(self) -> timedelta:
        """How long it ran, or has run."""
        return max((self.stopped_at or self.now) - self.started_at, timedelta(0))

    @property
    def remaining(self) -> timedelta | None:
        """Until it is due; negative once it is overdue; measured to the stop where it has stopped."""
        return None if self.due_at is None else self.due_at - (self.stopped_at or self.now)

    @property
    def used(self) -> float:
        """The share of the limit that is used up; above 1 when overdue."""
        if self.due_at is None or self.due_at <= self.started_at:
            return 1.0 if self.due_at is not None else 0.0
        return self.elapsed / (self.due_at - self.started_at)

    @property
    def stopped(self) -> bool:
        """It no longer runs."""
        return self.state in (ClockState.MET, ClockState.MISSED, ClockState.WAIVED)


def read_clocks(incident: Incident, now: datetime) -> tuple[ClockReading, ...]:
    """Every clock that has started, in the playbook's order; then the current phase, the time for objections and the
    next rung of the ladder.

    All of it is computed from the moments and the calendar in the log, so a corrected moment moves every clock that
    hangs on it, and the same log reads the same anywhere.
    """
    readings = [_read(incident, clock, now) for clock in clocks_of(incident)]
    readings.append(_phase_clock(incident, now))
    readings.append(_objections(incident, now))
    readings.append(_ladder_clock(incident, now))
    readings.append(_reminder(incident, now))
    return tuple(reading for reading in readings if reading is not None)


def worst(readings: tuple[ClockReading, ...]) -> ClockReading | None:
    """The clock to look at first: a running limit, with the least time left."""
    running = [one for one in readings if one.kind == "limit" and not one.stopped and one.remaining is not None]
    return min(running, key=lambda reading: reading.remaining or timedelta(0), default=None)


def _read(incident: Incident, clock: Clock, now: datetime) -> ClockReading | None:
    limit = clock.limit_for(incident.level)
    start = begin = _moment(incident, clock.starts)
    if limit is None or start is None or begin is None or (clock.only_if and not said(incident, clock.only_if)):
        return None
    # What can happen again, such as a deploy, starts its clock again: stops from before it are another round's.
    again = clock.starts not in moments.PLAIN
    stops = [at for name in clock.stops if (at := _moment(incident, name)) is not None and not (again and at < start)]
    # What was done ahead of its clock is done: the clock stops as it starts, never before.
    stops = [max(at, start) for at in stops]
    if clock.restarts and (later := _moment(incident, clock.restarts)) is not None:
        start = max(start, later)
    reading = _reading(incident, clock.key, clock.title, start, min(stops, default=None), limit, clock.warn, now)
    skipped = any(_skipped(incident, name) for name in clock.stops)
    if reading.stopped_at is None and skipped:
        reading = replace(reading, state=ClockState.WAIVED)
    reading = replace(reading, stops=clock.stops, repeats=bool(clock.restarts))
    return _sit_out(reading) if clock.window else _all_rounds(incident, reading, clock, begin)


def _all_rounds(incident: Incident, reading: ClockReading, clock: Clock, begin: datetime) -> ClockReading:
    """In the end every round counts: one update in time makes none of those before it."""
    limit, end = reading.limit.max, reading.stopped_at
    told = clock.restarts.startswith(moments.audience_told(""))
    if not told or limit is None or end is None or reading.state is ClockState.WAIVED:
        return reading
    late = [span for span in silences(incident.messages, clock.restarts, begin, end) if span > limit]
    return replace(reading, state=ClockState.MISSED, late=len(late), longest=max(late)) if late else reading


def _sit_out(reading: ClockReading) -> ClockReading:
    """A window ends by itself; only what was stopped before its lower mark was cut short."""
    enough = reading.early_at or reading.due_at
    if reading.state is ClockState.WAIVED or enough is None:
        return replace(reading, kind="window")
    if reading.stopped_at is not None:
        state = ClockState.MET if reading.stopped_at >= enough else ClockState.MISSED
        return replace(reading, kind="window", state=state)
    if reading.due_at is not None and reading.now >= reading.due_at:
        return replace(reading, kind="window", state=ClockState.MET, stopped_at=reading.due_at)
    return replace(reading, kind="window", state=ClockState.RUNNING)


def _moment(incident: Incident, name: str) -> datetime | None:
    """When something happened; a step that fell back has not."""
    if name == moments.PRODUCTION_CHANGED:
        known = [at for each in moments.CHANGES if (at := incident.moments.get(each)) is not None]
        return max(known, default=None)
    kind, _, key = name.partition(":")
    if kind == "step" and key in incident.steps and incident.mark(key) is not StepMark.DONE:
        return None
    return incident.moments.get(name)


def _skipped(incident: Incident, moment: str) -> bool:
    kind, _, key = moment.partition(":")
    return kind == "step" and incident.mark(key) is StepMark.WAIVED


def said(incident: Incident, fact: str) -> bool:
    """Whether a fact was given and not denied."""
    return incident.facts.get(fact, "").strip().lower() not in ("", "no", "false")


def _reading(
    incident: Incident,
    key: str,
    title: str,
    start: datetime,
    stopped: datetime | None,
    limit: Limit,
    warn: float,
    now: datetime,
) -> ClockReading:
    due = incident.calendar.due(limit.calendar, start) if limit.max is None else start + limit.max
    early = None if limit.min is None else start + limit.min
    state = _state(start, stopped, due, warn, now)
    if any(waiver.subject == f"clock:{key}" for waiver in incident.waivers):
        state = ClockState.WAIVED
    return ClockReading(
        key=key,
        title=title,
        state=state,
        started_at=start,
        stopped_at=stopped,
        due_at=due,
        early_at=early,
        limit=limit,
        now=now,
    )


def _state(start: datetime, stopped: datetime | None, due: datetime | None, warn: float, now: datetime) -> ClockState:
    if stopped is not None:
        return ClockState.MET if due is None or stopped <= due else ClockState.MISSED
    if due is None:
        return ClockState.RUNNING
    if now > due:
        return ClockState.BREACHED
    return ClockState.WARNING if now >= start + (due - start) * warn else ClockState.RUNNING


def _phase_clock(incident: Incident, now: datetime) -> ClockReading | None:
    phase = next((phase for phase in phases_of(incident) if phase.key == incident.phase), None)
    if phase is None or phase.max is None or incident.over:
        return None
    reading = read_phase(incident, phase, now)
    return None if reading is None or reading.stopped else reading


def read_phase(incident: Incident, phase: Phase, now: datetime) -> ClockReading | None:
    """The clock of one phase; none before it is entered or where the protocol gives it no time."""
    start = incident.moments.get(moments.phase_entered(phase.key))
    if start is None or phase.max is None:
        return None
    stopped = incident.moments.get(moments.phase_done(phase.key)) or incident.moments.get("resolved")
    limit = Limit(max=phase.max, min=phase.min)
    return _reading(incident, "phase", phase.title, start, stopped, limit, 0.75, now)


def _objections(incident: Incident, now: datetime) -> ClockReading | None:
    """The time others have to object to a decision, while it runs."""
    taken = incident.decision
    if taken is None or taken.objections_until is None or now >= taken.objections_until or incident.over:
        return None
    limit = Limit(max=taken.objections_until - taken.at)
    reading = _reading(incident, OBJECTIONS, "Objections", taken.at, None, limit, 1.0, now)
    return replace(reading, kind="window", state=ClockState.RUNNING)


def _ladder_clock(incident: Incident, now: datetime) -> ClockReading | None:
    rung = next((rung for rung in incident.playbook.ladder if rung.level > incident.rung and rung.after), None)
    start = incident.moments.get("declared")
    if rung is None or start is None or incident.state != "open":
        return None
    title = f"Call level {rung.level}"
    return _reading(incident, "escalation", title, start, None, Limit(max=rung.after), 0.75, now)


def _reminder(incident: Incident, now: datetime) -> ClockReading | None:
    asked = reminder(incident, now)
    if asked is None:
        return None
    since, until, again = asked
    return ClockReading(
        key="level",
        title="Set the level",
        state=ClockState.WARNING if again else ClockState.RUNNING,
        started_at=since,
        stopped_at=None,
        due_at=until,
        early_at=None,
        limit=Limit(max=until - since),
        now=now,
        kind="reminder",
    )
