"""The fold, for events that change the course of an incident."""

from dataclasses import replace
from typing import assert_never

from warroom.console.domain import events as e
from warroom.console.domain.checklist import open_required
from warroom.console.domain.model import Incident, Objection
from warroom.console.domain.overlay import laid_over
from warroom.console.domain.playbook import Playbook
from warroom.console.domain.time import moments


def evolve_course(incident: Incident, event: e.CourseEvent, recorded: e.Recorded) -> Incident:
    """The snapshot after one more of these events."""
    match event:
        case e.ScenarioLaid(scenario=scenario):
            playbook = laid_over(incident.playbook, scenario)
            return replace(incident, playbook=playbook, scenarios=(*incident.scenarios, scenario))
        case e.Objected(why=why):
            return _objected(incident, Objection(why=why, by=recorded.actor, at=recorded.at))
        case e.PlaybookSwitched(playbook=playbook):
            return switched(incident, playbook)
        case e.DutyDone(duty=duty):
            return replace(incident, moments={**incident.moments, moments.duty_done(duty): recorded.at})
        case _:
            assert_never(event)


def _objected(incident: Incident, objection: Objection) -> Incident:
    taken = incident.decision
    if taken is None:
        return incident
    taken = replace(taken, objections=(*taken.objections, objection))
    return replace(incident, decision=taken, decisions=(*incident.decisions[:-1], taken))


def switched(incident: Incident, playbook: Playbook) -> Incident:
    """The incident under another playbook: its scenarios stay where the new one has them, its marks with their steps.

    A later phase that counts as done, and isn't by the new playbook, is ahead again.
    """
    scenarios = tuple(key for key in incident.scenarios if key in playbook.scenario)
    for key in scenarios:
        playbook = laid_over(playbook, key)
    keys = [phase.key for phase in playbook.phase]
    here = incident.phase if incident.phase in keys else ""
    moved = replace(incident, playbook=playbook, scenarios=scenarios, phase=here)
    later = playbook.phase[keys.index(here) + 1 :] if here else playbook.phase
    again = {moments.phase_done(phase.key) for phase in later if open_required(moved, phase)}
    return replace(moved, moments={name: at for name, at in incident.moments.items() if name not in again})
