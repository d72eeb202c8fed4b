"""What somebody wants of the course: a scenario, an objection, another playbook."""

from dataclasses import dataclass

from warroom.console.domain.playbook import Playbook


@dataclass(frozen=True, slots=True, kw_only=True)
class LayScenario:
    """Say of which kind the emergency is: its steps, its strategy and its time join the playbook's."""

    scenario: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """Object to what was decided, while there is time to."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchPlaybook:
    """Go on by another playbook: ticks stay with the steps of the same key."""

    playbook: Playbook
    why: str


CourseIntent = LayScenario | Object | SwitchPlaybook
