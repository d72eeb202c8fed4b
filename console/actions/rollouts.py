"""Driving rollouts: one stage after the other, each only while its gate passes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from warroom.console.actions.runs.occupancy import CONSOLES
from warroom.console.actions.runs.watch import Trouble
from warroom.console.domain import intents as i
from warroom.console.domain.intents import Intent, Refused
from warroom.console.domain.model import Rollout, RolloutPhase, Run, RunState
from warroom.console.domain.watch.gate import GateReading, Move, Readings, next_move, read_gates
from warroom.console.session import Session
from warroom.console.store.errors import StoreError
from warroom.console.store.leases import Held, Lease, Leases, Lost

_LEASE = timedelta(seconds=30)
_RENEW = 10.0
_GRACE = timedelta(seconds=5)
_LOOK_EVERY = 0.5
_GONE = "the console that drove it is gone; resume it here"
_LEFT = "the console that drove it was closed; resume it where somebody watches"

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
        trouble: Trouble,
        pace: float = 1.0,
    ) -> None:
        self._session = session
        self._leases = leases
        self._run_stage = run_stage
        self._readings = readings
        self._clock = clock
        self._trouble = trouble
        self._pace = pace
        self._driving: dict[str, tuple[str, asyncio.Task[None]]] = {}
        self._undriven: dict[tuple[str, str], datetime] = {}
        self._entered: dict[tuple[str, int], float] = {}
        """When a stage was entered, by a clock that nobody sets."""

    async def look(self) -> None:
        """Take up what is this console's to drive, and hold what nobody drives."""
        for name, incident in self._session.picture().incidents.items():
            rollout = incident.rollout
            if rollout is None or rollout.phase is not RolloutPhase.RUNNING or rollout.id in self._driving:
                continue
            if rollout.driver == self._session.by.console:
                self._take_up(name, rollout)
            elif await self._abandoned(rollout):
                gone = i.HoldRollout(rollout=rollout.id, reason=_GONE, driver=rollout.driver)
                await self._dispatch(name, gone)

    async def close(self) -> None:
        """Stop driving, and hold what was driven here."""
        driven = dict(self._driving)
        for _, task in driven.values():
            task.cancel()
        await asyncio.gather(*(task for _, task in driven.values()), return_exceptions=True)
        for rollout, (incident, _) in driven.items():
            try:
                left = i.HoldRollout(rollout=rollout, reason=_LEFT, driver=self._session.by.console)
                await self._dispatch(incident, left)
            except StoreError:
                # Another console finds it without a driver, and holds it.
                continue

    def _take_up(self, incident: str, rollout: Rollout) -> None:
        task = asyncio.create_task(self._drive(incident, rollout.id), name=f"rollout:{rollout.id}")
        self._driving[rollout.id] = incident, task
        task.add_done_callback(lambda done: self._ended(rollout.id, done))

    def _ended(self, rollout: str, task: "asyncio.Task[None]") -> None:
        self._driving.pop(rollout, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            # The next round takes it up again.
            self._trouble(rollout, f"{rollout} could not be driven: {error}")

    async def _abandoned(self, rollout: Rollout) -> bool:
        # Who starts or resumes one takes its lease a moment later, on a busy machine many moments: one look is not
        # enough, and a console that says it is here is not gone.
        key, now = (rollout.id, rollout.driver), self._clock()
        held = [
            *await asyncio.to_thread(self._leases.list, _lease_name(rollout.id)),
            *await asyncio.to_thread(self._leases.list, f"{CONSOLES}{rollout.driver}"),
        ]
        if any(lease.live(now) for lease in held):
            self._undriven.pop(key, None)
            return False
        return now - self._undriven.setdefault(key, now) > _GRACE

    async def _drive(self, incident: str, rollout: str) -> None:
        by = self._session.by
        lease = await asyncio.to_thread(self._leases.take, _lease_name(rollout), by.console, self._clock(), _LEASE)
        if isinstance(lease, Held):
            return
        driving = asyncio.create_task(self._move_on(incident, rollout), name=f"drive:{rollout}")
        try:
            await self._keep(lease, driving)
        finally:
            driving.cancel()
            await asyncio.gather(driving, return_exceptions=True)
            await asyncio.to_thread(self._leases.release, lease)

    async def _keep(self, lease: Lease, driving: "asyncio.Task[None]") -> None:
        """Hold the lease while it is driven, however long a stage's command takes; without it nobody may drive."""
        while True:
            done, _ = await asyncio.wait([driving], timeout=_RENEW)
            if done:
                return driving.result()
            try:
                renewed = await asyncio.to_thread(self._leases.renew, lease, self._clock(), _LEASE)
            except StoreError as error:
                self._trouble(lease.name, f"{lease.name}: {error}")
                continue
            self._trouble(lease.name, "")
            if isinstance(renewed, Lost):
                return None

    async def _move_on(self, incident: str, rollout: str) -> None:
        while (state := self._state(incident, rollout)) is not None:
            try:
                if not await self._step(incident, state):
                    break
                self._trouble(rollout, "")
            except StoreError as error:
                self._trouble(rollout, f"{rollout} waits for the store: {error}")
            await asyncio.sleep(_LOOK_EVERY)
        self._trouble(rollout, "")

    def _state(self, incident: str, rollout: str) -> Rollout | None:
        snapshot = self._session.incident(incident)
        state = snapshot.rollouts.get(rollout) if snapshot else None
        mine = state is not None and state.driver == self._session.by.console
        return state if state is not None and mine and state.phase is RolloutPhase.RUNNING else None

    async def _step(self, incident: str, rollout: Rollout) -> bool:
        """Make one move; whether to go on."""
        now = self._clock()
        since = rollout.stage_at or rollout.started_at
        snapshot = self._session.incident(incident)
        mutes = tuple(snapshot.mutes.values()) if snapshot else ()
        gate = read_gates(rollout.strategy.gate, self._readings(), since, now, mutes)
        move = next_move(rollout, gate, now, self._pace, self._baked(rollout, now))
        await self._say(incident, rollout, gate, move)
        match move.kind:
            case "wait":
                return True
            case "hold":
                return await self._hold(incident, rollout, move.reason)
            case "complete":
                await self._dispatch(incident, i.CompleteRollout(rollout=rollout.id))
                return False
            case "shift":
                return await self._shift(incident, rollout, move.stage)
            case _:
                return False

    async def _shift(self, incident: str, rollout: Rollout, stage: int) -> bool:
        try:
            run = await self._run_stage(incident, rollout, stage)
        except StoreError as error:
            # Whether it was started is not known here, and nothing is started twice by itself.
            return await self._hold(incident, rollout, f"the store failed while a stage was started: {error}")
        if isinstance(run, Refused):
            return await self._hold(incident, rollout, run.reason)
        if run.state is not RunState.SUCCEEDED:
            reason = f"{run.title} has {run.state}" + (f": {run.reason}" if run.reason else "")
            return await self._hold(incident, rollout, reason)
        answer = await self._dispatch(incident, i.EnterStage(rollout=rollout.id, stage=stage, run=run.id))
        self._entered[(rollout.id, stage)] = time.monotonic()
        return not isinstance(answer, Refused)

    def _baked(self, rollout: Rollout, now: datetime) -> timedelta | None:
        """For how long the stage has stood; none: no traffic was shifted yet.

        The time of day is asked once, where another console entered the stage: that it is set, or that the machine
        sleeps, makes no bake shorter after that.
        """
        if rollout.stage_at is None:
            return None
        so_far = max(now - rollout.stage_at, timedelta(0)).total_seconds()
        entered = self._entered.setdefault((rollout.id, rollout.stage), time.monotonic() - so_far)
        return timedelta(seconds=time.monotonic() - entered)

    async def _hold(self, incident: str, rollout: Rollout, reason: str) -> bool:
        """Hold it, as soon as the store can be written; never goes on."""
        while True:
            try:
                hold = i.HoldRollout(rollout=rollout.id, reason=reason, driver=self._session.by.console)
                await self._dispatch(incident, hold)
            except StoreError as error:
                self._trouble(rollout.id, f"{rollout.id} should be held ({reason}): {error}")
                await asyncio.sleep(_LOOK_EVERY)
            else:
                return False

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
