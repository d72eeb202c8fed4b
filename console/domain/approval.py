"""Approvals: a second person's word for exactly one run."""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from warroom.console.domain.proposal import Proposal
from warroom.console.domain.text import clean

OPEN_FOR = timedelta(minutes=15)
"""From the question to the run: a word given for now is not kept for later."""
CODE_FOR = timedelta(minutes=2)
"""How long a one-time code can be typed."""
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Letters of a code: none that is taken for another when read aloud."""
CODE_LENGTH = 8
"""31 to the 8th codes, each guess costing `_ROUNDS`: not to be found in two minutes, even by who reads the log."""
TRIES = 5
"""Wrong codes after which those shown so far are void: enough for a slip of the tongue, too few to guess."""
_ROUNDS = 200_000


class ApprovalState(StrEnum):
    """How far a request for approval is."""

    ASKED = "asked"
    GRANTED = "granted"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    USED = "used"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A one-time code that was shown to somebody; the code itself is kept nowhere."""

    hash: str
    salt: str
    by: str
    console: str
    account: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A request to approve one run, and what became of it."""

    id: str
    proposal: Proposal
    by: str
    """Who asks."""
    console: str
    """Where they sit."""
    account: str
    """The account and machine they ask from, `UID@HOST`."""
    asked_at: datetime
    expires_at: datetime
    settled: ApprovalState = ApprovalState.ASKED
    """What happened to it last; `state` knows of time as well."""
    answered_by: str = ""
    """Who granted or denied it."""
    answered_from: str = ""
    """The account and machine they did it from."""
    answered_at: datetime | None = None
    way: str = ""
    """How it was granted: `console` or `code`."""
    why: str = ""
    """Why it was denied."""
    codes: tuple[Code, ...] = ()
    """Shown and not used."""
    tries: int = TRIES
    """Wrong codes that may still be typed."""
    different_accounts: bool = False
    """Who answers must use another account than who asks."""
    run: str = ""
    """The one run it was used for."""

    def state(self, now: datetime) -> ApprovalState:
        """How far it is."""
        waiting = self.settled in (ApprovalState.ASKED, ApprovalState.GRANTED)
        return ApprovalState.EXPIRED if waiting and now >= self.expires_at else self.settled

    def open(self, now: datetime) -> bool:
        """Whether somebody has still to answer."""
        return self.state(now) is ApprovalState.ASKED

    @property
    def same_account(self) -> bool:
        """Both persons used one account of the system: then their names are a convention and no proof."""
        return bool(self.answered_from) and self.answered_from == self.account


def same_person(one: str, other: str) -> bool:
    """Whether two names are taken for one person: what can't be seen, width and case make no other one."""
    return _bare(one) == _bare(other)


def _bare(name: str) -> str:
    seen = "".join(char for char in unicodedata.normalize("NFKC", name) if unicodedata.category(char)[0] != "C")
    return " ".join(clean(seen).replace("\ufffd", "").casefold().split())


def plain_code(code: str) -> str:
    """A code as it was typed or read aloud, without what does not count: case, spaces, dashes."""
    return "".join(char for char in code.upper() if char.isalnum())


def code_hash(code: str, salt: str) -> str:
    """What is kept of a code. Slow on purpose: about a tenth of a second."""
    return hashlib.pbkdf2_hmac("sha256", plain_code(code).encode(), salt.encode(), _ROUNDS).hex()


def open_approvals(approvals: Mapping[str, Approval], now: datetime) -> tuple[Approval, ...]:
    """Those that somebody has to answer, the oldest first."""
    return tuple(one for one in approvals.values() if one.open(now))


def standing(approvals: Mapping[str, Approval], by: str, fingerprint: str, now: datetime) -> Approval | None:
    """The newest request of somebody for exactly this run that is still good for something."""
    found = (
        one
        for one in reversed(tuple(approvals.values()))
        if same_person(one.by, by) and one.proposal.fingerprint == fingerprint
    )
    good = (ApprovalState.ASKED, ApprovalState.GRANTED)
    return next((one for one in found if one.state(now) in good), None)
