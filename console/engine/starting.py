"""From a yes to a run: what was confirmed is made anew, compared, checked once more, and only then started."""

import asyncio
from collections.abc import Mapping

from warroom.console.actions import confirm
from warroom.console.actions.command import Prepared
from warroom.console.actions.frozen_files import changed
from warroom.console.actions.propose import Proposer
from warroom.console.actions.runs.conduct import Conductor, Order
from warroom.console.actions.runs.watch import Trouble
from warroom.console.domain import intents as i
from warroom.console.domain.action import Danger
from warroom.console.domain.desk import Confirmation, Proposal
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import RolloutPhase, Run, RunState
from warroom.console.domain.next_door import moving_next_door
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
        self._beginning: set[asyncio.Task[str | Refused]] = set()

    async def run(self, proposal: Proposal, confirmation: Confirmation) -> str | Refused:
        """Start what was confirmed, once what has to make way for it is stopped; gives the run's id.

        Once begun it is carried through, even if whoever asked goes away.
        """
        task = asyncio.create_task(self._run(proposal, confirmation), name=f"run:{proposal.action}")
        self._beginning.add(task)
        task.add_done_callback(self._beginning.discard)
        return await asyncio.shield(task)

    async def _run(self, proposal: Proposal, confirmation: Confirmation) -> str | Refused:
        found = await self._confirmed(proposal, confirmation)
        if isinstance(found, Refused):
            return found
        if proposal.stops:
            refusal = await self._make_way(proposal)
            # That took a while: what runs is still what was confirmed, or nothing does.
            found = refusal or await self._confirmed(proposal, confirmation)
            if isinstance(found, Refused):
                return found
        if found.command.danger == Danger.TWO and (broken := await asyncio.to_thread(self._session.tampered)):
            words = f"the log was changed by hand ({broken}), so a word in it counts for nothing"
            return Refused(reason=f"{proposal.title}: {words}; see warroom verify")
        await self._hold_next_door(proposal)
        if proposal.values:
            await asyncio.to_thread(self._keep_names, proposal.incident, proposal.values)
        order = Order(
            incident=proposal.incident,
            prepared=found,
            values=self.values(proposal.incident, proposal.values),
            approval=confirmation.approval,
        )
        return await self._conductor.start(order)

    async def _make_way(self, proposal: Proposal) -> Refused | None:
        """Stop what the way back cannot wait for; its rollout first, so that this takes no further step meanwhile."""
        incidents = self._session.picture().incidents
        where = next((one.id for one in incidents.values() if proposal.stops in one.runs), proposal.incident)
        why = _instead(proposal, where)
        rollout = incidents[where].rollout if where in incidents else None
        if rollout is not None and rollout.phase is RolloutPhase.RUNNING:
            hold = i.HoldRollout(rollout=rollout.id, reason=why)
            await asyncio.to_thread(self._session.dispatch, where, hold)
        return await self._conductor.stop_first(where, proposal.stops, why)

    async def _hold_next_door(self, proposal: Proposal) -> None:
        """A rollout of another incident would bring back what is gone back from: it holds until somebody resumes it."""
        incidents = self._session.picture().incidents
        incident = incidents.get(proposal.incident)
        if incident is None or not self._proposer.is_way_back(incident, proposal.action):
            return
        for other, rollout in moving_next_door(incidents, incident, proposal.environment):
            hold = i.HoldRollout(rollout=rollout.id, reason=_instead(proposal, other.id))
            await asyncio.to_thread(self._session.dispatch, other.id, hold)

    def ended(self, incident: str, run: Run) -> None:
        """Prove the outcome of a run whose end this console has recorded: exit status 0 is no proof."""
        verify = self._proposer.verify(incident, run.action)
        proven = run.rollout or run.id in self._proofs or verify.startswith("probe:")
        # A `probe:NAME` proves itself, its verdict is in the log as it turns; of a rollout's stages the gate is asked,
        # or who drives it.
        if run.state is not RunState.SUCCEEDED or not verify or proven:
            return
        task = asyncio.create_task(self.prove(incident, run, verify), name=f"verify:{run.id}")
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

    async def finish(self, incident: str, run: str) -> Run | None:
        """Wait until a run of this host has ended, and give it."""
        return await self._conductor.finish(incident, run)

    async def close(self) -> None:
        """Carry through what was begun, and verify nothing more."""
        await asyncio.gather(*self._beginning, return_exceptions=True)
        for task in self._verifying.values():
            task.cancel()
        await asyncio.gather(*self._verifying.values(), return_exceptions=True)

    @staticmethod
    def refusal(fresh: Proposal, prepared: Prepared, confirmation: Confirmation) -> Refused | None:
        """Why what would run now may not, after this yes; nothing: it may."""
        if fresh.refused:
            return Refused(reason=fresh.refused)
        return confirm.check(prepared.command, confirmation)

    async def _confirmed(self, proposal: Proposal, confirmation: Confirmation) -> Prepared | Refused:
        values = proposal.values
        found = await asyncio.to_thread(
            self._proposer.propose, proposal.incident, proposal.action, values, proposal.stops
        )
        if isinstance(found, Refused):
            return found
        fresh, prepared = found
        refusal = self.refusal(fresh, prepared, confirmation)
        if refusal is None:
            return prepared
        said = "" if fresh.refused else _what_changed(proposal, fresh)
        return Refused(reason=f"{fresh.title}: {said} since you said yes; look at it again") if said else refusal

    async def _unasked(self, incident: str, action: str, values: Mapping[str, str]) -> Run | Refused:
        found = await asyncio.to_thread(self._proposer.propose, incident, action, values)
        if isinstance(found, Refused):
            return found
        fresh, prepared = found
        if prepared.command.danger != Danger.FREE:
            danger = prepared.command.danger
            return Refused(reason=f"{fresh.title} is of class {danger}, and what proves must be free")
        if fresh.refused:
            return Refused(reason=fresh.refused)
        return await self.through(incident, prepared, values)

    async def through(
        self, incident: str, prepared: Prepared, values: Mapping[str, str], rollout: str = ""
    ) -> Run | Refused:
        """Run what nobody has to be asked about any more to its end: a proof, or a stage of a rollout."""
        order = Order(incident=incident, prepared=prepared, values=self.values(incident, values), rollout=rollout)
        run = await self._conductor.start(order)
        if isinstance(run, Refused):
            return run
        if not rollout:
            self._proofs.add(run)
        ended = await self._conductor.finish(incident, run)
        return ended if ended is not None else Refused(reason=f"{run} was lost")

    async def prove(self, incident: str, run: Run, verify: str) -> Run | None:
        """Run what proves the outcome of a run; nothing where that could not be started, which is noted."""
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

    def values(self, incident: str, given: Mapping[str, str]) -> dict[str, str]:
        """What a run is filled with, for the log: the incident's names and what somebody gave."""
        snapshot = self._session.incident(incident)
        return {**(snapshot.names if snapshot else {}), **given}


def _instead(proposal: Proposal, where: str) -> str:
    """Why something of an incident makes way."""
    whose = f" of {proposal.incident}" if where != proposal.incident else ""
    return f"{proposal.title}{whose} takes its place"


def _what_changed(before: Proposal, now: Proposal) -> str:
    """What is not as it was shown, in words; empty: nothing that is told apart."""
    words = [*changed(before.files, now.files), *changed(before.around, now.around)]
    said = [f"{', '.join(words)} changed"] if words else []
    if moved := changed(before.refs, now.refs):
        said.append(f"{', '.join(moved)} moved")
    if before.after != now.after:
        said.append(f"{now.after or before.after} was started")
    return " and ".join(said)
