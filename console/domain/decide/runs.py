"""Deciding about runs and rollouts: who may start what, and which outcome counts."""

from datetime import datetime
from typing import assert_never

from warroom.console.domain import events as e
from warroom.console.domain import intents as i
from warroom.console.domain.approval import Approval
from warroom.console.domain.decide.approval import usable
from warroom.console.domain.going_back import goes_back, last_change, working_on
from warroom.console.domain.intents import By, Refused
from warroom.console.domain.model import Incident, Rollout, RolloutPhase, Run, RunState

Answer = tuple[e.Event, ...] | Refused


def has_conn(incident: Incident, by: By) -> Refused | None:
    """Only the holder of the conn starts what changes the world."""
    if incident.conn == by.actor:
        return None
    if incident.conn:
        return Refused(reason=f"{incident.conn} has the conn; ask for it to be handed over")
    return Refused(reason="nobody has the conn; take it first")


def decide_run(incident: Incident, intent: i.RunIntent, at: datetime, by: By) -> Answer:
    """The events of a run's life, or why not."""
    if isinstance(intent, i.RequestRun):
        return _request(incident, intent, at, by)
    run = incident.runs.get(intent.run)
    if run is None:
        return Refused(reason=f"there is no run {intent.run} in {incident.id}")
    match intent:
        case i.StartRun():
            if run.state is not RunState.REQUESTED:
                return Refused(reason=f"{run.id} is already {run.state}")
            return (e.RunStarted(run=run.id),)
        case i.CancelRun(why=why):
            if not run.active:
                return Refused(reason=f"{run.id} has already {run.state}")
            return () if run.cancelling else (e.RunCancelRequested(run=run.id, why=why),)
        case i.EndRun():
            return _end(run, intent)
        case i.LoseRun(why=why):
            return (e.RunLost(run=run.id, why=why),) if run.active else ()
        case i.SettleRun():
            return _settle(run, intent)
        case _:
            assert_never(intent)


def _settle(run: Run, intent: i.SettleRun) -> Answer:
    if not intent.why.strip():
        return Refused(reason="say how you know")
    settled = e.RunSettled(run=run.id, outcome=intent.outcome, why=intent.why)
    if run.active and intent.gone:
        return (e.RunLost(run=run.id, why=intent.gone), settled)
    if run.active:
        return Refused(reason=f"{run.id} is still {run.state} on {run.host}")
    if run.state is not RunState.LOST:
        return Refused(reason=f"the outcome of {run.id} is known: {run.state}")
    return (settled,)


def _request(incident: Incident, intent: i.RequestRun, at: datetime, by: By) -> Answer:
    if intent.run in incident.runs:
        return Refused(reason=f"{intent.run} was already requested")
    if intent.danger != "free" and (refusal := has_conn(incident, by)) is not None:
        return refusal
    if intent.rollout and (refusal := _out_of_turn(incident, intent.rollout, by)) is not None:
        return refusal
    approval = usable(incident, intent.approval, intent.fingerprint, at, by) if intent.danger == "two" else None
    if isinstance(approval, Refused):
        return approval
    rival = working_on(incident, intent.environment)
    if rival is not None:
        return Refused(reason=f"{rival.title} ({rival.id}) is running on {rival.environment}, by {rival.by}")
    if (refusal := _overtaken(incident, intent)) is not None:
        return refusal
    return (*_abandoned(incident, intent), _requested(intent, approval))


def _overtaken(incident: Incident, intent: i.RequestRun) -> Refused | None:
    """A yes is to what was there when it was said: what ran since then may have changed just that."""
    newest = last_change(incident, intent.action, intent.environment)
    if intent.danger == "free" or intent.after is None or intent.after == newest:
        return None
    return Refused(reason=f"{intent.title}: {newest or 'another run'} was started since you said yes; look at it again")


def _out_of_turn(incident: Incident, rollout: str, by: By) -> Refused | None:
    """A stage that was on its way when somebody held the rollout, gave it up or took it over does not begin."""
    found = incident.rollouts.get(rollout)
    if found is None:
        return Refused(reason=f"there is no rollout {rollout} in {incident.id}")
    if found.phase is not RolloutPhase.RUNNING:
        return Refused(reason=f"{rollout} is {found.phase}: {found.reason}")
    if found.driver != by.console:
        return Refused(reason=f"{rollout} is driven by another console, {found.driver}")
    return None


def _requested(intent: i.RequestRun, approval: Approval | None) -> e.RunRequested:
    return e.RunRequested(
        run=intent.run,
        action=intent.action,
        title=intent.title,
        target=intent.target,
        environment=intent.environment,
        command=intent.command,
        fingerprint=intent.fingerprint,
        danger=intent.danger,
        host=intent.host,
        rollout=intent.rollout,
        marks=intent.marks,
        values=intent.values,
        approved_by=approval.answered_by if approval else "",
        approval=approval.id if approval else "",
        undo=intent.undo,
        undo_action=intent.undo_action,
        undo_window=intent.undo_window,
        cancel_with=intent.cancel_with,
        owes=intent.owes,
        owes_why=intent.owes_why,
        stopped=intent.stopped,
        checkout=intent.checkout,
        fix=intent.fix,
    )


def _abandoned(incident: Incident, intent: i.RequestRun) -> tuple[e.Event, ...]:
    # A way back and a rollout pull the same traffic in opposite directions.
    rollout = incident.rollout
    back = goes_back(incident, intent.action) or bool(intent.stopped)
    if rollout is None or not rollout.active or not back:
        return ()
    return (e.RolloutAborted(rollout=rollout.id, why=f"{intent.title} was started"),)


