"""What was done when, for the chart."""

from datetime import datetime
from typing import NamedTuple

from warroom.console.domain.model import Incident, Rollout, RunState
from warroom.console.domain.text import clean


class Mark(NamedTuple):
    """A moment on the time axis with a word."""

    at: datetime
    label: str
    tone: str = "accent"


def marks_of(incident: Incident) -> tuple[Mark, ...]:
    """Declaration, deploys, rollbacks, the stages of rollouts and the end, oldest first."""
    marks = [
        Mark(at, word, tone)
        for moment, word, tone in (("declared", "declared", "warn"), ("resolved", "resolved", "good"))
        if (at := incident.moments.get(moment)) is not None
    ]
    for run in incident.runs.values():
        if run.rollout or run.state is not RunState.SUCCEEDED or not run.ended_at or not run.environment:
            continue
        back = "rollback" in run.action
        marks.append(Mark(run.ended_at, clean(run.action), "bad" if back else "accent"))
    for rollout in incident.rollouts.values():
        marks += _stages(rollout)
    return tuple(sorted(marks))


def _stages(rollout: Rollout) -> list[Mark]:
    marks = [Mark(rollout.started_at, "ramp", "accent")]
    # The gate of a stage is read at its end; the next stage begins there.
    for gate in rollout.gates:
        following = gate.stage + 1
        if gate.verdict == "passing" and following < len(rollout.strategy.stage) and following != rollout.stage:
            marks.append(Mark(gate.at, f"{rollout.strategy.stage[following].percent} %", "accent"))
    if rollout.stage >= 0 and rollout.stage_at is not None:
        marks.append(Mark(rollout.stage_at, f"{rollout.percent} %", "accent"))
    if rollout.phase == "aborted" and rollout.ended_at is not None:
        marks.append(Mark(rollout.ended_at, "given up", "bad"))
    return list(dict.fromkeys(marks))
