"""Stopping everything: what may still change something is held or cancelled, in one go."""

from warroom.console.domain import intents as i
from warroom.console.domain.desk import Desk
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident, Rollout, RolloutPhase, Run

WHY = "everything was stopped by hand"


def active_runs(incident: Incident) -> tuple[Run, ...]:
    """Runs that may still change something, the newest first."""
    return tuple(run for run in reversed(tuple(incident.runs.values())) if run.active)


def moving_rollouts(incident: Incident) -> tuple[Rollout, ...]:
    """Rollouts that go on by themselves."""
    return tuple(one for one in incident.rollouts.values() if one.phase is RolloutPhase.RUNNING)


def what_stops(incident: Incident) -> str:
    """What `stop_everything` would stop, in words; empty: nothing moves."""
    runs = [f"{run.title} on {run.target or run.environment or 'this machine'}" for run in active_runs(incident)]
    held = [f"{one.strategy.title} (held at {one.percent} %)" for one in moving_rollouts(incident)]
    return "; ".join([*held, *runs])


async def stop_everything(desk: Desk, incident: Incident) -> tuple[str, ...]:
    """Hold every rollout, then cancel every run; gives what could not be stopped, with the reason.

    Held first, so that no rollout takes the next step between two cancels.
    """
    refused: list[str] = []
    for rollout in moving_rollouts(incident):
        answer = await desk.dispatch(incident.id, i.HoldRollout(rollout=rollout.id, reason=WHY))
        if isinstance(answer, Refused):
            refused.append(f"{rollout.id}: {answer.reason}")
    newest = desk.view().incidents.get(incident.id, incident)
    for run in active_runs(newest):
        refusal = await desk.cancel(incident.id, run.id)
        # One that ended meanwhile needs no stopping.
        now = desk.view().incidents.get(incident.id, newest).runs.get(run.id, run)
        if refusal is not None and now.active:
            refused.append(f"{run.id}: {refusal.reason}")
    return tuple(refused)
