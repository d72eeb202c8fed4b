"""Sections about the course of things: in short, what it did to users, how long phases took, when what happened."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime

from warroom.console.domain.applying import phases_of, scenario_titles
from warroom.console.domain.playbook import Phase
from warroom.console.domain.time import moments
from warroom.console.domain.time.duration import format_duration
from warroom.console.reports.blocks import BLANK, Block, Cell, Items, Table, Text, span, stamp
from warroom.console.reports.source import Material, Reading

_SHOWN = ("impact", "detected", "declared", "acknowledged", "decided", "mitigated", "resolved", "closed")


def summary(material: Material) -> tuple[Block, ...]:
    """The incident in a few lines; in brief, what users would say."""
    incident = material.incident
    if material.brief:
        lines = [f"{incident.service}: {incident.title}" if incident.service else incident.title]
        return (Items((*lines, *_said(material, "affected", "impact"))),)
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
    lines += [f"scenario: {title}" for title in scenario_titles(incident)]
    lines += [f"{name}: {value}" for name, value in incident.facts.items() if value.strip()]
    return (Items(tuple(line for line in lines if line)),)


def impact(material: Material) -> tuple[Block, ...]:
    """From when to when users felt it, what was first guessed wrong, and what the probes measured meanwhile."""
    incident = material.incident
    begin, end = incident.moments["impact"], material.ended or material.now
    how = "mitigated" if "mitigated" in incident.moments else "resolved"
    until = f"{stamp(end)} ({how})" if material.ended else f"{stamp(end)}, and still going on"
    rows = tuple((name, at, at - begin) for name in _SHOWN if (at := incident.moments.get(name)))
    lasted = Text(f"{stamp(begin)} to {until}: {span(end - begin)}.")
    said = _said(material, "affected", "impact")
    if material.brief:
        return (lasted, Items(said)) if said else (lasted,)
    blocks: list[Block] = [
        lasted,
        Table(("Moment", "Time", "After impact"), rows, spans=("After impact",)),
    ]
    if said:
        blocks.append(Items(said))
    if incident.corrections:
        blocks.append(Text("Times that were first guessed wrong:"))
        wrong = tuple(
            (one.moment, one.was, one.now, one.why, f"{one.by}, {stamp(one.at)}") for one in incident.corrections
        )
        blocks.append(Table(("Moment", "Was", "Is", "Why", "By"), wrong))
    blocks.extend(_measured(material.samples, begin, end))
    return tuple(blocks)


def _said(material: Material, *facts: str) -> tuple[str, ...]:
    known = material.incident.facts
    return tuple(f"{name}: {known[name]}" for name in facts if known.get(name, "").strip())


def _measured(samples: Iterable[Reading], begin: datetime, end: datetime) -> tuple[Block, ...]:
    during: dict[str, list[Reading]] = {}
    for sample in samples:
        if begin <= sample.at <= end:
            during.setdefault(sample.probe, []).append(sample)
    rows: list[tuple[Cell, ...]] = []
    for probe, readings in sorted(during.items()):
        count = sum(reading.readings for reading in readings)
        failing = sum(reading.readings for reading in readings if str(reading.status) == "failing")
        values = [(one.value, one.at) for one in readings if one.value is not None and math.isfinite(one.value)]
        worst = max(values, key=lambda pair: pair[0], default=(None, None))
        rows.append((probe, count, failing, *worst))
    return (Table(("Probe", "Readings", "Failing", "Highest value", "At"), tuple(rows)),) if rows else ()


def stamps(material: Material, named: Mapping[str, str]) -> Table:
    """Lines with a time, how long each was after the one before that is known, and after impact.

    In the order in which it happened: the log keeps no order of names.
    """
    begin = material.incident.moments["impact"]
    rows: list[tuple[Cell, ...]] = []
    before: datetime | None = None
    known = ((title, material.moment(name)) for title, name in named.items())
    for title, at in sorted(known, key=lambda stamp: (stamp[1] is None, stamp[1] or begin)):
        rows.append((title, at or BLANK, at - before if at and before else None, at - begin if at else None))
        before = at or before
    head = ("Moment", "Time", "After the one before", "After impact")
    return Table(head, tuple(rows), spans=head[2:])


def phases(material: Material) -> tuple[Block, ...]:
    """The plan against what happened."""
    rows = tuple(_phase(material, phase) for phase in phases_of(material.incident))
    return (Table(("Phase", "Planned", "Entered", "Done", "Took", "Over"), rows, spans=("Took", "Over")),)


def _phase(material: Material, phase: Phase) -> tuple[Cell, ...]:
    incident = material.incident
    entered = incident.moments.get(moments.phase_entered(phase.key))
    done = incident.moments.get(moments.phase_done(phase.key))
    if entered is None:
        return phase.title, _planned(phase), None, None, None, None
    took = (done or incident.moments.get("closed") or material.now) - entered
    over = took - phase.max if phase.max is not None and took > phase.max else None
    return phase.title, _planned(phase), entered, done or BLANK, took, over


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
