"""What other incidents of a service do to the environment that one of them is about to change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from warroom.console.domain.going_back import goes_back, stopped_first, stopping_words, working_on
from warroom.console.domain.model import Incident, Rollout, RolloutPhase, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class InTheWay:
    """What stands in the way of an action in its environment, and what a way back does about it."""

    stops: Run | None
    """The run that is stopped first; only a way back stops one."""
    next_door: tuple[Incident, Run] | None
    """The run of another incident that works there, with that incident."""
    held: tuple[tuple[Incident, Rollout], ...]
    """Rollouts of other incidents that are held, each with its incident."""

    of: str = ""
    """The incident whose run is stopped, where that is another one."""
    cuts_off: bool = False
    """It stops a run first, or has just done so."""
    grave: bool = False
    """What two people began, or what somebody does in another incident, is not cut off by one key."""

    def words(self, incident: Incident, host: str) -> str:
        """What is stopped, given up and held, for who says yes to that; `host` is where they sit."""
        return stopping_words(incident, self.stops, host, of=self.of, held=self.held)


def in_the_way(
    incidents: Mapping[str, Incident], incident: Incident, action: str, key: str, environment: str, stopped: str = ""
) -> InTheWay:
    """What stands in the way of an action (`key` is the one that presses it) of an incident.

    `stopped`: the run that was confirmed to be stopped. That it has ended since makes the action no less grave.
    """
    back = goes_back(incident, action, key)
    stops = stopped_first(incident, action, key, environment)
    own = working_on(incident, environment)
    door = working_next_door(incidents, incident, environment) if own is None else None
    if back and door is not None and not goes_back(door[0], door[1].action):
        stops = door[1]
    named = stops.id if stops is not None else stopped
    where = next((one for one in (incident, *incidents.values()) if named in one.runs), None)
    of = where.id if where is not None and where.id != incident.id else ""
    return InTheWay(
        stops=stops,
        next_door=door,
        held=moving_next_door(incidents, incident, environment) if back else (),
        of=of,
        cuts_off=where is not None,
        grave=where is not None and (where.runs[named].danger == "two" or bool(of)),
    )


def working_next_door(
    incidents: Mapping[str, Incident], incident: Incident, environment: str
) -> tuple[Incident, Run] | None:
    """The run of another incident that may be changing an environment now, with that incident."""
    for other in _neighbours(incidents, incident):
        if (run := working_on(other, environment)) is not None:
            return other, run
    return None


def moving_next_door(
    incidents: Mapping[str, Incident], incident: Incident, environment: str
) -> tuple[tuple[Incident, Rollout], ...]:
    """Rollouts of other incidents that go on by themselves in an environment, each with its incident."""
    found = []
    for other in _neighbours(incidents, incident) if environment else ():
        rollout = other.rollout
        if rollout is None or rollout.phase is not RolloutPhase.RUNNING:
            continue
        places = {run.environment for run in other.runs.values() if run.rollout == rollout.id}
        # One that has shifted nothing yet is about to do so, nobody knows where.
        if not places or environment in places:
            found.append((other, rollout))
    return tuple(found)


def _neighbours(incidents: Mapping[str, Incident], incident: Incident) -> Iterator[Incident]:
    for other in incidents.values():
        if other.id != incident.id and (other.service, other.drill) == (incident.service, incident.drill):
            yield other
