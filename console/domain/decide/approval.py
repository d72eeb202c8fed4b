"""Deciding about approvals: who may give one, for what, and which one a run may use."""

from datetime import datetime
from hmac import compare_digest
from typing import assert_never

from warroom.console.domain import events as e
from warroom.console.domain import intents as i
from warroom.console.domain.approval import (
    CODE_FOR,
    OPEN_FOR,
    Approval,
    ApprovalState,
    code_hash,
    same_person,
    standing,
)
from warroom.console.domain.intents import By, Refused
from warroom.console.domain.model import Incident

Answer = tuple[e.Event, ...] | Refused


def decide_approval(incident: Incident, intent: i.ApprovalIntent, at: datetime, by: By) -> Answer:
    """The events of a request's life, or why not."""
    if isinstance(intent, i.RequestApproval):
        return _ask(incident, intent, at, by)
    found = incident.approvals.get(intent.request)
    if found is None:
        return Refused(reason=f"there is no request {intent.request} in {incident.id}")
    match intent:
        case i.WithdrawApproval():
            return _withdraw(found, at, by)
        case i.RedeemCode():
            return _redeem(found, intent, at, by)
        case i.IssueCode() | i.GrantApproval() | i.DenyApproval():
            refusal = _closed(found, at) or _not_a_second_person(found, by)
            return refusal or _answer(found, intent, at, by)
        case _:
            assert_never(intent)


def _ask(incident: Incident, intent: i.RequestApproval, at: datetime, by: By) -> Answer:
    proposal = intent.proposal
    if intent.request in incident.approvals:
        return Refused(reason=f"{intent.request} was asked for already")
    if proposal.incident != incident.id or proposal.danger != "two" or not proposal.target.strip():
        return Refused(reason=f"{proposal.title} on {incident.id} is nothing that a second person approves")
    if not incident.conn or incident.conn != by.actor:
        return Refused(reason=f"{incident.conn or 'nobody'} has the conn; only its holder can run this")
    if proposal.refused:
        return Refused(reason=proposal.refused)
    # Asking twice is asking once: the others must not have to choose between two of the same.
    if standing(incident.approvals, by.actor, proposal.fingerprint, at) is not None:
        return ()
    asked = e.ApprovalAsked(
        request=intent.request,
        proposal=proposal,
        account=intent.account,
        expires_at=at + OPEN_FOR,
        different_accounts=intent.different_accounts,
    )
    return (asked,)


def _answer(found: Approval, intent: i.IssueCode | i.GrantApproval | i.DenyApproval, at: datetime, by: By) -> Answer:
    # Anybody may say no, from wherever they are.
    if not isinstance(intent, i.DenyApproval) and (refusal := _one_account(found, intent)) is not None:
        return refusal
    match intent:
        case i.IssueCode(request=request, hash=digest, salt=salt, account=account):
            expires = min(at + CODE_FOR, found.expires_at)
            return (e.ApprovalCodeIssued(request=request, hash=digest, salt=salt, account=account, expires_at=expires),)
        case i.GrantApproval(request=request, typed=typed, account=account):
            if typed.strip() != found.proposal.target:
                return Refused(reason=f"the target is {found.proposal.target!r}, not {typed.strip()!r}")
            return (e.ApprovalGranted(request=request, by=by.actor, account=account, way="console"),)
        case i.DenyApproval(request=request, account=account, why=why):
            return (e.ApprovalDenied(request=request, account=account, why=why),)
        case _:
            assert_never(intent)


def _one_account(found: Approval, intent: i.IssueCode | i.GrantApproval) -> Refused | None:
    asked_for = found.different_accounts or intent.different_accounts
    if not asked_for or intent.account != found.account:
        return None
    return Refused(
        reason=f"{found.account} asked for it, and the approval must come from another account: log in with your own"
    )


def _redeem(found: Approval, intent: i.RedeemCode, at: datetime, by: By) -> Answer:
    if (refusal := _closed(found, at)) is not None:
        return refusal
    if not same_person(by.actor, found.by):
        return Refused(reason=f"{found.by} asked; the code is typed where the question stands")
    shown = [one for one in found.codes if at < one.expires_at and not same_person(one.by, found.by)]
    mine = next((one for one in shown if compare_digest(one.hash, code_hash(intent.code, one.salt))), None)
    if mine is None:
        return _no_code(found, intent, bool(shown))
    return (e.ApprovalGranted(request=found.id, by=mine.by, account=mine.account, way="code"),)


def _no_code(found: Approval, intent: i.RedeemCode, shown: bool) -> Refused:
    """Refused, and where a code was to be guessed it is noted that somebody tried."""
    anew = f"warroom approve {found.proposal.incident} {found.id}"
    if not shown:
        late = "that code is too old" if found.codes else "no code was shown, or those shown are void"
        return Refused(reason=f"{late}; a new one: {anew}")
    left = found.tries - 1
    noted = e.ApprovalCodeRefused(request=found.id, account=intent.account, left=left)
    more = f"{left} more {'try' if left == 1 else 'tries'}" if left else f"it is void now; a new one: {anew}"
    return Refused(reason=f"that is not the code; {more}", noted=(noted,))


def _withdraw(found: Approval, at: datetime, by: By) -> Answer:
    if not same_person(by.actor, found.by):
        return Refused(reason=f"{found.by} asked; only they take it back")
    good = (ApprovalState.ASKED, ApprovalState.GRANTED)
    return (e.ApprovalWithdrawn(request=found.id),) if found.state(at) in good else ()


def _not_a_second_person(found: Approval, by: By) -> Refused | None:
    if same_person(by.actor, found.by):
        return Refused(reason=f"{found.by} asked for it, so somebody else must answer")
    if by.console == found.console:
        return Refused(reason="it was asked here: answer from another console, or by a code from your own login")
    return None


def _closed(found: Approval, at: datetime) -> Refused | None:
    match found.state(at):
        case ApprovalState.ASKED:
            return None
        case ApprovalState.EXPIRED:
            return Refused(reason=f"{found.id} has expired; it must be asked for anew")
        case ApprovalState.WITHDRAWN:
            return Refused(reason=f"{found.by} took {found.id} back")
        case ApprovalState.USED:
            return Refused(reason=f"{found.id} was used by {found.run}")
        case ApprovalState.GRANTED | ApprovalState.DENIED:
            return Refused(reason=f"{found.answered_by} has {found.settled} {found.id} already")
        case other:
            assert_never(other)


def usable(incident: Incident, request: str, fingerprint: str, at: datetime, by: By) -> Approval | Refused:
    """The approval that lets `by` run exactly this once, or why there is none."""
    found = incident.approvals.get(request)
    if found is None:
        return Refused(reason="a second person must approve it")
    if not same_person(found.by, by.actor):
        return Refused(reason=f"{found.id} was asked for by {found.by}; it is good for nobody else")
    if found.proposal.fingerprint != fingerprint:
        return Refused(reason=f"something changed since {found.id} was asked for; ask again")
    if found.state(at) is ApprovalState.ASKED:
        return Refused(reason=f"nobody has answered {found.id} yet")
    if found.state(at) is not ApprovalState.GRANTED:
        return _closed(found, at) or Refused(reason=f"{found.id} is not granted")
    # The log may have been written by a console that did not look.
    if same_person(found.answered_by, by.actor):
        return Refused(reason=f"{found.by} asked for it, so somebody else must approve it")
    if found.different_accounts and found.same_account:
        return Refused(reason=f"{found.id} was granted from {found.account} itself; it takes another account")
    return found
