"""What was done when, for the chart."""

from datetime import datetime
from typing import NamedTuple

from warroom.console.domain.model import Incident, Rollout, Run, RunState
from warroom.console.domain.text import clean


class Mark(NamedTuple):
    """A moment on the time axis with a word."""

    at: datetime
    label: str
    tone: str = "accent"


def marks_of(incident: Incident) -> tuple[Mark, ...]:
    """Declaration, deploys, traffic shifts, rollbacks, the stages of rollouts and the end, oldest first."""
    marks = [
        Mark(at, word, tone)
        for moment, word, tone in (("declared", "declared", "warn"), ("resolved", "resolved", "good"))
        if (at := incident.moments.get(moment)) is not None
    ]
    ways_back = {way.action for way in incident.playbook.rollback}
    for run in incident.runs.values():
        if run.environment and not run.rollout and run.ended_at is not None:
            back = run.action in ways_back or "rollback" in run.action
            marks += _run(run, run.ended_at, "bad" if back else "accent")
    for rollout in incident.rollouts.values():
        marks += _stages(rollout)
    return tuple(sorted(marks))


def _run(run: Run, ended_at: datetime, tone: str) -> list[Mark]:
    """What a run changed, or may have half changed; what only looks, such as a smoke test, changes nothing."""
    word = clean(run.action).removesuffix("-production")
    # By hand, a share of traffic is as good a mark as the stage of a rollout.
    share = clean(run.values.get("percent", ""))
    if run.state is RunState.SUCCEEDED:
        return [Mark(ended_at, f"{share} %" if share else word, tone)]
    if run.state is RunState.FAILED and run.danger != "free":
        return [Mark(ended_at, f"{word} failed", "bad")]
    return []


def _stages(rollout: Rollout) -> list[Mark]:
    marks = [Mark(rollout.started_at, "ramp", "accent")]
    # Where the traffic moved on from a stage, its gate was read last; while it bakes, a good gate moves nothing yet.
    last = {gate.stage + 1: gate.at for gate in rollout.gates if gate.verdict == "passing"}
    for following, at in last.items():
        if following < rollout.stage:
            marks.append(Mark(at, f"{rollout.strategy.stage[following].percent} %", "accent"))
    if rollout.stage >= 0 and rollout.stage_at is not None:
        marks.append(Mark(rollout.stage_at, f"{rollout.percent} %", "accent"))
    if rollout.phase == "aborted" and rollout.ended_at is not None:
        marks.append(Mark(rollout.ended_at, "given up", "bad"))
    return list(dict.fromkeys(marks))
