"""Deciding about the state of an incident: mitigated, resolved, closed, or open again."""

from typing import assert_never

from warroom.console.domain import events as e
from warroom.console.domain import intents as i
from warroom.console.domain.action import Danger
from warroom.console.domain.ending import failing
from warroom.console.domain.git.backport import keeps_open
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident, State

Answer = tuple[e.Event, ...] | Refused
StateIntent = i.Mitigate | i.Resolve | i.Reopen | i.Close


def decide_state(incident: Incident, intent: StateIntent) -> Answer:
    """The event of the next state, or why it can't be reached."""
    busy = _under_way(incident)
    match intent:
        case i.Mitigate(how=how):
            if incident.state is not State.OPEN:
                return Refused(reason=f"{incident.id} is {incident.state}")
            return (e.Mitigated(how=how),) if how.strip() else Refused(reason="say what stopped the pain")
        case i.Resolve(summary=summary):
            if incident.over:
                return Refused(reason=f"{incident.id} is already {incident.state}")
            if changing := _under_way(incident, reading=False):
                return Refused(reason=changing)
            if not summary.strip() and (bad := failing(incident)):
                return Refused(reason=f"{bad[0]}; say in words why it is over all the same")
            return (e.Resolved(summary=summary),)
        case i.Reopen(why=why):
            if not incident.over:
                return Refused(reason=f"{incident.id} is {incident.state}")
            return (e.Reopened(why=why),) if why.strip() else Refused(reason="say why it is open again")
        case i.Close(note=note):
            if incident.state is not State.RESOLVED:
                return Refused(reason=f"{incident.id} is {incident.state}; resolve it first")
            if reason := busy or keeps_open(incident):
                return Refused(reason=reason)
            return (e.Closed(note=note),)
        case _:
            assert_never(intent)


def _under_way(incident: Incident, reading: bool = True) -> str:
    """What goes on still. `reading`: also what only reads, such as a log that is followed for an hour."""
    active = (run for run in incident.runs.values() if run.active)
    run = next((run for run in active if reading or run.environment or run.danger != Danger.FREE), None)
    if run is not None:
        return f"{run.title} ({run.id}) is still running; O shows it, X there cancels it"
    rollout = incident.rollout
    if rollout is not None and rollout.active:
        return f"the rollout {rollout.id} stands at {rollout.percent} %; complete it or give it up first"
    return ""
