"""Sections for whoever checks later: rules that were skipped, changes of production, duties, the proof."""

from collections.abc import Mapping
from datetime import datetime

from warroom.console.domain import events as e
from warroom.console.domain.checklist import find_step
from warroom.console.domain.model import Run, Waiver
from warroom.console.domain.time import moments
from warroom.console.domain.time.clocks import said
from warroom.console.domain.time.limit import Limit
from warroom.console.domain.words import Compliance
from warroom.console.reports.blocks import Block, Cell, Gap, Table, Text, Verbatim, span
from warroom.console.reports.deeds import outcome, took
from warroom.console.reports.packet import HOW, SCRIPT
from warroom.console.reports.rate import changes_production
from warroom.console.reports.source import Material

_CLASSES = {"free": "none", "confirm": "confirmed", "typed": "target typed", "two": "second person"}


def waivers(material: Material) -> tuple[Block, ...]:
    """The debts: what was skipped, why, who said so, who repays it, by when, and whether they have."""
    if not material.incident.waivers:
        return (Text("No rule was skipped."),)
    repaid = _repayments(material)
    head = ("Skipped", "Why", "By", "Granted", "Owed by", "Due", "Repaid", "State")
    rows = tuple(
        (
            subject(material, waiver.subject),
            waiver.why,
            waiver.by,
            waiver.at,
            waiver.owner,
            waiver.due,
            waiver.repaid_at,
            _state(waiver, material.now, repaid.get((waiver.subject, waiver.repaid_at), "")),
        )
        for waiver in material.incident.waivers
    )
    return (Table(head, rows),)


def subject(material: Material, name: str) -> str:
    """What was skipped, with the words of the rule."""
    kind, _, key = name.partition(":")
    step = find_step(material.incident, key) if kind == "step" else None
    clock = next((clock for clock in material.incident.playbook.clock if kind == "clock" and clock.key == key), None)
    words = step.text if step else clock.title if clock else ""
    return f"{name} ({words})" if words else name


def _repayments(material: Material) -> Mapping[tuple[str, datetime | None], str]:
    return {
        (recorded.event.subject, recorded.at): f"by {recorded.actor}"
        + (f": {recorded.event.note}" if recorded.event.note else "")
        for recorded in material.records
        if isinstance(recorded.event, e.WaiverRepaid)
    }


def _state(waiver: Waiver, now: datetime, how: str) -> str:
    if waiver.repaid_at is not None:
        late = f", {span(waiver.repaid_at - waiver.due)} late" if waiver.due and waiver.repaid_at > waiver.due else ""
        return f"repaid {how}{late}"
    if waiver.due is None:
        return "open, no date"
    return f"overdue by {span(now - waiver.due)}" if now > waiver.due else f"open, {span(waiver.due - now)} left"


def changes(material: Material) -> tuple[Block, ...]:
    """Every emergency change of production, tried or done: who, when, what, who approved it, how it ended."""
    consoles = {
        recorded.event.run: recorded.console
        for recorded in material.records
        if isinstance(recorded.event, e.RunRequested)
    }
    runs = [run for run in material.incident.runs.values() if changes_production(run)]
    if not runs:
        return (Text("Production was not changed."),)
    head = ("Run", "What", "On", "By", "Console", "Assured by", "Started", "Took", "Outcome", "Command")
    rows = tuple(
        (
            run.id,
            run.title,
            run.target or run.environment,
            run.by,
            consoles.get(run.id, ""),
            _assured(run),
            run.started_at or run.requested_at,
            took(run),
            outcome(run),
            run.command,
        )
        for run in runs
    )
    return (Table(head, rows, code="Command", spans=("Took",)),)


def _assured(run: Run) -> str:
    return _CLASSES.get(run.danger, run.danger) + (f", approved by {run.approved_by}" if run.approved_by else "")


def compliance(material: Material) -> tuple[Block, ...]:
    """The duties the protocol names: whether each is in force, until when, and when it was done."""
    duties = material.incident.playbook.compliance
    if not duties:
        return (Text("The protocol names no duty."),)
    rows: list[tuple[Cell, ...]] = []
    for duty in duties:
        force = "always" if not duty.only_if else _force(material, duty.only_if)
        start = material.moment(duty.after)
        due = _due(material, duty.due, start) if duty.due and start and force != "no" else None
        rows.append((duty.name, duty.duty, force, due, _done(material, duty)))
    return (Table(("Duty", "What", "In force", "Due", "Done"), tuple(rows)),)


def _done(material: Material, duty: Compliance) -> datetime | None:
    """When somebody said so, or the clock that the playbook gives it was stopped by a step."""
    clocks = (clock for clock in material.incident.playbook.clock if duty.only_if and clock.only_if == duty.only_if)
    stops = (stop for clock in clocks for stop in clock.stops if stop not in moments.PLAIN)
    known = (material.moment(name) for name in (moments.duty_done(duty.name), *stops))
    return min((at for at in known if at is not None), default=None)


def _force(material: Material, fact: str) -> str:
    if not material.incident.facts.get(fact, "").strip():
        return f"nobody has said whether: {fact}?"
    return f"yes: {fact}" if said(material.incident, fact) else "no"


def _due(material: Material, limit: Limit, start: datetime) -> datetime | None:
    return material.incident.calendar.due(limit.calendar, start) if limit.max is None else start + limit.max


def proof(material: Material) -> tuple[Block, ...]:
    """How anybody who gets the evidence packet proves that nothing in it was changed, without the store."""
    if not material.checkpoint:
        return (Gap("Run `warroom verify` and keep the checkpoint it prints here."),)
    position, _, digest = material.checkpoint.partition(":")
    return (
        Text(f"The log held {position} events, the last with hash {digest}."),
        Text(HOW),
        Verbatim("With warroom", f"warroom verify --packet {material.incident.id}-evidence.json"),
        Verbatim("With nothing but Python, as verify.py", SCRIPT),
    )