def _end(run: Run, intent: i.EndRun) -> Answer:
    if not (run.active or run.state is RunState.LOST):
        return ()
    return (
        e.RunEnded(
            run=run.id,
            outcome=intent.outcome,
            exit_code=intent.exit_code,
            ended_at=intent.ended_at,
            reason=intent.reason,
            tail=intent.tail,
        ),
    )


def decide_rollout(incident: Incident, intent: i.RolloutIntent, by: By) -> Answer:
    """The events of a rollout's life, or why not."""
    if isinstance(intent, i.StartRollout):
        return _start(incident, intent, by)
    rollout = incident.rollouts.get(intent.rollout)
    if rollout is None or not rollout.active:
        return Refused(reason=f"the rollout {intent.rollout} is not under way")
    match intent:
        case i.EnterStage(stage=stage, run=run):
            if stage != rollout.stage + 1 or stage >= len(rollout.strategy.stage):
                return Refused(reason=f"after stage {rollout.stage + 1} comes {rollout.stage + 2}")
            percent = rollout.strategy.stage[stage].percent
            return (e.StageEntered(rollout=rollout.id, stage=stage, percent=percent, run=run),)
        case i.ReadGate() if rollout.phase is not RolloutPhase.RUNNING:
            # Who drove it looked a moment before it was held: why it is held is not written over.
            return ()
        case i.ReadGate(stage=stage, verdict=verdict, reason=reason):
            if stage != rollout.stage:
                return Refused(reason=f"the rollout stands at stage {rollout.stage + 1}, not {stage + 1}")
            last = rollout.gates[-1] if rollout.gates else None
            if last and (last.stage, last.verdict, last.reason) == (stage, verdict, reason):
                return ()
            return (e.GateRead(rollout=rollout.id, stage=stage, verdict=verdict, reason=reason),)
        case i.SkipGate() | i.PromoteStage():
            return _waive(incident, rollout, intent, by)
        case i.HoldRollout(reason=reason, driver=driver):
            # A person's reason is not written over by a console that finds out about it.
            held = rollout.phase is RolloutPhase.HELD and (bool(driver) or rollout.reason == reason)
            taken_over = driver not in ("", rollout.driver)
            return () if held or taken_over else (e.RolloutHeld(rollout=rollout.id, reason=reason),)
        case i.ResumeRollout():
            return _resume(incident, rollout, by)
        case i.CompleteRollout():
            if rollout.percent != 100:
                return Refused(reason=f"only {rollout.percent} % of traffic is on the new version")
            return (e.RolloutCompleted(rollout=rollout.id),)
        case i.AbortRollout(why=why):
            return (e.RolloutAborted(rollout=rollout.id, why=why),)
        case _:
            assert_never(intent)


def _waive(incident: Incident, rollout: Rollout, intent: i.SkipGate | i.PromoteStage, by: By) -> Answer:
    """Going on against the gate, or before the time, is a debt with a name; a rollout that holds goes on from here."""
    if (refusal := has_conn(incident, by)) is not None:
        return refusal
    skips = isinstance(intent, i.SkipGate)
    if not intent.why.strip() or not intent.owner.strip():
        what = "skipping a gate" if skips else "going on before the time"
        return Refused(reason=f"{what} needs a reason and an owner")
    if rollout.stage < 0:
        return Refused(reason="no traffic has been shifted yet; there is no gate to skip and no time to shorten")
    if intent.stage not in (None, rollout.stage):
        return Refused(reason=f"it has gone on to {rollout.percent} % meanwhile; look at it again")
    stage, held = rollout.stage, rollout.phase is RolloutPhase.HELD
    resumed = (e.RolloutResumed(rollout=rollout.id, driver=by.console),) if held else ()
    if stage in (rollout.skipped if skips else rollout.promoted):
        return resumed
    subject = f"{'gate' if skips else 'bake'}:{rollout.id}:{rollout.percent}"
    waived = e.WaiverGranted(subject=subject, why=intent.why, owner=intent.owner, due=None)
    if skips:
        return (waived, e.GateSkipped(rollout=rollout.id, stage=stage, why=intent.why), *resumed)
    return (waived, e.StagePromoted(rollout=rollout.id, stage=stage, why=intent.why), *resumed)


def _resume(incident: Incident, rollout: Rollout, by: By) -> Answer:
    if (refusal := has_conn(incident, by)) is not None:
        return refusal
    if rollout.phase is RolloutPhase.RUNNING:
        # Pressed twice, or at two consoles: the first has it.
        return () if rollout.driver == by.console else Refused(reason=f"it is under way, driven by {rollout.driver}")
    unknown = next((run for run in incident.runs.values() if _in_doubt(run, rollout)), None)
    if unknown is not None:
        return Refused(reason=f"the outcome of {unknown.id} is unknown: settle it first, then resume")
    return (e.RolloutResumed(rollout=rollout.id, driver=by.console),)


def _in_doubt(run: Run, rollout: Rollout) -> bool:
    return run.rollout == rollout.id and run.state is RunState.LOST


def _start(incident: Incident, intent: i.StartRollout, by: By) -> Answer:
    if (refusal := has_conn(incident, by)) is not None:
        return refusal
    if intent.rollout in incident.rollouts:
        return Refused(reason=f"{intent.rollout} was already started")
    rollout = incident.rollout
    if rollout is not None and rollout.active:
        return Refused(reason=f"{rollout.strategy.title} is under way at {rollout.percent} %")
    started = e.RolloutStarted(
        rollout=intent.rollout,
        strategy=intent.strategy,
        values=intent.values,
        driver=by.console,
        prints=intent.prints,
    )
    return (started,)
