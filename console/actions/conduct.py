"""Conducting runs: from a confirmed command to a recorded end, also for runs that another console left behind.

The intent is in the log before the process starts; the end comes from the supervisor's own file. A console that goes
away in between loses nothing: the run goes on, and any console on the same host that opens the store records its end.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from warroom.console.actions.command import Prepared
from warroom.console.actions.runner import Runner, RunReport
from warroom.console.domain import intents as i
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Run
from warroom.console.session import Session
from warroom.console.store.leases import Held, Lease, Leases, Lost

_LOOK_EVERY = 0.2
_STARTING = timedelta(seconds=10)
_LEASE = timedelta(seconds=60)
_RENEW = timedelta(seconds=20)
_TAIL_LINES = 40
_TAIL_CHARACTERS = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A run that was confirmed."""

    incident: str
    prepared: Prepared
    values: Mapping[str, str] = field(default_factory=dict)
    rollout: str = ""
    approved_by: str = ""


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
        masked: tuple[str, ...] = (),
    ) -> None:
        self._session = session
        self._runner = runner
        self._leases = leases
        self._service = service
        self._host = host
        self._clock = clock
        self._masked = masked
        self._watching: dict[str, asyncio.Task[None]] = {}

    async def start(self, order: Order) -> str | Refused:
        """Record the intent, start the supervisor, watch; gives the run's id."""
        command = order.prepared.command
        run = f"{command.action}-{secrets.token_hex(3)}"
        lease = await self._take(command.environment, run)
        if isinstance(lease, Held):
            return Refused(reason=f"{command.environment} is taken: {lease.lease.note}")
        answer = await asyncio.to_thread(self._session.dispatch, order.incident, self._request(run, order))
        if isinstance(answer, Refused):
            await self._release(lease)
            return answer
        try:
            await asyncio.to_thread(self._launch, run, order)
        except OSError as error:
            await self._end(order.incident, run, "failed", None, f"could not be started: {error}", "")
            await self._release(lease)
            return run
        await asyncio.to_thread(self._session.dispatch, order.incident, i.StartRun(run=run))
        self._watch(order.incident, run, lease)
        return run

    async def finish(self, incident: str, run: str) -> Run | None:
        """Wait until a run has ended, and give it."""
        task = self._watching.get(run)
        if task is not None:
            await asyncio.shield(task)
        snapshot = self._session.incident(incident)
        return snapshot.runs.get(run) if snapshot else None

    async def cancel(self, incident: str, run: str) -> Refused | None:
        """Ask a run's supervisor to stop it."""
        answer = await asyncio.to_thread(self._session.dispatch, incident, i.CancelRun(run=run))
        if isinstance(answer, Refused):
            return answer
        await asyncio.to_thread(self._runner.cancel, run)
        return None

    def adopt(self) -> None:
        """Watch every active run of this host that nobody here watches yet."""
        for incident, snapshot in self._session.picture().incidents.items():
            for run in snapshot.runs.values():
                # Whoever asked for a run starts it within moments; until then there is nothing to see.
                starting = run.started_at is None and self._clock() - run.requested_at < _STARTING
                if run.active and run.host == self._host and not starting and run.id not in self._watching:
                    self._watch(incident, run.id, None)

    async def close(self) -> None:
        """Stop watching. The runs go on."""
        tasks = list(self._watching.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _request(self, run: str, order: Order) -> i.RequestRun:
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
            approved_by=order.approved_by,
        )

    def _launch(self, run: str, order: Order) -> None:
        folder = self._runner.prepare(run, order.prepared, self._masked)
        self._runner.launch(folder)

    def _watch(self, incident: str, run: str, lease: Lease | None) -> None:
        task = asyncio.create_task(self._until_ended(incident, run, lease), name=f"watch:{run}")
        self._watching[run] = task
        task.add_done_callback(lambda _: self._watching.pop(run, None))

    async def _until_ended(self, incident: str, run: str, lease: Lease | None) -> None:
        renewed = self._clock()
        while True:
            snapshot = self._session.incident(incident)
            known = snapshot.runs.get(run) if snapshot else None
            if known is None or not known.active:
                break
            report = await asyncio.to_thread(self._runner.look, run)
            if report.ended:
                await self._record(incident, run, report)
                break
            if lease is not None and self._clock() - renewed > _RENEW:
                answer = await asyncio.to_thread(self._leases.renew, lease, self._clock(), _LEASE)
                lease = None if isinstance(answer, Lost) else answer
                renewed = self._clock()
            await asyncio.sleep(_LOOK_EVERY)
        await self._release(lease)

    async def _record(self, incident: str, run: str, report: RunReport) -> None:
        if report.state == "unknown":
            lost = i.LoseRun(run=run, why=report.reason or "its supervisor is gone and left no word")
            await asyncio.to_thread(self._session.dispatch, incident, lost)
            return
        tail = await asyncio.to_thread(self._runner.tail, run, _TAIL_LINES)
        outcome = report.state if report.state in ("succeeded", "cancelled") else "failed"
        await self._end(incident, run, outcome, report.exit_code, report.reason, tail, report.ended_at)

    async def _end(
        self,
        incident: str,
        run: str,
        outcome: str,
        exit_code: int | None,
        reason: str,
        tail: str,
        ended_at: datetime | None = None,
    ) -> None:
        ended = i.EndRun(
            run=run,
            outcome="succeeded" if outcome == "succeeded" else "cancelled" if outcome == "cancelled" else "failed",
            exit_code=exit_code,
            ended_at=ended_at or self._clock(),
            reason=reason,
            tail=tail[-_TAIL_CHARACTERS:],
        )
        await asyncio.to_thread(self._session.dispatch, incident, ended)

    async def _take(self, environment: str, run: str) -> Lease | Held | None:
        if not environment:
            return None
        by = self._session.by
        name = f"environment/{self._service}/{environment}"
        note = f"{run} by {by.actor}"
        return await asyncio.to_thread(self._leases.take, name, by.console, self._clock(), _LEASE, note)

    async def _release(self, lease: Lease | Held | None) -> None:
        if isinstance(lease, Lease):
            await asyncio.to_thread(self._leases.release, lease)
