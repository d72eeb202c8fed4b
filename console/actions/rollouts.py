"""Driving rollouts: one stage after the other, each only while its gate passes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from warroom.console.domain import intents as i
from warroom.console.domain.gate import GateReading, Move, Readings, next_move, read_gates
from warroom.console.domain.intents import Intent, Refused
from warroom.console.domain.model import Rollout, RolloutPhase, Run, RunState
from warroom.console.session import Session
from warroom.console.store.leases import Held, Lease, Leases, Lost

_LEASE = timedelta(seconds=30)
_LOOK_EVERY = 0.5

StageRun = Callable[[str, Rollout, int], Awaitable[Run | Refused]]
"""Runs a rollout's action for a stage to its end: incident, rollout, stage."""


class Driver:
    """Drives the rollouts this console started or resumed, and holds those whose console is gone."""

    def __init__(
        self,
        session: Session,
        leases: Leases,
        *,
        run_stage: StageRun,
        readings: Callable[[], Mapping[str, Readings]],
        clock: Callable[[], datetime],
        pace: float = 1.0,
    ) -> None:
        self._session = session
        self._leases = leases
        self._run_stage = run_stage
        self._readings = readings
        self._clock = clock
        self._pace = pace
        self._driving: dict[str, asyncio.Task[None]] = {}

    async def look(self) -> None:
        """Take up what is this console's to drive, and hold what nobody drives."""
        for name, incident in self._session.picture().incidents.items():
            rollout = incident.rollout
            if rollout is None or rollout.phase is not RolloutPhase.RUNNING or rollout.id in self._driving:
                continue
            if rollout.driver == self._session.by.console:
                self._take_up(name, rollout)
            elif not await self._driven(rollout):
                await self._dispatch(
                    name, i.HoldRollout(rollout=rollout.id, reason="the console that drove it is gone; resume it here")
                )

    async def close(self) -> None:
        """Stop driving; another console finds the rollout without a driver and holds it."""
        tasks = list(self._driving.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _take_up(self, incident: str, rollout: Rollout) -> None:
        task = asyncio.create_task(self._drive(incident, rollout.id), name=f"rollout:{rollout.id}")
        self._driving[rollout.id] = task
        task.add_done_callback(lambda _: self._driving.pop(rollout.id, None))

    async def _driven(self, rollout: Rollout) -> bool:
        now = self._clock()
        if now - rollout.started_at < _LEASE:
            return True
        held = await asyncio.to_thread(self._leases.list, _lease_name(rollout.id))
        return any(lease.live(now) for lease in held)

    async def _drive(self, incident: str, rollout: str) -> None:
        by = self._session.by
        lease = await asyncio.to_thread(self._leases.take, _lease_name(rollout), by.console, self._clock(), _LEASE)
        if isinstance(lease, Held):
            return
        try:
            while (state := self._state(incident, rollout)) is not None:
                if not await self._step(incident, state):
                    break
                renewed = await asyncio.to_thread(self._leases.renew, lease, self._clock(), _LEASE)
                if isinstance(renewed, Lost):
                    break
                lease = renewed
                await asyncio.sleep(_LOOK_EVERY)
        finally:
            if isinstance(lease, Lease):
                await asyncio.to_thread(self._leases.release, lease)

    def _state(self, incident: str, rollout: str) -> Rollout | None:
        snapshot = self._session.incident(incident)
        state = snapshot.rollouts.get(rollout) if snapshot else None
        return state if state is not None and state.phase is RolloutPhase.RUNNING else None

    async def _step(self, incident: str, rollout: Rollout) -> bool:
        """Make one move; whether to go on."""
        now = self._clock()
        since = rollout.stage_at or rollout.started_at
        gate = read_gates(rollout.strategy.gate, self._readings(), since, now)
        move = next_move(rollout, gate, now, self._pace)
        await self._say(incident, rollout, gate, move)
        match move.kind:
            case "wait":
                return True
            case "hold":
                await self._dispatch(incident, i.HoldRollout(rollout=rollout.id, reason=move.reason))
                return False
            case "complete":
                await self._dispatch(incident, i.CompleteRollout(rollout=rollout.id))
                return False
            case "shift":
                return await self._shift(incident, rollout, move.stage)
            case _:
                return False

    async def _shift(self, incident: str, rollout: Rollout, stage: int) -> bool:
        run = await self._run_stage(incident, rollout, stage)
        if isinstance(run, Refused):
            await self._dispatch(incident, i.HoldRollout(rollout=rollout.id, reason=run.reason))
            return False
        if run.state is not RunState.SUCCEEDED:
            reason = f"{run.title} has {run.state}" + (f": {run.reason}" if run.reason else "")
            await self._dispatch(incident, i.HoldRollout(rollout=rollout.id, reason=reason))
            return False
        answer = await self._dispatch(incident, i.EnterStage(rollout=rollout.id, stage=stage, run=run.id))
        return not isinstance(answer, Refused)

    async def _say(self, incident: str, rollout: Rollout, gate: GateReading, move: Move) -> None:
        # Ages and counts change with every look: the log gets a line when the verdict turns and when it decides.
        if rollout.stage < 0:
            return
        last = next((seen for seen in reversed(rollout.gates) if seen.stage == rollout.stage), None)
        if last is None or last.verdict != gate.verdict or move.kind in ("shift", "complete"):
            await self._dispatch(
                incident,
                i.ReadGate(rollout=rollout.id, stage=rollout.stage, verdict=gate.verdict, reason=gate.reason),
            )

    async def _dispatch(self, incident: str, intent: Intent) -> object:
        return await asyncio.to_thread(self._session.dispatch, incident, intent)


def _lease_name(rollout: str) -> str:
    return f"rollout/{rollout}"
