"""What changed the course: a scenario, an objection, another playbook, a duty that was done."""

from dataclasses import dataclass

from warroom.console.domain.events.names import event
from warroom.console.domain.playbook import Playbook


@event("scenario.laid")
@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioLaid:
    scenario: str
    """Its key in the playbook the incident is run by."""
    why: str


@event("decision.objected")
@dataclass(frozen=True, slots=True, kw_only=True)
class Objected:
    why: str


@event("playbook.switched")
@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookSwitched:
    playbook: Playbook
    """Frozen whole, as the first one was when this was declared."""
    why: str


@event("duty.done")
@dataclass(frozen=True, slots=True, kw_only=True)
class DutyDone:
    duty: str
    """The name of a `[[compliance]]` of the playbook."""
    note: str = ""


CourseEvent = ScenarioLaid | Objected | PlaybookSwitched | DutyDone
