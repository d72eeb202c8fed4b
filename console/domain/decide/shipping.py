"""Deciding what is news about the change on its way to production: only what differs from what the log knows."""

from typing import assert_never

from warroom.console.domain import events as e
from warroom.console.domain import intents as i
from warroom.console.domain.model import Incident


def decide_shipping(incident: Incident, intent: i.ShippingIntent) -> tuple[e.Event, ...]:
    """The event, or nothing where it was known."""
    match intent:
        case i.ProveChange(proof=proof):
            known = incident.change.proof if incident.change else None
            return () if known == proof else (e.ChangeProven(proof=proof),)
        case i.SeePullRequest(pull_request=seen):
            return () if incident.pull_request == seen else (e.PullRequestSeen(pull_request=seen),)
        case _:
            assert_never(intent)
