"""The fold's part for runs and rollouts."""

from dataclasses import replace
from typing import assert_never

from warroom.console.domain import events as e
from warroom.console.domain.evolve.approval import used
from warroom.console.domain.model import GateSeen, Incident, Rollout, RolloutPhase, Run, RunState
from warroom.console.domain.time import moments


def evolve_run(incident: Incident, event: e.RunEvent, recorded: e.Recorded) -> Incident:
    """The snapshot after something happened to a run."""
    if isinstance(event, e.RunRequested):
        asked = _with_run(incident, _requested(event, recorded))
        return used(asked, event.approval, event.run) if event.approval else asked
    run = incident.runs[event.run]
    match event:
        case e.RunStarted():
            return _with_run(incident, replace(run, state=RunState.RUNNING, started_at=recorded.at))
        case e.RunCancelRequested():
            return _with_run(incident, replace(run, cancelling=True))
        case e.RunEnded(outcome=outcome, exit_code=exit_code, ended_at=ended_at, reason=reason, tail=tail):
            ended = replace(
                run, state=RunState(outcome), exit_code=exit_code, ended_at=ended_at, reason=reason, tail=tail
            )
            return _with_outcome(incident, ended)
        case e.RunLost(why=why):
            return _with_run(incident, replace(run, state=RunState.LOST, reason=why))
        case e.RunSettled(outcome=outcome, why=why):
            return _with_outcome(incident, replace(run, state=RunState(outcome), ended_at=recorded.at, reason=why))
        case _:
            assert_never(event)


def _requested(event: e.RunRequested, recorded: e.Recorded) -> Run:
    return Run(
        id=event.run,
        action=event.action,
        title=event.title,
        target=event.target,
        environment=event.environment,
        command=event.command,
        danger=event.danger,
        by=recorded.actor,
        requested_at=recorded.at,
        host=event.host,
        rollout=event.rollout,
        marks=event.marks,
        values=event.values,
        approved_by=event.approved_by,
        undo=event.undo,
        undo_action=event.undo_action,
        undo_window=event.undo_window,
        cancel_with=event.cancel_with,
        owes=event.owes,
        owes_why=event.owes_why,
        checkout=event.checkout,
        fix=event.fix,
    )


def _with_run(incident: Incident, run: Run) -> Incident:
    return replace(incident, runs={**incident.runs, run.id: run})


def _with_outcome(incident: Incident, run: Run) -> Incident:
    incident = _with_run(incident, run)
    if run.state is not RunState.SUCCEEDED or run.ended_at is None:
        return incident
    # A run that was lost may report late: the last success stays the last.
    names = [moments.action_done(run.action), *([run.marks] if run.marks else [])]
    marked = {name: max(run.ended_at, incident.moments.get(name, run.ended_at)) for name in names}
    return replace(incident, moments={**incident.moments, **marked})


def evolve_rollout(incident: Incident, event: e.RolloutEvent, recorded: e.Recorded) -> Incident:
    """The snapshot after something happened to a rollout."""
    if isinstance(event, e.RolloutStarted):
        started = Rollout(
            id=event.rollout,
            strategy=event.strategy,
            values=event.values,
            driver=event.driver,
            prints=event.prints,
            started_at=recorded.at,
            reason="starting",
        )
        return _with_rollout(incident, started)
    rollout = incident.rollouts[event.rollout]
    match event:
        case e.StageEntered(stage=stage, percent=percent):
            moved = replace(rollout, stage=stage, stage_at=recorded.at, reason=f"{percent} % since now")
            return _with_rollout(incident, moved)
        case e.GateRead(stage=stage, verdict=verdict, reason=reason):
            seen = GateSeen(
                stage=stage,
                percent=rollout.strategy.stage[stage].percent,
                verdict=verdict,
                reason=reason,
                at=recorded.at,
            )
            return _with_rollout(incident, replace(rollout, gates=(*rollout.gates, seen), reason=reason))
        case e.GateSkipped(stage=stage, why=why):
            return _with_rollout(
                incident, replace(rollout, skipped=(*rollout.skipped, stage), reason=f"skipped: {why}")
            )
        case e.StagePromoted(stage=stage, why=why):
            promoted = replace(rollout, promoted=(*rollout.promoted, stage), reason=f"goes on before its time: {why}")
            return _with_rollout(incident, promoted)
        case e.RolloutHeld(reason=reason):
            return _with_rollout(incident, replace(rollout, phase=RolloutPhase.HELD, reason=reason))
        case e.RolloutResumed(driver=driver):
            resumed = replace(rollout, phase=RolloutPhase.RUNNING, driver=driver, reason=_resumed(rollout))
            return _with_rollout(incident, resumed)
        case e.RolloutCompleted():
            done = replace(rollout, phase=RolloutPhase.DONE, reason="all traffic on the new version")
            return _ended(incident, done, moments.ROLLOUT_DONE, recorded)
        case e.RolloutAborted(why=why):
            aborted = replace(rollout, phase=RolloutPhase.ABORTED, reason=why)
            return _ended(incident, aborted, moments.ROLLOUT_ABORTED, recorded)
        case _:
            assert_never(event)


def _resumed(rollout: Rollout) -> str:
    # What held it is no reason to go on; one given for going on is.
    reason = rollout.reason if rollout.phase is RolloutPhase.RUNNING or _waived(rollout) else ""
    return reason or "resumed; it goes on when its gate passes"


def _waived(rollout: Rollout) -> bool:
    return rollout.stage in (*rollout.skipped, *rollout.promoted)


def _with_rollout(incident: Incident, rollout: Rollout) -> Incident:
    return replace(incident, rollouts={**incident.rollouts, rollout.id: rollout})


def _ended(incident: Incident, rollout: Rollout, moment: str, recorded: e.Recorded) -> Incident:
    incident = _with_rollout(incident, replace(rollout, ended_at=recorded.at))
    return replace(incident, moments={**incident.moments, moment: recorded.at})
