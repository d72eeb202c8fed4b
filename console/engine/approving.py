"""Asking a second person: what is put to them is made anew here, so that nobody approves what would not run."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime

from warroom.console.actions.propose import Proposer
from warroom.console.domain import intents as i
from warroom.console.domain.approval import standing
from warroom.console.domain.desk import Proposal
from warroom.console.domain.intents import Refused
from warroom.console.session import Session


class Approver:
    """Puts proposals to a second person. Lives on the engine's loop."""

    def __init__(
        self,
        session: Session,
        proposer: Proposer,
        account: str,
        clock: Callable[[], datetime],
        *,
        strict: bool = False,
    ) -> None:
        """`account`: the account and machine of this console, `UID@HOST`; `strict`: who answers must use another."""
        self._session = session
        self._proposer = proposer
        self._account = account
        self._clock = clock
        self._strict = strict

    async def ask(self, proposal: Proposal) -> str | Refused:
        """Ask for exactly this; gives the request's id, also of one that is still open or granted."""
        incident = proposal.incident
        found = await asyncio.to_thread(self._proposer.propose, incident, proposal.action, proposal.values)
        if isinstance(found, Refused):
            return found
        fresh = found[0]
        if fresh.fingerprint != proposal.fingerprint:
            return Refused(reason=f"{fresh.title}: something changed since you looked; look at it again")
        request = f"approval-{secrets.token_hex(2)}"
        intent = i.RequestApproval(
            request=request, proposal=fresh, account=self._account, different_accounts=self._strict
        )
        answer = await asyncio.to_thread(self._session.dispatch, incident, intent)
        if isinstance(answer, Refused):
            return answer
        return request if answer else self._standing(fresh, request)

    def _standing(self, fresh: Proposal, otherwise: str) -> str:
        snapshot = self._session.incident(fresh.incident)
        known = snapshot.approvals if snapshot else {}
        found = standing(known, self._session.by.actor, fresh.fingerprint, self._clock())
        return found.id if found else otherwise
