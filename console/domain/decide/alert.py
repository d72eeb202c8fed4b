"""Deciding about alerts: each is linked once, and its end is noted once."""

from dataclasses import replace
from typing import assert_never

from warroom.console.domain import events as e
from warroom.console.domain import intents as i
from warroom.console.domain.model import Incident

_TOLD = ("cluster", "customer", "environment", "instance", "job", "namespace", "pod", "region", "service", "severity")
"""Labels that say where it burns; the others stay with the alert."""


def decide_alert(incident: Incident, intent: i.AlertIntent) -> tuple[e.Event, ...]:
    """The events of an alert's life in an incident."""
    match intent:
        case i.LinkAlert(alert=alert):
            known = incident.alerts.get(alert.fingerprint)
            if known is not None and known.ended_at is None:
                return ()
            told = ", ".join(f"{name} {value}" for name, value in alert.labels if name in _TOLD)
            learned = told and "affected" not in incident.facts
            facts = (e.FactLearned(name="affected", value=told),) if learned else ()
            return (e.AlertLinked(alert=replace(alert, ended_at=None)), *facts)
        case i.EndAlert(fingerprint=fingerprint):
            known = incident.alerts.get(fingerprint)
            if known is None or known.ended_at is not None:
                return ()
            return (e.AlertEnded(fingerprint=fingerprint, name=known.name),)
        case _:
            assert_never(intent)
