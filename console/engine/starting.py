"""From a yes to a run: what was confirmed is made anew, compared, checked once more, and only then started."""

import asyncio
import secrets
from collections.abc import Mapping

from warroom.console.actions import confirm
from warroom.console.actions.command import Prepared
from warroom.console.actions.propose import Proposer
from warroom.console.actions.runs.conduct import Conductor, Order
from warroom.console.actions.runs.watch import Trouble
from warroom.console.domain import intents as i
from warroom.console.domain.action import Danger
from warroom.console.domain.desk import Confirmation, Proposal
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Rollout, Run, RunState
from warroom.console.session import Session


class Starter:
    """Starts runs and rollouts. Lives on the engine's loop."""

    def __init__(self, session: Session, proposer: Proposer, conductor: Conductor, trouble: Trouble) -> None:
        self._session = session
        self._proposer = proposer
        self._conductor = conductor
        self._trouble = trouble
        self._proofs: set[str] = set()
        self._verifying: dict[str, asyncio.Task[Run | None]] = {}

    async def run(self, proposal: Proposal, confirmation: Confirmation) -> str | Refused:
        """Start what was confirmed; gives the run's id."""
        found = await self._confirmed(proposal.incident, proposal.action, proposal.values, confirmation)
        if isinstance(found, Refused):
            return found
        if proposal.values:
            await asyncio.to_thread(self._keep_names, proposal.incident, proposal.values)
        order = Order(
            incident=proposal.incident,
            prepared=found,
            values=self._values(proposal.incident, proposal.values),
            approval=confirmation.approval,
        )
        return await self._conductor.start(order)

    def ended(self, incident: str, run: Run) -> None:
        """Prove the outcome of a run whose end this console has recorded: exit status 0 is no proof."""
        verify = self._proposer.verify(incident, run.action)
        proven = run.rollout or run.id in self._proofs or verify.startswith("probe:")
        # A `probe:NAME` proves itself, its verdict is in the log as it turns; a stage of a rollout has its gate.
        if run.state is not RunState.SUCCEEDED or not verify or proven:
            return
        task = asyncio.create_task(self._verify(incident, run, verify), name=f"verify:{run.id}")
        self._verifying[run.id] = task
        task.add_done_callback(lambda done: self._verified(run.id, done))

    async def proof(self, incident: str, run: str) -> Run | None:
        """Wait until a run has ended and is verified; the run that did it, nothing where none did."""
        await self._conductor.finish(incident, run)
        task = self._verifying.get(run)
        if task is None:
            return None
        await asyncio.wait([task])
        return None if task.cancelled() or task.exception() else task.result()

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
        if found.command.danger == Danger.TWO:
            # A word for one run is no word for those that nobody has seen yet.
            return Refused(reason=f"{chosen.title}: each stage would need its own second person; run them one by one")
        rollout = f"rollout-{secrets.token_hex(3)}"
        start = i.StartRollout(rollout=rollout, strategy=chosen, values=self._values(incident, {}))
        answer = await asyncio.to_thread(self._session.dispatch, incident, start)
        return answer if isinstance(answer, Refused) else rollout

    async def stage(self, incident: str, rollout: Rollout, stage: int) -> Run | Refused:
        """Run one stage to its end. It was confirmed with the rollout, so nobody is asked, but its guards stand."""
        values = {"percent": str(rollout.strategy.stage[stage].percent)}
        made = self._made(incident, rollout, values["percent"])
        if made is not None:
            ended = await self._conductor.finish(incident, made.id)
            return ended if ended is not None and not ended.active else Refused(reason=f"{made.id} is still running")
        return await self._unasked(incident, rollout.strategy.action, values, rollout.id)

    async def close(self) -> None:
        """Verify nothing more."""
        for task in self._verifying.values():
            task.cancel()
        await asyncio.gather(*self._verifying.values(), return_exceptions=True)

    async def _confirmed(
        self, incident: str, action: str, values: Mapping[str, str], confirmation: Confirmation
    ) -> Prepared | Refused:
        found = await asyncio.to_thread(self._proposer.propose, incident, action, values)
        if isinstance(found, Refused):
            return found
        fresh, prepared = found
        refusal = confirm.check(prepared.command, confirmation)
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
        if not rollout:
            self._proofs.add(run)
        ended = await self._conductor.finish(incident, run)
        return ended if ended is not None else Refused(reason=f"{run} was lost")

    def _made(self, incident: str, rollout: Rollout, percent: str) -> Run | None:
        """What a console that is gone has left of a stage: it is done, or still being done, and not done again."""
        snapshot = self._session.incident(incident)
        runs = [run for run in snapshot.runs.values() if run.rollout == rollout.id] if snapshot else []
        mine = [run for run in runs if run.values.get("percent") == percent]
        return next((run for run in reversed(mine) if run.active or run.state is RunState.SUCCEEDED), None)

    async def _verify(self, incident: str, run: Run, verify: str) -> Run | None:
        values = await asyncio.to_thread(self._proposer.proof_values, incident, verify, run)
        answer = await self._unasked(incident, verify, values)
        if not isinstance(answer, Refused):
            return answer
        note = i.AddNote(text=f"{run.id} could not be verified by {verify}: {answer.reason}")
        await asyncio.to_thread(self._session.dispatch, incident, note)
        return None

    def _verified(self, run: str, task: "asyncio.Task[Run | None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._trouble(f"verify {run}", f"{run} could not be verified: {error}")

    def _keep_names(self, incident: str, values: Mapping[str, str]) -> None:
        snapshot = self._session.incident(incident)
        kept = {name: value for name, value in values.items() if snapshot and name in snapshot.names}
        if kept:
            self._session.dispatch(incident, i.FixNames(names=kept))

    def _values(self, incident: str, given: Mapping[str, str]) -> dict[str, str]:
        snapshot = self._session.incident(incident)
        return {**(snapshot.names if snapshot else {}), **given}
