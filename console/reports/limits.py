"""The clocks against their limits: one bar each."""

from datetime import datetime, timedelta

from warroom.console.domain.model import Incident
from warroom.console.domain.time.cadence import silences
from warroom.console.domain.time.clocks import ROOM_CLOCKS, ClockReading, ClockState, read_clocks
from warroom.console.reports.blocks import Block, Text, span
from warroom.console.reports.pictures import Bar, Bars
from warroom.console.reports.source import Material

_ZERO = timedelta(0)


def clocks(material: Material) -> tuple[Block, ...]:
    """Each limit: from when to when, and by how much it was met or missed."""
    incident = material.incident
    cadences = tuple(clock.key for clock in incident.playbook.clock if clock.restarts.startswith("audience:"))
    bars = [
        _bar(reading)
        for reading in read_clocks(incident, material.now)
        if reading.key not in (*ROOM_CLOCKS, *cadences) and reading.kind != "reminder"
    ]
    bars += [bar for key in cadences if (bar := _cadence(incident, key, material.now)) is not None]
    return (Bars(tuple(bars)),) if bars else (Text("No limit."),)


def _bar(reading: ClockReading) -> Bar:
    state, result = _window(reading) if reading.kind == "window" else _verdict(reading)
    begun = reading.started_at
    return Bar(
        key=reading.key,
        title=reading.title,
        limit=str(reading.limit),
        started=begun,
        stopped=reading.stopped_at,
        due=reading.due_at,
        ran=reading.elapsed,
        most=None if reading.due_at is None else reading.due_at - begun,
        least=None if reading.early_at is None else reading.early_at - begun,
        state=state,
        result=result,
    )


def _verdict(reading: ClockReading) -> tuple[str, str]:
    left = reading.remaining
    if reading.state is ClockState.WAIVED:
        return "waived", "waived"
    if left is None:
        return ("met", "done; no date was set") if reading.stopped else ("running", "running; no date is set")
    if reading.stopped:
        return ("met", f"met, {span(left)} to spare") if left >= _ZERO else ("missed", f"missed by {span(-left)}")
    return ("running", f"running, {span(left)} left") if left >= _ZERO else ("overdue", f"overdue by {span(-left)}")


def _window(reading: ClockReading) -> tuple[str, str]:
    """A window is sat out, not kept."""
    enough = reading.early_at or reading.due_at
    if reading.state is ClockState.WAIVED:
        return "waived", "waived"
    if reading.state is ClockState.MISSED and reading.stopped_at and enough:
        return "missed", f"cut short by {span(enough - reading.stopped_at)}"
    if reading.state is ClockState.MET:
        return "met", f"watched for {span(reading.elapsed)}"
    return "running", f"watched for {span(reading.elapsed)} so far"


def _cadence(incident: Incident, key: str, now: datetime) -> Bar | None:
    """A clock that every update starts anew is judged by the longest silence, not by its last round."""
    clock = next(clock for clock in incident.playbook.clock if clock.key == key)
    limit, begin = clock.limit_for(incident.level), incident.moments.get(clock.starts)
    if limit is None or begin is None:
        return None
    stopped = min((incident.moments[name] for name in clock.stops if name in incident.moments), default=None)
    end = stopped or now
    silence = max(silences(incident.messages, clock.restarts, begin, end))
    kept = limit.max is None or silence <= limit.max
    word = "kept" if limit.max is None or kept else f"missed by {span(silence - limit.max)}"
    return Bar(
        key=key,
        title=clock.title,
        limit=str(limit),
        started=begin,
        stopped=stopped,
        due=None,
        ran=silence,
        most=limit.max,
        least=limit.min,
        state="met" if kept else "missed",
        result=f"{word}; longest silence {span(silence)}",
    )
