"""How what was seen of the ways back changes the snapshot."""

from dataclasses import replace

from warroom.console.domain import events as e
from warroom.console.domain.model import Incident
from warroom.console.domain.way_back import WayBack


def evolve_back(incident: Incident, event: e.WayBackSeen, recorded: e.Recorded) -> Incident:
    """The snapshot after it."""
    known = incident.ways_back.get(event.title)
    same = known is not None and known.readiness is event.readiness
    way = WayBack(
        title=event.title,
        action=event.action,
        readiness=event.readiness,
        reasons=event.reasons,
        left_behind=event.left_behind,
        since=known.since if known and same else recorded.at,
    )
    return replace(incident, ways_back={**incident.ways_back, event.title: way})
