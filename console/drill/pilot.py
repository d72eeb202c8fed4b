"""The autopilot: a good commander, who works a drill through the same desk that people sit at."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from warroom.console.domain import intents as i
from warroom.console.domain.applying import steps_of
from warroom.console.domain.checklist import current_phase, settled
from warroom.console.domain.desk import Confirmation, Desk
from warroom.console.domain.intents import Intent, Refused
from warroom.console.domain.model import Incident, RolloutPhase, Run, RunState
from warroom.console.domain.playbook import Step
from warroom.console.domain.time.clocks import read_clocks
from warroom.console.domain.watch.verdict import Status
from warroom.console.session import utc_now

_LOOK_EVERY = 0.1


class DrillFailed(Exception):
    """The drill can't go on; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What the pilot knows beforehand, as a commander knows the service."""

    title: str
    level: str
    alarm: str
    """The probe whose failing is the alert."""
    impact_at: datetime
    facts: Mapping[str, str]
    """What messages need: affected, impact, cause, fix …"""
    observations: Mapping[str, str]
    """What a person would see at a step, by the step's key."""
    good: str
    """The release to go back to."""


class Hands(Desk, Protocol):
    """A desk that also tells when the outcome of a run was verified."""

    async def proof(self, incident: str, run: str) -> Run | None:
        """Wait until a run has ended and is verified; the run that did it, nothing where none did."""
        ...


