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


@event("approval.code-issued")
@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalCodeIssued:
    request: str
    hash: str
    """PBKDF2 of the code; the code itself was shown to its actor and is kept nowhere."""
    salt: str
    account: str
    expires_at: datetime


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


ApprovalEvent = ApprovalAsked | ApprovalCodeIssued | ApprovalGranted | ApprovalDenied | ApprovalWithdrawn
