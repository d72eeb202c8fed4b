"""The fold's part for approvals."""

from dataclasses import replace
from typing import assert_never

from warroom.console.domain import events as e
from warroom.console.domain.approval import TRIES, Approval, ApprovalState, Code
from warroom.console.domain.model import Incident


def evolve_approval(incident: Incident, event: e.ApprovalEvent, recorded: e.Recorded) -> Incident:
    """The snapshot after something happened to a request for approval."""
    if isinstance(event, e.ApprovalAsked):
        return _with(incident, _asked(event, recorded))
    found = incident.approvals[event.request]
    match event:
        case e.ApprovalCodeIssued(hash=digest, salt=salt, account=account, expires_at=expires_at):
            code = Code(
                hash=digest,
                salt=salt,
                by=recorded.actor,
                console=recorded.console,
                account=account,
                expires_at=expires_at,
            )
            return _with(incident, replace(found, codes=(*found.codes, code), tries=TRIES))
        case e.ApprovalCodeRefused(left=left):
            return _with(incident, replace(found, tries=left or TRIES, codes=found.codes if left else ()))
        case e.ApprovalGranted(by=by, account=account, way=way):
            granted = replace(found, settled=ApprovalState.GRANTED, way=way, codes=())
            return _with(incident, _answered(granted, by, account, recorded))
        case e.ApprovalDenied(account=account, why=why):
            denied = replace(found, settled=ApprovalState.DENIED, why=why, codes=())
            return _with(incident, _answered(denied, recorded.actor, account, recorded))
        case e.ApprovalWithdrawn():
            return _with(incident, replace(found, settled=ApprovalState.WITHDRAWN, codes=()))
        case _:
            assert_never(event)


def used(incident: Incident, request: str, run: str) -> Incident:
    """The snapshot after a run has used an approval up."""
    found = incident.approvals.get(request)
    return _with(incident, replace(found, settled=ApprovalState.USED, run=run)) if found else incident


def _asked(event: e.ApprovalAsked, recorded: e.Recorded) -> Approval:
    return Approval(
        id=event.request,
        proposal=event.proposal,
        by=recorded.actor,
        console=recorded.console,
        account=event.account,
        asked_at=recorded.at,
        expires_at=event.expires_at,
        different_accounts=event.different_accounts,
    )


def _answered(approval: Approval, by: str, account: str, recorded: e.Recorded) -> Approval:
    return replace(approval, answered_by=by, answered_from=account, answered_at=recorded.at)


def _with(incident: Incident, approval: Approval) -> Incident:
    return replace(incident, approvals={**incident.approvals, approval.id: approval})
