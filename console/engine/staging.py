"""Rollouts at the machine: what is confirmed is the command of every stage, and a stage runs that or nothing."""

import asyncio
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta

from warroom.console.actions.command import Prepared
from warroom.console.actions.propose import Proposer
from warroom.console.domain import intents as i
from warroom.console.domain.action import Danger
from warroom.console.domain.desk import Confirmation, Proposal
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident, Rollout, Run, RunState
from warroom.console.domain.strategy import Strategy
from warroom.console.engine.starting import Starter
from warroom.console.session import Session

CHANGED = (
    "what this stage would run is not what was confirmed: another command, program, release or place. Resume it where "
    "that is as it was, or give it up and start anew"
)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A rollout as it would go: its strategy, and each stage made ready."""

    strategy: Strategy
    stages: tuple[tuple[Proposal, Prepared], ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256 over every stage's command, and over shares, times and gates: a yes is to all of them."""
        frozen = [asdict(self.strategy), [prepared.command.fingerprint for _, prepared in self.stages]]
        text = json.dumps(frozen, sort_keys=True, separators=(",", ":"), default=timedelta.total_seconds)
        return hashlib.sha256(text.encode()).hexdigest()


class Stager:
    """Proposes and starts rollouts, and runs their stages. Lives on the engine's loop."""

    def __init__(self, session: Session, proposer: Proposer, starter: Starter) -> None:
        self._session = session
        self._proposer = proposer
        self._starter = starter

    async def propose(self, incident: str, strategy: str) -> Proposal | Refused:
        """The first stage for somebody to confirm, with the commands of those that follow."""
        found = await asyncio.to_thread(self._stages, incident, strategy)
        if isinstance(found, Refused):
            return found
        (first, _), *later = found.stages
        shown = tuple(
            f"{stage.percent} %: {prepared.command.shown()}"
            for stage, (_, prepared) in zip(found.strategy.stage[1:], later, strict=True)
        )
        return replace(first, stages=shown, fingerprint=found.fingerprint)

    async def start(self, incident: str, strategy: str, confirmation: Confirmation) -> str | Refused:
        """Start a rollout whose stages were confirmed; gives its id."""
        found = await asyncio.to_thread(self._stages, incident, strategy)
        if isinstance(found, Refused):
            return found
        first, prepared = found.stages[0]
        if confirmation.fingerprint != found.fingerprint:
            return Refused(reason=f"{first.title}: something changed since you said yes; look at it again")
        said = replace(confirmation, fingerprint=prepared.command.fingerprint)
        if (refusal := self._starter.refusal(first, prepared, said)) is not None:
            return refusal
        rollout = f"rollout-{secrets.token_hex(3)}"
        prints = tuple(one.command.stage_print for _, one in found.stages)
        start = i.StartRollout(
            rollout=rollout, strategy=found.strategy, values=self._starter.values(incident, {}), prints=prints
        )
        answer = await asyncio.to_thread(self._session.dispatch, incident, start)
        return answer if isinstance(answer, Refused) else rollout

    async def run(self, incident: str, rollout: Rollout, stage: int) -> Run | Refused:
        """Run one stage to its end. It was confirmed with the rollout, so nobody is asked, but its guards stand."""
        percent = str(rollout.strategy.stage[stage].percent)
        made = self._made(incident, rollout, percent)
        if made is not None and made.state is RunState.LOST:
            return Refused(reason=f"the outcome of {made.id} is unknown: settle it first, then resume")
        ended: Run | Refused
        if made is not None:
            known = await self._starter.finish(incident, made.id)
            ended = known if known is not None and not known.active else Refused(reason=f"{made.id} is still running")
        else:
            ended = await self._anew(incident, rollout, stage)
        if isinstance(ended, Refused) or ended.state is not RunState.SUCCEEDED:
            return ended
        return await self._proven(incident, rollout, stage, ended)

    async def _anew(self, incident: str, rollout: Rollout, stage: int) -> Run | Refused:
        percent = rollout.strategy.stage[stage].percent
        found = await asyncio.to_thread(self._stage, incident, rollout.strategy, percent)
        if isinstance(found, Refused):
            return found
        fresh, prepared = found
        if fresh.refused:
            return Refused(reason=fresh.refused)
        if rollout.prints and prepared.command.stage_print != rollout.prints[stage]:
            return Refused(reason=CHANGED)
        return await self._starter.through(incident, prepared, {**fresh.values, "percent": str(percent)}, rollout.id)

    async def _proven(self, incident: str, rollout: Rollout, stage: int, run: Run) -> Run | Refused:
        """Where no gate answers for the last stage, what proves its action does: exit status 0 is no proof."""
        last = stage + 1 == len(rollout.strategy.stage)
        verify = self._proposer.verify(incident, run.action)
        if not last or rollout.strategy.gate or not verify or verify.startswith("probe:"):
            return run
        proof = await self._starter.prove(incident, run, verify)
        if proof is None or proof.state is not RunState.SUCCEEDED:
            return Refused(reason=f"{run.title} succeeded, and {verify} did not prove it")
        return run

    def _chosen(self, incident: str, strategy: str) -> Strategy | Refused:
        snapshot = self._session.incident(incident)
        chosen = snapshot.playbook.strategy.get(strategy) if snapshot else None
        return chosen or Refused(reason=f"there is no strategy {strategy!r} in this playbook")

    def _stages(self, incident: str, strategy: str) -> "_Plan | Refused":
        chosen = self._chosen(incident, strategy)
        if isinstance(chosen, Refused):
            return chosen
        stages = []
        for stage in chosen.stage:
            found = self._stage(incident, chosen, stage.percent)
            if isinstance(found, Refused):
                return found
            if found[1].command.danger == Danger.TWO:
                return Refused(reason=_class_two(chosen))
            stages.append(found)
        return _Plan(chosen, tuple(stages))

    def _stage(self, incident: str, strategy: Strategy, percent: int) -> tuple[Proposal, Prepared] | Refused:
        snapshot = self._session.incident(incident)
        values = self._given(snapshot, strategy, percent) if snapshot else {}
        return self._proposer.propose(incident, strategy.action, values)

    def _given(self, snapshot: Incident, strategy: Strategy, percent: int) -> Mapping[str, str]:
        # What goes by machines, or all at once, takes no share.
        action = self._proposer.actions(snapshot).get(strategy.action)
        return {"percent": str(percent)} if action is not None and "percent" in action.parameters else {}

    def _made(self, incident: str, rollout: Rollout, percent: str) -> Run | None:
        """What a console that is gone has left of a stage: done, still being done, or unknown; not done again."""
        snapshot = self._session.incident(incident)
        runs = [run for run in snapshot.runs.values() if run.rollout == rollout.id] if snapshot else []
        mine = [run for run in runs if run.values.get("percent") == percent]
        known = (RunState.SUCCEEDED, RunState.LOST)
        return next((run for run in reversed(mine) if run.active or run.state in known), None)


def _class_two(strategy: Strategy) -> str:
    # A word for one run is no word for those that nobody has seen yet.
    return (
        f"{strategy.title}: {strategy.action} asks for a second person at each run, and a rollout goes on by itself; "
        f"run {strategy.action} stage by stage instead, each with its own approval"
    )
