"""What consoles note of the change on its way to production."""

from dataclasses import dataclass

from warroom.console.domain.git.change import Proof
from warroom.console.domain.git.pull_request import PullRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ProveChange:
    """Note what the candidate changes against what is live."""

    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class SeePullRequest:
    """Note how the pull request stands."""

    pull_request: PullRequest


ShippingIntent = ProveChange | SeePullRequest
