"""What became known of the change on its way to production."""

from dataclasses import dataclass

from warroom.console.domain.events.names import event
from warroom.console.domain.git.change import Proof
from warroom.console.domain.git.pull_request import PullRequest


@event("change.proven")
@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProven:
    proof: Proof


@event("pull-request.seen")
@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestSeen:
    pull_request: PullRequest


ShippingEvent = ChangeProven | PullRequestSeen
