"""What somebody wants of a second person's approval."""

from dataclasses import dataclass

from warroom.console.domain.proposal import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestApproval:
    """Ask a second person to approve exactly this run."""

    request: str
    proposal: Proposal
    account: str
    different_accounts: bool = False
    """Who answers must use another account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCode:
    """Approve by a one-time code, which its hash stands for; who issues it must be a second person."""

    request: str
    hash: str
    salt: str
    account: str
    different_accounts: bool = False
    """The rule where it is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemCode:
    """Type the code that a second person was shown."""

    request: str
    code: str
    account: str = ""
    """Account and machine it is typed at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantApproval:
    """Approve from a console of one's own, by typing the target's name."""

    request: str
    typed: str
    account: str
    different_accounts: bool = False
    """The rule where it is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DenyApproval:
    """Say no."""

    request: str
    account: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawApproval:
    """Take one's own request back, granted or not."""

    request: str


ApprovalIntent = RequestApproval | IssueCode | RedeemCode | GrantApproval | DenyApproval | WithdrawApproval
