"""Watching one run until its end is in the log, whatever the store or the disk do meanwhile."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from warroom.console.actions.runs.occupancy import Hold, Occupancy
from warroom.console.actions.runs.runner import RunError, Runner, RunReport, RunState
from warroom.console.domain import intents as i
from warroom.console.domain.intents import Intent, Refused
from warroom.console.domain.model import Run
from warroom.console.domain.model import RunState as Stand
from warroom.console.session import Session
from warroom.console.store.errors import StoreError

LOOK_EVERY = 0.2
_RETRY = 1.0
_KEEP_EVERY = 25
"""Looks between two looks at the environment's lease: five seconds."""
_ITS_CONSOLES_TIME = timedelta(seconds=1)
"""How long an end is left to the console that started the run."""
_LEFT_TO_ITS_CONSOLE = 5
"""The same in looks, whatever the clock says."""
_TAIL_LINES = 40
_TAIL_CHARACTERS = 4000

Trouble = Callable[[str, str], None]
"""Says what is wrong, under a key; an empty text takes it back."""
Ended = Callable[[str, Run], None]
"""Told of a run whose end this console has put into the log: incident, run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What every watch works with."""

    session: Session
    runner: Runner
    occupancy: Occupancy
    clock: Callable[[], datetime]
    trouble: Trouble
    ended: Ended


class RunWatch:
    """Looks at a run until it has ended, records that, and gives its environment back."""

    def __init__(
        self,
        room: Room,
        incident: str,
        run: str,
        hold: Hold | None = None,
        problem: str = "",
        *,
        adopted: bool = False,
    ) -> None:
        """Watch a run; `hold`: its environment, `problem`: why it could not be started, if it could not.

        `adopted`: another console started it, and if that one lives it also records and proves the end.
        """
        self._room = room
        self._incident = incident
        self._run = run
        self._hold = hold
        self._problem = problem
        self._looks = 0
        self._ends_left = _LEFT_TO_ITS_CONSOLE if adopted else 0
        """Looks at an end that are left to the console which started it, so that the end stands in that one's name."""

    async def until_ended(self) -> None:
        """Go on until the end is recorded. The store may fail meanwhile: then it is tried again, and said."""
        key = f"run {self._run}"
        while True:
            try:
                if await self._look():
                    break
                self._room.trouble(key, "")
                await asyncio.sleep(LOOK_EVERY)
            except (StoreError, OSError) as error:
                self._room.trouble(key, f"{self._run} is running and can't be followed: {error}")
                await asyncio.sleep(_RETRY)
        self._room.trouble(key, "")

    async def _look(self) -> bool:
        run = self._known()
        if run is None or not run.active:
            await self._give_back()
            return True
        report = await asyncio.to_thread(self._report)
        if report.ended and self._ends_left > 0 and self._has_just_ended(report):
            self._ends_left -= 1
            return False
        if report.ended:
            # First, so that whoever sees the end in the log can go on at once.
            await self._give_back()
            await self._record(report)
            return True
        if run.state is Stand.REQUESTED and report.started_at is not None:
            await self._dispatch(i.StartRun(run=run.id))
        if run.cancelling and not report.cancelling:
            await asyncio.to_thread(self._room.runner.cancel, run.id)
        if self._looks % _KEEP_EVERY == 0:
            self._hold = await asyncio.to_thread(self._room.occupancy.keep, self._hold, run)
        self._looks += 1
        return False

    def _has_just_ended(self, report: RunReport) -> bool:
        return report.ended_at is not None and self._room.clock() - report.ended_at < _ITS_CONSOLES_TIME

    def _known(self) -> Run | None:
        snapshot = self._room.session.incident(self._incident)
        return snapshot.runs.get(self._run) if snapshot else None

    def _report(self) -> RunReport:
        try:
            report = self._room.runner.look(self._run)
        except (RunError, ValueError) as error:
            return RunReport(run_id=self._run, state=RunState.UNKNOWN, reason=f"its files can't be read: {error}")
        never_began = report.state is RunState.FAILED and report.started_at is None
        return replace(report, reason=self._problem) if never_began and self._problem else report

    async def _give_back(self) -> None:
        await asyncio.to_thread(self._room.occupancy.give_back, self._hold)
        self._hold = None

    async def _record(self, report: RunReport) -> None:
        answer = await self._dispatch(await asyncio.to_thread(self._end, report))
        run = self._known()
        # Empty where another console was quicker: then what follows is that one's to do.
        if answer and not isinstance(answer, Refused) and run is not None:
            self._room.ended(self._incident, run)

    def _end(self, report: RunReport) -> i.EndRun | i.LoseRun:
        if report.state is RunState.UNKNOWN:
            return i.LoseRun(run=self._run, why=report.reason or "its supervisor is gone and left no word")
        tail = self._room.runner.tail(self._run, _TAIL_LINES)[-_TAIL_CHARACTERS:]
        return i.EndRun(
            run=self._run,
            outcome=_outcome(report.state),
            exit_code=report.exit_code,
            ended_at=report.ended_at or self._room.clock(),
            reason=_reason(report),
            tail=tail,
        )

    async def _dispatch(self, intent: Intent) -> object:
        return await asyncio.to_thread(self._room.session.dispatch, self._incident, intent)


def _outcome(state: RunState) -> Literal["succeeded", "failed", "cancelled"]:
    match state:
        case RunState.SUCCEEDED:
            return "succeeded"
        case RunState.CANCELLED:
            return "cancelled"
        case _:
            return "failed"


def _reason(report: RunReport) -> str:
    reasons = [report.reason]
    if report.state is RunState.TIMED_OUT:
        reasons.append("it took longer than it may and was ended")
    elif report.signal and report.state is RunState.FAILED:
        reasons.append(f"ended by {report.signal}")
    if report.leftovers:
        left = ", ".join(f"{left.name} ({left.pid})" for left in report.leftovers)
        reasons.append(f"left running: {left}")
    return "; ".join(filter(None, reasons))
