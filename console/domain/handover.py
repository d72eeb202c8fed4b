"""Handing the conn over: the card whoever takes it must read, and the hint that it is time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from warroom.console.domain.applying import scenario_titles
from warroom.console.domain.checklist import current_phase, open_required
from warroom.console.domain.debts import debts
from warroom.console.domain.model import Incident, RunState
from warroom.console.domain.text import clean
from warroom.console.domain.time.clocks import ClockReading, read_clocks
from warroom.console.domain.time.forecast import forecast, rough
from warroom.console.domain.time.no_return import point_of_no_return
from warroom.console.domain.triage import level_hint

_NEEDED = ("impact", "cause", "eta")
"""Facts that every message asks for."""
_MOST = 5
"""So many of a kind are named; a card is read in a minute."""


def handover_card(incident: Incident, now: datetime, remark: str = "") -> str:
    """State, clocks, what is pending and what is needed, a line or a few each, as they stand at `now`."""
    parts = (
        ("Said", [remark.strip()] if remark.strip() else []),
        ("State", list(_state(incident, now))),
        ("Clocks", list(_clocks(incident, now))),
        ("Pending", list(_pending(incident)) or ["nothing runs"]),
        ("Needs", list(_needs(incident, now)) or ["nothing that is known here"]),
    )
    return "\n".join(
        f"{name + ':' if number == 0 else '':<9}{clean(line)}"
        for name, lines in parts
        for number, line in enumerate(_few(lines))
    )


def fatigue(incident: Incident, now: datetime) -> str:
    """What to tell a room whose conn has been with one person for too long; empty while there is no need."""
    if incident.over or not incident.conn or incident.conn_since is None:
        return ""
    held = now - incident.conn_since
    if incident.calendar.shift <= timedelta(0) or held < incident.calendar.shift:
        return ""
    return f"{incident.conn} has had the conn for {rough(held)}: time to hand it over"


def _few(lines: list[str]) -> list[str]:
    return lines if len(lines) <= _MOST else [*lines[:_MOST], f"and {len(lines) - _MOST} more"]


def _state(incident: Incident, now: datetime) -> Iterator[str]:
    impact = incident.moments.get("impact")
    hurt = f", users hit for {rough((incident.moments.get('resolved') or now) - impact)}" if impact else ""
    yield f"{incident.id} {incident.level} {incident.state}: {incident.title}{hurt}"
    phase = current_phase(incident)
    taken = incident.decision
    decided = f"decided {taken.choice} ({taken.why})" if taken else "nothing decided"
    yield f"phase {phase.title if phase else 'none'}; {decided}"
    if names := scenario_titles(incident):
        yield f"scenario: {', '.join(names)}"
    for objection in taken.objections if taken else ():
        yield f"{objection.by} objects to it: {objection.why}"
    for verdict in incident.verdicts.values():
        if verdict.status != "ok":
            yield f"{verdict.probe} {verdict.status}" + (f": {verdict.reason}" if verdict.reason else "")


def _clocks(incident: Incident, now: datetime) -> Iterator[str]:
    outlook = {one.key: one.words for one in forecast(incident, now).clocks}
    running = [one for one in read_clocks(incident, now) if not one.stopped and one.remaining is not None]
    for reading in sorted(running, key=lambda one: one.due_at or now):
        yield _clock(reading) + (f"; {outlook[reading.key]}" if reading.key in outlook else "")
    point = point_of_no_return(incident, now)
    if point is not None:
        yield f"rollback by {point.by:%H:%M:%S} UTC" + (", which has passed" if point.passed else "")


def _clock(reading: ClockReading) -> str:
    left = reading.remaining or timedelta(0)
    return f"{reading.title}: {rough(left) + ' left' if left >= timedelta(0) else rough(-left) + ' over'}"


def _pending(incident: Incident) -> Iterator[str]:
    for run in incident.runs.values():
        if run.active:
            yield f"{run.title} ({run.id}) runs, by {run.by}"
        elif run.state is RunState.LOST:
            yield f"the outcome of {run.title} ({run.id}) is unknown"
    rollout = incident.rollout
    if rollout is not None and rollout.active:
        yield f"rollout {rollout.id} {rollout.phase} at {rollout.percent} %: {rollout.reason}"
    sent = incident.messages[-1] if incident.messages else None
    yield f"last message: {sent.message} to {sent.audience} at {sent.at:%H:%M} UTC" if sent else "no message was sent"


def _needs(incident: Incident, now: datetime) -> Iterator[str]:
    if hint := level_hint(incident, now):
        yield hint
    if incident.decision is None and not incident.over:
        yield "a decision: rollback, hotfix or wait"
    phase = current_phase(incident)
    for step in open_required(incident, phase) if phase else ():
        yield step.text
    if missing := [name for name in _NEEDED if not incident.facts.get(name)]:
        yield f"nobody said yet: {', '.join(missing)}"
    for waiver in incident.waivers:
        if waiver.repaid_at is None and not incident.over:
            yield f"owed by {waiver.owner}: {waiver.subject}"
    for debt in debts(incident, now):
        yield f"owed: {debt.title}" + (f", due {debt.due:%Y-%m-%d %H:%M} UTC" if debt.due else "")
