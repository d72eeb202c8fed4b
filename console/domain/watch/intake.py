"""Alerts on the board: what fires now, and which incident is about it."""

from collections.abc import Iterable, Mapping

from warroom.console.domain.desk import Desk
from warroom.console.domain.intents import LinkAlert, Refused
from warroom.console.domain.model import Incident, State
from warroom.console.domain.triage import UNKNOWN_LEVEL
from warroom.console.domain.view import ProbeView
from warroom.console.domain.watch.alert import Firing
from warroom.console.domain.watch.verdict import Sample, Status


def firing(probes: Iterable[ProbeView], incidents: Mapping[str, Incident]) -> tuple[Firing, ...]:
    """What fires by the newest readings, those nobody has taken first, in the order of each probe."""
    taken = {
        fingerprint: name
        for name, incident in incidents.items()
        if incident.state is not State.CLOSED
        for fingerprint, alert in incident.alerts.items()
        if alert.ended_at is None
    }
    found = {
        alert.fingerprint: Firing(alert=alert, probe=probe.name, incident=taken.get(alert.fingerprint, ""))
        for probe in probes
        if probe.health.last is not None
        for alert in probe.health.last.alerts
    }
    return tuple(sorted(found.values(), key=lambda one: bool(one.incident)))


def over(incident: Incident, probes: Iterable[ProbeView]) -> tuple[str, ...]:
    """Fingerprints of linked alerts that fire no more. A probe that can't be read says nothing of them."""
    readings = [probe.health.last for probe in probes if probe.kind == "alertmanager"]
    if not readings or not all(last is not None and _whole(last) for last in readings):
        return ()
    now = {alert.fingerprint for last in readings if last is not None for alert in last.alerts}
    return tuple(key for key, alert in incident.alerts.items() if alert.ended_at is None and key not in now)


def _whole(sample: Sample) -> bool:
    """It carries every alert it counted: not one of a storm, nor one that came from another console."""
    return sample.status is not Status.UNKNOWN and sample.value == len(sample.alerts)


async def declare_from(desk: Desk, found: Firing, level: str = UNKNOWN_LEVEL) -> str | Refused:
    """Open an incident about an alert, with its facts; gives its id. Impact is counted from when it began to fire."""
    if found.incident:
        return Refused(reason=f"{found.incident} is about {found.alert.name} already")
    alert = found.alert
    opened = await desk.declare(alert.summary or alert.name, level, impact_at=alert.started_at.isoformat())
    if not isinstance(opened, Refused):
        await desk.dispatch(opened, LinkAlert(alert=alert))
    return opened
