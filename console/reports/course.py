"""Sections about the course of things: in short, what it did to users, which limits held, how long phases took."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from warroom.console.domain import moments
from warroom.console.domain.clocks import ClockReading, ClockState, read_clocks
from warroom.console.domain.duration import format_duration
from warroom.console.domain.model import Incident, phases_of
from warroom.console.domain.playbook import Phase
from warroom.console.reports.blocks import Block, Items, Table, Text, span, stamp
from warroom.console.reports.source import Material, Reading

_SHOWN = ("impact", "detected", "declared", "acknowledged", "decided", "mitigated", "resolved", "closed")


def summary(material: Material) -> tuple[Block, ...]:
    """The incident in a few lines."""
    incident = material.incident
    level = incident.playbook.level.get(incident.level)
    lines = [
        f"{incident.id}: {incident.title}",
        f"level: {incident.level}" + (f", {level.title}" if level else ""),
        f"service: {incident.service}" if incident.service else "",
        f"state: {incident.state}",
        f"commander: {incident.roles.get('commander') or incident.declared_by}",
        f"protocol: {incident.playbook.title}" + f" {incident.playbook.version}".rstrip(),
        f"decided: {incident.decision.choice}: {incident.decision.why}" if incident.decision else "",
    ]
    lines += [f"{name}: {value}" for name, value in incident.facts.items() if value.strip()]
    return (Items(tuple(line for line in lines if line)),)


def impact(material: Material) -> tuple[Block, ...]:
    """From when to when users felt it, what was first guessed wrong, and what the probes measured meanwhile."""
    incident = material.incident
    begin = incident.moments["impact"]
    end, how = _end(incident, material.now)
    blocks: list[Block] = [
        Text(f"{stamp(begin)} to {how}: {span(end - begin)}."),
        Table(
            ("Moment", "Time", "After impact"),
            tuple((name, stamp(at), span(at - begin)) for name in _SHOWN if (at := incident.moments.get(name))),
        ),
    ]
    said = [f"{name}: {incident.facts[name]}" for name in ("affected", "impact") if incident.facts.get(name)]
    if said:
        blocks.append(Items(tuple(said)))
    if incident.corrections:
        blocks.append(Text("Times that were first guessed wrong:"))
        rows = tuple(
            (one.moment, stamp(one.was), stamp(one.now), one.why, f"{one.by}, {stamp(one.at)}")
            for one in incident.corrections
        )
        blocks.append(Table(("Moment", "Was", "Is", "Why", "By"), rows))
    blocks.extend(_measured(material.samples, begin, end))
    return tuple(blocks)


def _end(incident: Incident, now: datetime) -> tuple[datetime, str]:
    for name in ("mitigated", "resolved"):
        if (at := incident.moments.get(name)) is not None:
            return at, f"{stamp(at)} ({name})"
    return now, f"{stamp(now)}, and still going on"


def _measured(samples: Iterable[Reading], begin: datetime, end: datetime) -> tuple[Block, ...]:
    during: dict[str, list[Reading]] = {}
    for sample in samples:
        if begin <= sample.at <= end:
            during.setdefault(sample.probe, []).append(sample)
    rows = []
    for probe, readings in sorted(during.items()):
        failing = sum(str(reading.status) == "failing" for reading in readings)
        values = [(reading.value, reading.at) for reading in readings if reading.value is not None]
        worst = max(values, default=None)
        highest = "–" if worst is None else f"{worst[0]:.4g} at {stamp(worst[1])}"
        rows.append((probe, str(len(readings)), str(failing), highest))
    return (Table(("Probe", "Readings", "Failing", "Highest value"), tuple(rows)),) if rows else ()


def clocks(material: Material) -> tuple[Block, ...]:
    """Each limit: from when to when, and by how much it was met or missed."""
    incident = material.incident
    rows = [
        (reading.title, str(reading.limit), stamp(reading.started_at), stamp(reading.stopped_at), _verdict(reading))
        for reading in read_clocks(incident, material.now)
        if reading.key not in ("phase", "escalation", *_cadences(incident))
    ]
    rows += [row for key in _cadences(incident) if (row := _cadence(incident, key, material.now)) is not None]
    return (Table(("Clock", "Limit", "Started", "Stopped", "Result"), tuple(rows)),) if rows else (Text("No limit."),)


def _verdict(reading: ClockReading) -> str:
    left = reading.remaining
    if reading.state is ClockState.WAIVED or left is None:
        return str(reading.state) if reading.stopped else "running"
    if reading.stopped:
        return f"met, {span(left)} to spare" if left >= timedelta(0) else f"missed by {span(-left)}"
    return f"running, {span(left)} left" if left >= timedelta(0) else f"overdue by {span(-left)}"


def _cadences(incident: Incident) -> tuple[str, ...]:
    return tuple(clock.key for clock in incident.playbook.clock if clock.restarts.startswith("audience:"))


def _cadence(incident: Incident, key: str, now: datetime) -> tuple[str, str, str, str, str] | None:
    """A clock that every update starts anew is judged by the longest silence, not by its last round."""
    clock = next(clock for clock in incident.playbook.clock if clock.key == key)
    limit, begin = clock.limit_for(incident.level), incident.moments.get(clock.starts)
    if limit is None or begin is None:
        return None
    stopped = min((incident.moments[name] for name in clock.stops if name in incident.moments), default=None)
    end = stopped or now
    told = [one.at for one in incident.messages if f"audience:{one.audience}" == clock.restarts]
    marks = [begin, *(at for at in told if begin <= at <= end), max(end, begin)]
    silence = max(later - earlier for earlier, later in pairwise(marks))
    word = "kept" if limit.max is None or silence <= limit.max else f"missed by {span(silence - limit.max)}"
    return clock.title, str(limit), stamp(begin), stamp(stopped), f"{word}; longest silence {span(silence)}"


def phases(material: Material) -> tuple[Block, ...]:
    """The plan against what happened."""
    rows = tuple(_phase(material, phase) for phase in phases_of(material.incident))
    return (Table(("Phase", "Planned", "Entered", "Done", "Took"), rows),)


def _phase(material: Material, phase: Phase) -> tuple[str, str, str, str, str]:
    incident = material.incident
    entered = incident.moments.get(moments.phase_entered(phase.key))
    done = incident.moments.get(moments.phase_done(phase.key))
    took = "–"
    if entered is not None:
        length = (done or incident.moments.get("closed") or material.now) - entered
        over = "" if phase.max is None or length <= phase.max else f", {span(length - phase.max)} over"
        took = span(length) + over + ("" if done else ", not done")
    return phase.title, _planned(phase), stamp(entered), stamp(done), took


def _planned(phase: Phase) -> str:
    parts = []
    if phase.max is not None:
        least = f"{format_duration(phase.min)} to " if phase.min is not None else "at most "
        parts.append(least + format_duration(phase.max))
    if phase.at is not None:
        parts.append(f"from minute {phase.at.total_seconds() / 60:g}")
    if phase.by is not None:
        parts.append(f"over by minute {phase.by.total_seconds() / 60:g}")
    return ", ".join(parts) or "–"
