"""Conducting runs: from a confirmed command to a recorded end, also for runs that another console left behind.

The run is written down and locked, the intent goes into the log, and only then the process starts; the end comes from
the supervisor's own file. A console that goes away in between loses nothing: the run goes on, or certainly never
began, and any console on the same host that opens the store records which.
"""

import asyncio
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from warroom.console.actions.command import Prepared
from warroom.console.actions.runs import stopping
from warroom.console.actions.runs.occupancy import Hold, Occupancy
from warroom.console.actions.runs.runner import RunDir, Runner
from warroom.console.actions.runs.watch import Ended, Room, RunWatch, Trouble
from warroom.console.domain import intents as i
from warroom.console.domain.events import Recorded
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Run
from warroom.console.session import Session
from warroom.console.store.errors import StoreError
from warroom.console.store.leases import Leases


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A run that was confirmed."""

    incident: str
    prepared: Prepared
    values: Mapping[str, str] = field(default_factory=dict)
    rollout: str = ""
    approval: str = ""
    """The second person's, by its id."""


class Conductor:
    """Starts runs and watches every active run of this host. Lives on the engine's loop."""

    def __init__(
        self,
        session: Session,
        runner: Runner,
        leases: Leases,
        *,
        service: str,
        host: str,
        clock: Callable[[], datetime],
        trouble: Trouble,
        ended: Ended,
        masked: tuple[str, ...] = (),
    ) -> None:
        """`masked` are values to keep out of every output."""
        self._session = session
        self._runner = runner
        self._occupancy = Occupancy(session, leases, service=service, host=host, clock=clock)
        self._room = Room(
            session=session, runner=runner, occupancy=self._occupancy, clock=clock, trouble=trouble, ended=ended
        )
        self._host = host
        self._masked = masked
        self._watching: dict[str, asyncio.Task[None]] = {}
        self._starting: dict[str, asyncio.Task[str | Refused]] = {}

    async def start(self, order: Order) -> str | Refused:
        """Record the intent, start the supervisor, watch; gives the run's id.

        Once begun it is carried through, even if whoever asked goes away.
        """
        run = f"{order.prepared.command.action}-{secrets.token_hex(3)}"
        task = asyncio.create_task(self._start(run, order), name=f"start:{run}")
        self._starting[run] = task
        task.add_done_callback(lambda _: self._starting.pop(run))
        return await asyncio.shield(task)

    async def finish(self, incident: str, run: str) -> Run | None:
        """Wait until a run of this host has ended, and give it."""
        self.adopt()
        task = self._watching.get(run)
        if task is not None:
            await asyncio.wait([task])
        snapshot = self._session.incident(incident)
        return snapshot.runs.get(run) if snapshot else None

    async def cancel(self, incident: str, run: str, why: str = "") -> Refused | None:
        """Ask a run's supervisor to stop it."""
        answer = await asyncio.to_thread(self._session.dispatch, incident, i.CancelRun(run=run, why=why))
        if isinstance(answer, Refused):
            return answer
        snapshot = self._session.incident(incident)
        # On another host the console that watches it there sees the wish in the log.
        if snapshot is not None and snapshot.runs[run].host == self._host:
            await asyncio.to_thread(self._runner.cancel, run)
        return None

    async def stop_first(self, incident: str, run: str, why: str) -> Refused | None:
        """Stop a run and wait for its end; why it could not be stopped, and what can be done then."""
        self.adopt()
        snapshot = self._session.incident(incident)
        found = snapshot.runs.get(run) if snapshot else None
        if found is None or not found.active:
            return None
        if found.host != self._host:
            gone = await asyncio.to_thread(self._occupancy.deserted, found)
            if not isinstance(gone, Refused):
                return stopping.out_of_reach(found, gone)
        # Asked twice where somebody else has asked already: what counts is its end.
        refusal = await self.cancel(incident, run, why)
        if refusal is None and await stopping.until_over(lambda: self._active(incident, run), stopping.PATIENCE):
            return None
        if not self._active(incident, run):
            return None
        report = await asyncio.to_thread(self._runner.look, run) if found.host == self._host else None
        return refusal or stopping.does_not_end(found, report)

    def _active(self, incident: str, run: str) -> bool:
        snapshot = self._session.incident(incident)
        return snapshot is not None and run in snapshot.runs and snapshot.runs[run].active

    async def settle(
        self, incident: str, run: str, outcome: Literal["succeeded", "failed"], why: str
    ) -> tuple[Recorded, ...] | Refused:
        """Say how a run ended of which nobody knows, or whose machine does not answer any more."""
        snapshot = self._session.incident(incident)
        found = snapshot.runs.get(run) if snapshot else None
        gone = await asyncio.to_thread(self._occupancy.deserted, found) if found is not None and found.active else ""
        if isinstance(gone, Refused):
            return gone
        intent = i.SettleRun(run=run, outcome=outcome, why=why, gone=gone)
        return await asyncio.to_thread(self._session.dispatch, incident, intent)

    def adopt(self) -> None:
        """Watch every active run of this host that nobody here watches yet."""
        for incident, snapshot in self._session.picture().incidents.items():
            for run in snapshot.runs.values():
                known = run.id in self._watching or run.id in self._starting
                if run.active and run.host == self._host and not known:
                    self._watch(RunWatch(self._room, incident, run.id, adopted=True), run.id)

    async def close(self) -> None:
        """Carry through what is being started, and stop watching. The runs go on."""
        await asyncio.gather(*self._starting.values(), return_exceptions=True)
        tasks = list(self._watching.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _start(self, run: str, order: Order) -> str | Refused:
        environment = order.prepared.command.environment
        hold = await asyncio.to_thread(self._occupancy.take, order.incident, environment, run)
        if isinstance(hold, Refused):
            return hold
        requested = False
        try:
            folder = await asyncio.to_thread(self._runner.prepare, run, order.prepared, self._masked)
            answer = await self._request(run, order, folder)
            requested = not isinstance(answer, Refused)
        except OSError as error:
            return Refused(reason=str(error))
        finally:
            if not requested:
                await self._give_back(hold)
        if isinstance(answer, Refused):
            return answer
        problem = await self._launch(order.incident, run, folder)
        self._watch(RunWatch(self._room, order.incident, run, hold, problem), run)
        return run

    async def _request(self, run: str, order: Order, folder: RunDir) -> object:
        try:
            answer = await asyncio.to_thread(self._session.dispatch, order.incident, self._intent(run, order))
        except StoreError:
            # The intent may have been stored all the same: what stays on the disk then tells that nothing was started.
            folder.release()
            raise
        if isinstance(answer, Refused):
            folder.release()
            await asyncio.to_thread(shutil.rmtree, folder.path, ignore_errors=True)
        return answer

    def _intent(self, run: str, order: Order) -> i.RequestRun:
        command = order.prepared.command
        return i.RequestRun(
            run=run,
            action=command.action,
            title=command.title,
            target=command.target,
            environment=command.environment,
            command=command.shown(),
            fingerprint=command.fingerprint,
            danger=command.danger,
            host=self._host,
            rollout=order.rollout,
            marks=command.marks,
            values=order.values,
            approval=order.approval,
            undo=command.undo,
            undo_action=command.undo_action,
            undo_window=command.undo_window,
            cancel_with=command.cancel_with,
            owes=command.owes.action if command.owes else "",
            owes_why=command.owes.why if command.owes else "",
            stopped=command.stops,
            checkout=command.checkout,
            fix=command.fix,
            after=None if order.rollout else command.after,
        )

    async def _launch(self, incident: str, run: str, folder: RunDir) -> str:
        """Start the supervisor; why that was not possible, or nothing."""
        try:
            await asyncio.to_thread(self._runner.launch, folder)
        except OSError as error:
            return f"could not be started: {error}"
        try:
            await asyncio.to_thread(self._session.dispatch, incident, i.StartRun(run=run))
        except StoreError:
            # It runs. Its watch says so once the store can be written again.
            return ""
        return ""

    async def _give_back(self, hold: Hold | None) -> None:
        try:
            await asyncio.to_thread(self._occupancy.give_back, hold)
        except StoreError:
            # It runs out by itself.
            return

    def _watch(self, watch: RunWatch, run: str) -> None:
        task = asyncio.create_task(watch.until_ended(), name=f"watch:{run}")
        self._watching[run] = task
        task.add_done_callback(lambda done: self._unwatched(run, done))

    def _unwatched(self, run: str, task: "asyncio.Task[None]") -> None:
        if self._watching.get(run) is task:
            del self._watching[run]
        if not task.cancelled() and (error := task.exception()) is not None:
            # The next round takes it up again.
            self._room.trouble(f"run {run}", f"{run} is running and can't be followed: {error}")
