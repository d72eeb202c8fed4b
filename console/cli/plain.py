"""Incidents as plain text, for people without a screen and for status bars."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from warroom.console.domain.applying import phases_of, scenario_titles, steps_of
from warroom.console.domain.debts import Debt, debts
from warroom.console.domain.handover import fatigue
from warroom.console.domain.model import Incident, StepMark
from warroom.console.domain.text import clean
from warroom.console.domain.time.clocks import ClockReading, ClockState, read_clocks, worst
from warroom.console.domain.time.forecast import forecast
from warroom.console.domain.time.no_return import point_of_no_return
from warroom.console.domain.triage import level_hint

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
        word = "watched" if reading.kind == "window" and reading.state is ClockState.MET else reading.state
        return f"{reading.title} {word} in {span(reading.elapsed)}"
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
    if owed := debts(incident, now):
        parts.append(f"{len(owed)} debt{'s' if len(owed) > 1 else ''}")
    if incident.drill:
        parts.insert(0, "DRILL")
    return "  ".join(parts)


def incident(incident: Incident, now: datetime) -> str:
    """One incident whole: clocks, people, phases and steps."""
    lines = [_line(incident, now), ""]
    outlooks = {one.key: one for one in forecast(incident, now).clocks}
    for reading in read_clocks(incident, now):
        outlook = outlooks.get(reading.key)
        lines.append(f"  {clock(reading)}" + (f"  {outlook.words} ({outlook.reason})" if outlook else ""))
    lines += [f"  {clean(line)}" for line in _hints(incident, now)]
    lines += ["", f"  conn {clean(incident.conn) or 'nobody'}"]
    lines += [f"  {role} {clean(name)}" for role, name in incident.roles.items()]
    lines += [f"  scenario {clean(title)}" for title in scenario_titles(incident)]
    for phase in phases_of(incident):
        lines += ["", f"  {'>' if phase.key == incident.phase else ' '} {phase.title}"]
        for step in steps_of(incident, phase):
            state = incident.steps.get(step.key)
            evidence = f"  ({clean(state.evidence)})" if state and state.evidence else ""
            lines.append(f"    {_MARKS[incident.mark(step.key)]} {step.key}: {step.text}{evidence}")
    return "\n".join(lines)


def _hints(incident: Incident, now: datetime) -> list[str]:
    """What its people should be told: the last chance to go back, an assumed level, relief, and what is owed."""
    point = point_of_no_return(incident, now)
    passed = " (has passed)" if point and point.passed else ""
    back = [f"Rollback by {point.by:%Y-%m-%d %H:%M:%S} UTC{passed}: {point.reason}"] if point else []
    told = [hint for hint in (level_hint(incident, now), fatigue(incident, now)) if hint]
    told += [f"{one.by} objects: {one.why}" for one in incident.decision.objections] if incident.decision else []
    return [*back, *told, *(_debt(debt, now) for debt in debts(incident, now))]


def _debt(debt: Debt, now: datetime) -> str:
    due = f", due {debt.due:%Y-%m-%d %H:%M} UTC" if debt.due else ""
    owner = f" by {debt.owner}" if debt.owner else ""
    return f"owed{owner}: {debt.title}{due}" + (" OVERDUE" if debt.overdue(now) else "")
