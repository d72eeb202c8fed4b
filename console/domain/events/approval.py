"""What happened to requests for a second person's approval."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from warroom.console.domain.events.names import event
from warroom.console.domain.proposal import Proposal


@event("approval.asked")
@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAsked:
    request: str
    proposal: Proposal
    """What is to be approved, word for word, with its fingerprint."""
    account: str
    """Account and machine of who asks, `UID@HOST`."""
    expires_at: datetime
    different_accounts: bool = False
    """Who answers must use another account than who asks."""


@event("approval.code-issued")
@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalCodeIssued:
    request: str
    hash: str
    """PBKDF2 of the code; the code itself was shown to its actor and is kept nowhere."""
    salt: str
    account: str
    expires_at: datetime


@event("approval.code-refused")
@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalCodeRefused:
    """Somebody typed what is no code: a slip, or a guess."""

    request: str
    account: str
    """Account and machine it was typed at."""
    left: int
    """Tries that are left; none: the codes shown so far are void."""


@event("approval.granted")
@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalGranted:
    request: str
    by: str
    """Who approved; with a code not the actor, who only typed it."""
    account: str
    """Account and machine the approval came from."""
    way: Literal["console", "code"]


@event("approval.denied")
@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalDenied:
    request: str
    account: str
    why: str = ""


@event("approval.withdrawn")
@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalWithdrawn:
    request: str


ApprovalEvent = (
    ApprovalAsked | ApprovalCodeIssued | ApprovalCodeRefused | ApprovalGranted | ApprovalDenied | ApprovalWithdrawn
)
