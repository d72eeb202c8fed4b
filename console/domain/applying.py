"""What of its playbook applies to an incident: at its level, after its decision, with the scenarios laid over it."""

from warroom.console.domain.model import Incident
from warroom.console.domain.playbook import Phase, Step


def phases_of(incident: Incident) -> tuple[Phase, ...]:
    """The phases that apply, given what was decided."""
    choice = incident.decision.choice if incident.decision else ""
    return tuple(
        phase for phase in incident.playbook.phase if not phase.decision or not choice or phase.decision == choice
    )


def scenario_titles(incident: Incident) -> tuple[str, ...]:
    """The titles of the scenarios that are laid over the playbook."""
    return tuple(incident.playbook.scenario[key].title for key in incident.scenarios)


def steps_of(incident: Incident, phase: Phase) -> tuple[Step, ...]:
    """The steps of a phase that apply at this level and after this decision."""
    choice = incident.decision.choice if incident.decision else ""
    return tuple(
        step
        for step in phase.step
        if (not step.levels or incident.level in step.levels)
        and (not step.decision or not choice or step.decision == choice)
    )
