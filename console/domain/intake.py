"""Alerts on the board: what fires now, and which incident is about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from warroom.console.domain.alert import Alert
from warroom.console.domain.model import Incident, State
from warroom.console.domain.verdict import Sample, Status
from warroom.console.domain.view import ProbeView


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """An alert that fires."""

    alert: Alert
    probe: str
    """Who told of it."""
    incident: str = ""
    """The incident that is about it; empty: none is."""


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
