"""Sections about deeds: every line of the log, what was run, how traffic moved, what the probes said."""

from datetime import timedelta

from warroom.console.domain import events as e
from warroom.console.domain.applying import phases_of, steps_of
from warroom.console.domain.model import Run, RunState
from warroom.console.domain.timeline import entry
from warroom.console.domain.watch.flapping import calmed
from warroom.console.reports.answers import version_of
from warroom.console.reports.blocks import Block, Cell, Gap, Table, Text, Ticks, Verbatim
from warroom.console.reports.boxes import tick
from warroom.console.reports.rate import changes_production
from warroom.console.reports.source import Material

_LOOK = "action:smoke-production"
TAIL_LINES = 20
"""Lines of the output of a run that did not succeed."""


def timeline(material: Material) -> tuple[Block, ...]:
    """Every entry, in the order of the log; a probe that flaps in one line: each change of it is told under health."""
    lines = calmed([entry(recorded) for recorded in material.records])
    rows = tuple((line.at, line.who, line.kind, line.text) for _, line, _ in lines)
    return (Table(("Time", "Who", "Kind", "What"), rows),)


def deploys(material: Material) -> tuple[Block, ...]:
    """Every run: the command, who, when, how it ended; and the last words of those that failed.

    In brief only what reached users, and when.
    """
    if material.brief:
        return _reached(material)
    runs = tuple(material.incident.runs.values())
    if not runs:
        return (Text("Nothing was run."),)
    head = ("Run", "What", "On", "By", "Started", "Took", "Outcome", "Command")
    rows = tuple(
        (
            run.id,
            run.title,
            run.target or run.environment or "–",
            run.by + (f", approved by {run.approved_by}" if run.approved_by else ""),
            run.started_at or run.requested_at,
            took(run),
            outcome(run),
            run.command,
        )
        for run in runs
    )
    bad = (RunState.FAILED, RunState.LOST)
    tails = tuple(
        Verbatim(f"Last output of {run.id} ({run.title})", "\n".join(run.tail.splitlines()[-TAIL_LINES:]))
        for run in runs
        if run.state in bad and run.tail.strip()
    )
    return (Table(head, rows, code="Command", spans=("Took",)), *tails)


def _reached(material: Material) -> tuple[Block, ...]:
    rows: list[tuple[Cell, ...]] = [
        (version_of(material, run) or None, run.title, run.ended_at)
        for run in material.incident.runs.values()
        if run.state is RunState.SUCCEEDED and changes_production(run) and not run.rollout
    ]
    for rollout in material.incident.rollouts.values():
        what = f"{rollout.strategy.title}: {rollout.percent} % of traffic, {rollout.phase}"
        rows.append((rollout.values.get("tag") or None, what, rollout.ended_at or rollout.stage_at))
    if not rows:
        return (Text("Nothing has reached users yet."),)
    return (Table(("Version", "What", "In production since"), tuple(rows)),)


def took(run: Run) -> timedelta | None:
    """How long a run ran; none while it does."""
    return None if run.ended_at is None else run.ended_at - (run.started_at or run.requested_at)


def outcome(run: Run) -> str:
    """How a run ended, in words."""
    words = "outcome unknown" if run.state is RunState.LOST else str(run.state)
    status = "" if run.exit_code is None else f", exit status {run.exit_code}"
    return words + status + (f": {run.reason}" if run.reason and run.reason not in status else "")


def gates(material: Material) -> tuple[Block, ...]:
    """How each rollout went: every stage, what its gate said, and every hold; in brief, what was verified."""
    if material.brief:
        return _verified(material)
    blocks: list[Block] = []
    for rollout in material.incident.rollouts.values():
        rows: list[tuple[Cell, ...]] = []
        percent = 0
        for recorded in material.records:
            event = recorded.event
            if not isinstance(event, e.RolloutEvent) or event.rollout != rollout.id:
                continue
            if isinstance(event, e.StageEntered):
                percent = event.percent
            what, why = _step(event)
            rows.append((recorded.at, f"{percent} %", what, why))
        blocks.append(Text(f"{rollout.strategy.title} ({rollout.id}): {rollout.phase}"))
        blocks.append(Table(("Time", "Traffic", "Step", "Reading"), tuple(rows)))
    return tuple(blocks) or (Text("Nothing was rolled out in stages."),)


def _verified(material: Material) -> tuple[Block, ...]:
    """The boxes of the phase in which production is looked at."""
    phases = phases_of(material.incident)
    phase = next((one for one in phases if any(step.ticked_by == _LOOK for step in one.step)), None)
    if phase is None:
        return (Text("The protocol has no phase in which production is verified."),)
    return (Ticks(tuple(tick(material, step.text) for step in steps_of(material.incident, phase))),)


def _step(event: e.RolloutEvent) -> tuple[str, str]:
    match event:
        case e.GateRead(verdict=verdict, reason=reason):
            return f"gate {verdict}", reason
        case e.GateSkipped(why=why):
            return "gate skipped", why
        case e.StagePromoted(why=why):
            return "goes on early", why
        case e.RolloutHeld(reason=reason):
            return "held", reason
        case e.RolloutAborted(why=why):
            return "given up", why
        case e.StageEntered(run=run):
            return "traffic shifted", run
        case e.RolloutStarted(driver=driver):
            return "started", f"driven by {driver}"
        case e.RolloutResumed(driver=driver):
            return "resumed", f"driven by {driver}"
        case e.RolloutCompleted():
            return "complete", ""


def health(material: Material) -> tuple[Block, ...]:
    """Every change of a probe's verdict."""
    rows = tuple(
        (recorded.at, event.probe, event.was, event.status, event.reason)
        for recorded in material.records
        if isinstance(event := recorded.event, e.VerdictChanged)
    )
    return (Table(("Time", "Probe", "Was", "Became", "Why"), rows),) if rows else (Text("No verdict changed."),)


def checkpoint(material: Material) -> tuple[Block, ...]:
    """Where the log ended when this was written: kept outside, it shows whether anything was cut off since."""
    if not material.checkpoint:
        return (Gap("Run `warroom verify` and keep the checkpoint it prints here."),)
    position, _, digest = material.checkpoint.partition(":")
    return (
        Text(f"The log held {position} events, the last with hash {digest}."),
        Verbatim("To check that it is still whole", f"warroom verify --checkpoint {material.checkpoint}"),
    )