class Pilot:
    """Plays one incident from the alert to the close. Every wait is for a condition, with a limit."""

    def __init__(self, desk: Hands, script: Script, *, patience: float, pause: float = 0.0) -> None:
        """`patience`: seconds any one thing may take; `pause`: seconds between two deeds, for an audience."""
        self._desk = desk
        self._script = script
        self._patience = patience
        self._pause = pause
        self._name = ""

    async def play(self) -> str:
        """Play it through; gives the incident's id.

        Raises:
            DrillFailed: something was refused, failed, or took longer than the patience.
        """
        await self._until(f"{self._script.alarm} to fail", self._alarmed)
        await self._declare()
        await self._stop_the_pain()
        await self._decide()
        for phase in ("prepare", "test", "deploy", "verify"):
            await self._work(phase)
        await self._do(i.Resolve(summary=self._script.facts["fix"]))
        await self._work("after")
        await self._until("the watch to be over", self._watched, patience=self._patience * 10)
        return self._name

    async def close(self) -> None:
        """End it, once the post-mortem is written."""
        await self._do(i.Close(note="drill over"))

    async def sign(self, document: str, text: str, checkpoint: str) -> None:
        """Sign a document, with the log's head as it stands."""
        await self._do(i.SignDocument(document=document, text=text, checkpoint=checkpoint))

    async def _declare(self) -> None:
        script = self._script
        impact = script.impact_at.astimezone(UTC).isoformat()
        answer = await self._desk.declare(script.title, script.level, impact_at=impact)
        if isinstance(answer, Refused):
            raise DrillFailed(f"declaring was refused: {answer.reason}")
        self._name = answer
        await self._until("the incident to appear", lambda: self._name in self._desk.view().incidents)
        for name, value in script.facts.items():
            await self._do(i.LearnFact(name=name, value=value))
        await self._do(i.Acknowledge())

    async def _stop_the_pain(self) -> None:
        """Look, tell people, and go back to the good release while the fix is being made."""
        phase = current_phase(self._incident)
        for step in steps_of(self._incident, phase) if phase else ():
            if not step.ticked_by:
                await self._tick(step)
            elif step.ticked_by.startswith("message:"):
                await self._send(step.ticked_by.partition(":")[2])
        for look in ("changes", "logs"):
            if look in self._buttons():
                await self._run(look)
        await self._run("rollback")
        await self._until(f"{self._script.alarm} to be ok", lambda: not self._alarmed() and self._known())
        await self._do(i.Mitigate(how=f"rolled back to {self._script.good}"))

    async def _decide(self) -> None:
        view = self._desk.view()
        panels = tuple(f"{probe.name} {probe.health.status}" for probe in view.probes)
        await self._do(
            i.Decide(
                choice="hotfix",
                why="the rollback stopped the pain; the fix must ship before the sale and can't wait for a release",
                rule="needs-hotfix",
                refused={"wait": "the sale begins in three hours", "rollback": "done, and it only buys time"},
                panels=panels,
            )
        )

    async def _work(self, phase: str) -> None:
        """Do every step of a phase in order: press its button, send its message, wait for its evidence, or look."""
        if self._incident.phase != phase:
            await self._do(i.EnterPhase(phase=phase))
        found = current_phase(self._incident)
        for step in steps_of(self._incident, found) if found else ():
            if step.required and not settled(self._incident, step):
                await self._settle(step)

    async def _settle(self, step: Step) -> None:
        kind, _, key = step.ticked_by.partition(":")
        match kind:
            case "action":
                await self._run(key)
            case "message":
                await self._send(key)
            case "rollout":
                await self._ramp()
            case "git":
                if step.action:
                    await self._run(step.action)
                await self._until(f"git to show {key}", lambda: settled(self._incident, step))
            case "role":
                await self._until(f"{step.key} to be proven", lambda: settled(self._incident, step))
            case _:
                await self._tick(step)
        if not settled(self._incident, step):
            await self._until(f"{step.key} to be ticked", lambda: settled(self._incident, step))

    async def _tick(self, step: Step) -> None:
        await self._do(i.Tick(step=step.key, note=self._script.observations.get(step.key, "")))

    async def _send(self, message: str) -> None:
        letter = await self._desk.draft(self._name, message)
        if isinstance(letter, Refused):
            raise DrillFailed(f"{message} was refused: {letter.reason}")
        if letter.blanks or letter.objection:
            raise DrillFailed(
                f"{message} can't go out: {letter.objection or 'nobody said ' + ', '.join(letter.blanks)}"
            )
        await self._do(i.SendMessage(message=message, audience=letter.audience, channel="read aloud", text=letter.body))

    async def _run(self, action: str) -> Run:
        """Press a button, read what it says, say yes, and see it end well."""
        proposal = await self._desk.propose(self._name, action, {})
        if isinstance(proposal, Refused) or proposal.refused:
            raise DrillFailed(
                f"{action} was refused: {proposal.reason if isinstance(proposal, Refused) else proposal.refused}"
            )
        yes = Confirmation(fingerprint=proposal.fingerprint, typed=proposal.target)
        started = await self._desk.run(proposal, yes)
        if isinstance(started, Refused):
            raise DrillFailed(f"{action} was refused: {started.reason}")
        await self._until(f"{action} to end", lambda: self._ended(started))
        run = self._incident.runs[started]
        if run.state is not RunState.SUCCEEDED:
            raise DrillFailed(f"{action} has {run.state}: {run.reason or run.tail.strip()[-500:]}")
        proof = await self._desk.proof(self._name, started)
        if proof is not None and proof.state is not RunState.SUCCEEDED:
            raise DrillFailed(f"{action} succeeded, and {proof.action} has {proof.state}: {proof.tail.strip()[-500:]}")
        return run

    def _ended(self, run: str) -> bool:
        known = self._incident.runs.get(run)
        return known is not None and not known.active

    async def _ramp(self) -> None:
        strategy = next(iter(self._incident.playbook.strategy))
        proposal = await self._desk.propose_rollout(self._name, strategy)
        reason = proposal.reason if isinstance(proposal, Refused) else proposal.refused
        if isinstance(proposal, Refused) or reason:
            raise DrillFailed(f"the ramp was refused: {reason}")
        yes = Confirmation(fingerprint=proposal.fingerprint, typed=proposal.target)
        started = await self._desk.rollout(self._name, strategy, yes)
        if isinstance(started, Refused):
            raise DrillFailed(f"the ramp was refused: {started.reason}")
        await self._until("the ramp to be complete", lambda: self._ramped(started), patience=self._patience * 10)

    def _ramped(self, rollout: str) -> bool:
        known = self._incident.rollouts.get(rollout)
        if known is not None and known.phase in (RolloutPhase.HELD, RolloutPhase.ABORTED):
            raise DrillFailed(f"the ramp is {known.phase} at {known.percent} %: {known.reason}")
        return known is not None and known.phase is RolloutPhase.DONE

    async def _do(self, intent: Intent) -> None:
        answer = await self._desk.dispatch(self._name, intent)
        if isinstance(answer, Refused):
            raise DrillFailed(f"{type(intent).__name__} was refused: {answer.reason}")
        if self._pause:
            await asyncio.sleep(self._pause)
        reached = answer[-1].version if answer else 0
        await self._until("the room to follow", lambda: self._incident.version >= reached)

    async def _until(self, what: str, holds: Callable[[], bool], patience: float | None = None) -> None:
        limit = patience or self._patience
        loop = asyncio.get_running_loop()
        end = loop.time() + limit
        while not holds():
            if loop.time() > end:
                raise DrillFailed(f"waited {limit:.0f} s for {what}, in vain")
            await asyncio.sleep(_LOOK_EVERY)

    @property
    def _incident(self) -> Incident:
        return self._desk.view().incidents[self._name]

    def _buttons(self) -> tuple[str, ...]:
        return tuple(button.action for button in self._desk.view().buttons.get(self._name, ()))

    def _watched(self) -> bool:
        return all(clock.stopped for clock in read_clocks(self._incident, utc_now()) if clock.kind == "window")

    def _alarmed(self) -> bool:
        return any(
            probe.name == self._script.alarm and probe.health.status is Status.FAILING
            for probe in self._desk.view().probes
        )

    def _known(self) -> bool:
        return any(
            probe.name == self._script.alarm and probe.health.status is Status.OK for probe in self._desk.view().probes
        )
