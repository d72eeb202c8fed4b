"""Deciding about the ways back: what was seen is kept where it changed."""

from warroom.console.domain import events as e
from warroom.console.domain import intents as i
from warroom.console.domain.model import Incident


def decide_back(incident: Incident, intent: i.RecordWayBack) -> tuple[e.Event, ...]:
    """The event of a means that is not as it was; nothing else."""
    way = intent.way
    known = incident.ways_back.get(way.title)
    if known and (known.readiness, known.reasons) == (way.readiness, way.reasons):
        return ()
    return (
        e.WayBackSeen(
            title=way.title,
            action=way.action,
            was=known.readiness if known else None,
            readiness=way.readiness,
            reasons=way.reasons,
            left_behind=way.left_behind,
        ),
    )
