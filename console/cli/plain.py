"""Incidents as plain text, for people without a screen and for status bars."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from warroom.console.domain.clocks import ClockReading, ClockState, read_clocks, worst
from warroom.console.domain.model import Incident, StepMark, phases_of, steps_of
from warroom.console.domain.text import clean

_MARKS = {StepMark.OPEN: "[ ]", StepMark.DONE: "[x]", StepMark.WAIVED: "[~]", StepMark.REGRESSED: "[!]"}


def span(time: timedelta) -> str:
    """`1:04:12` or `5:48`."""
    seconds = abs(int(time.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def clock(reading: ClockReading) -> str:
    """`Fix 5:48 left`, `Fix BREACHED 2:10 over`, `Fix met`."""
    remaining = reading.remaining
    if reading.stopped:
        return f"{reading.title} {reading.state} in {span(reading.elapsed)}"
    if remaining is None:
        return f"{reading.title} {span(reading.elapsed)} of {reading.limit}"
    word = " BREACHED" if reading.state is ClockState.BREACHED else ""
    return f"{reading.title}{word} {span(remaining)} {'over' if remaining < timedelta(0) else 'left'}"


def board(incidents: Sequence[Incident], now: datetime) -> str:
    """A line an incident."""
    if not incidents:
        return "no incidents"
    return "\n".join(_line(incident, now) for incident in incidents)


def oneline(incidents: Sequence[Incident], now: datetime) -> str:
    """The worst open incident; empty when all is well."""
    still_open = [incident for incident in incidents if not incident.over]
    if not still_open:
        return ""
    more = f" +{len(still_open) - 1}" if len(still_open) > 1 else ""
    return _line(still_open[0], now) + more


def _line(incident: Incident, now: datetime) -> str:
    reading = None if incident.over else worst(read_clocks(incident, now))
    parts = [incident.level, incident.id, clean(incident.title), str(incident.state)]
    if reading is not None:
        parts.append(clock(reading))
    if incident.drill:
        parts.insert(0, "DRILL")
    return "  ".join(parts)


def incident(incident: Incident, now: datetime) -> str:
    """One incident whole: clocks, people, phases and steps."""
    lines = [_line(incident, now), ""]
    lines += [f"  {clock(reading)}" for reading in read_clocks(incident, now)]
    lines += ["", f"  conn {clean(incident.conn) or 'nobody'}"]
    lines += [f"  {role} {clean(name)}" for role, name in incident.roles.items()]
    for phase in phases_of(incident):
        lines += ["", f"  {'>' if phase.key == incident.phase else ' '} {phase.title}"]
        for step in steps_of(incident, phase):
            state = incident.steps.get(step.key)
            evidence = f"  ({clean(state.evidence)})" if state and state.evidence else ""
            lines.append(f"    {_MARKS[incident.mark(step.key)]} {step.key}: {step.text}{evidence}")
    return "\n".join(lines)
