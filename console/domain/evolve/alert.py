"""How alerts change the snapshot."""

from dataclasses import replace
from typing import assert_never

from warroom.console.domain import events as e
from warroom.console.domain.model import Incident


def evolve_alert(incident: Incident, event: e.AlertEvent, recorded: e.Recorded) -> Incident:
    """The snapshot after it."""
    match event:
        case e.AlertLinked(alert=alert):
            return replace(incident, alerts={**incident.alerts, alert.fingerprint: alert})
        case e.AlertEnded(fingerprint=fingerprint):
            ended = replace(incident.alerts[fingerprint], ended_at=recorded.at)
            return replace(incident, alerts={**incident.alerts, fingerprint: ended})
        case _:
            assert_never(event)
