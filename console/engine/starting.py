"""From a yes to a run: what was confirmed is made anew, compared, checked once more, and only then started."""

import asyncio
import secrets
from collections.abc import Mapping

from warroom.console.actions import confirm
from warroom.console.actions.command import Prepared
from warroom.console.actions.conduct import Conductor, Order
from warroom.console.actions.propose import Proposer
from warroom.console.domain import intents as i
from warroom.console.domain.desk import Confirmation, Proposal
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Rollout, Run, RunState
from warroom.console.session import Session


class Starter:
    """Starts runs and rollouts. Lives on the engine's loop."""

    def __init__(self, session: Session, proposer: Proposer, conductor: Conductor) -> None:
        self._session = session
        self._proposer = proposer
        self._conductor = conductor
        self._verifying: set[asyncio.Task[None]] = set()

    async def run(self, proposal: Proposal, confirmation: Confirmation) -> str | Refused:
        """Start what was confirmed, and verify it once it has succeeded; gives the run's id."""
        found = await self._confirmed(proposal.incident, proposal.action, proposal.values, confirmation)
        if isinstance(found, Refused):
            return found
        if proposal.values:
            await asyncio.to_thread(self._keep_names, proposal.incident, proposal.values)
        order = Order(
            incident=proposal.incident,
            prepared=found,
            values=self._values(proposal.incident, proposal.values),
            approved_by=confirmation.approved_by,
        )
        run = await self._conductor.start(order)
        if not isinstance(run, Refused) and found.command.verify:
            self._verify_after(proposal.incident, run, found.command.verify)
        return run

    async def rollout(self, incident: str, strategy: str, confirmation: Confirmation) -> str | Refused:
        """Start a rollout whose first stage was confirmed; gives its id."""
        snapshot = self._session.incident(incident)
        chosen = snapshot.playbook.strategy.get(strategy) if snapshot else None
        if chosen is None:
            return Refused(reason=f"there is no strategy {strategy!r} in this playbook")
        first = {"percent": str(chosen.stage[0].percent)}
        found = await self._confirmed(incident, chosen.action, first, confirmation)
        if isinstance(found, Refused):
            return found
        rollout = f"rollout-{secrets.token_hex(3)}"
        start = i.StartRollout(rollout=rollout, strategy=chosen, values=self._values(incident, {}))
        answer = await asyncio.to_thread(self._session.dispatch, incident, start)
        return answer if isinstance(answer, Refused) else rollout

    async def stage(self, incident: str, rollout: Rollout, stage: int) -> Run | Refused:
        """Run one stage to its end. It was confirmed with the rollout, so nobody is asked, but its guards stand."""
        values = {"percent": str(rollout.strategy.stage[stage].percent)}
        return await self._unasked(incident, rollout.strategy.action, values, rollout.id)

    async def close(self) -> None:
        """Verify nothing more."""
        for task in self._verifying:
            task.cancel()
        await asyncio.gather(*self._verifying, return_exceptions=True)

    async def _confirmed(
        self, incident: str, action: str, values: Mapping[str, str], confirmation: Confirmation
    ) -> Prepared | Refused:
        found = await asyncio.to_thread(self._proposer.propose, incident, action, values)
        if isinstance(found, Refused):
            return found
        fresh, prepared = found
        refusal = confirm.check(prepared.command, confirmation, self._session.by.actor)
        if fresh.refused or refusal is not None:
            return Refused(reason=fresh.refused) if fresh.refused or refusal is None else refusal
        return prepared

    async def _unasked(self, incident: str, action: str, values: Mapping[str, str], rollout: str = "") -> Run | Refused:
        found = await asyncio.to_thread(self._proposer.propose, incident, action, values)
        if isinstance(found, Refused):
            return found
        fresh, prepared = found
        if fresh.refused:
            return Refused(reason=fresh.refused)
        order = Order(incident=incident, prepared=prepared, values=self._values(incident, values), rollout=rollout)
        run = await self._conductor.start(order)
        if isinstance(run, Refused):
            return run
        ended = await self._conductor.finish(incident, run)
        return ended if ended is not None else Refused(reason=f"{run} was lost")

    def _verify_after(self, incident: str, run: str, verify: str) -> None:
        task = asyncio.create_task(self._verify(incident, run, verify), name=f"verify:{run}")
        self._verifying.add(task)
        task.add_done_callback(self._verifying.discard)

    async def _verify(self, incident: str, run: str, verify: str) -> None:
        # Exit status 0 is not proof. A `probe:NAME` proves itself: its verdict is in the log as it turns.
        ended = await self._conductor.finish(incident, run)
        if ended is None or ended.state is not RunState.SUCCEEDED or verify.startswith("probe:"):
            return
        answer = await self._unasked(incident, verify, {})
        if isinstance(answer, Refused):
            note = i.AddNote(text=f"{run} could not be verified by {verify}: {answer.reason}")
            await asyncio.to_thread(self._session.dispatch, incident, note)

    def _keep_names(self, incident: str, values: Mapping[str, str]) -> None:
        snapshot = self._session.incident(incident)
        kept = {name: value for name, value in values.items() if snapshot and name in snapshot.names}
        if kept:
            self._session.dispatch(incident, i.FixNames(names=kept))

    def _values(self, incident: str, given: Mapping[str, str]) -> dict[str, str]:
        snapshot = self._session.incident(incident)
        return {**(snapshot.names if snapshot else {}), **given}
