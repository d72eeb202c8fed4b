"""The fold over what became known of the change on its way to production."""

from dataclasses import replace
from typing import assert_never

from warroom.console.domain import events as e
from warroom.console.domain.git.change import Proven
from warroom.console.domain.model import Incident


def evolve_shipping(incident: Incident, event: e.ShippingEvent, recorded: e.Recorded) -> Incident:
    """The snapshot after something became known."""
    match event:
        case e.ChangeProven(proof=proof):
            return replace(incident, change=Proven(proof=proof, at=recorded.at))
        case e.PullRequestSeen(pull_request=seen):
            return replace(incident, pull_request=seen)
        case _:
            assert_never(event)
