"""Clearing the folders of old runs: the log keeps what was run and how it ended, the whole output goes one day."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from warroom.console.actions.runs.runner import RunError, Runner, RunReport, RunState
from warroom.console.domain.model import Run
from warroom.console.domain.model import RunState as Stand
from warroom.console.session import Session

_GOING = ".gone-"
"""What a folder is called while it is being removed: nobody takes half a folder for a run."""


class Retention:
    """The folders of runs of this machine, and how long they are kept. Calls block; make them off the loop."""

    def __init__(
        self, session: Session, runner: Runner, folder: Path, *, keep: timedelta, clock: Callable[[], datetime]
    ) -> None:
        self._session = session
        self._runner = runner
        self._folder = folder
        self._keep = keep
        self._clock = clock

    def sweep(self) -> tuple[str, ...]:
        """Remove what is old enough; gives the runs whose folders went.

        Kept whatever its age: a run that is active or whose outcome is unknown, by its files or by the log, and one
        that the log knows nothing of.

        Raises:
            OSError: the folder can't be read or changed.
        """
        known = {run.id: run for one in self._session.picture().incidents.values() for run in one.runs.values()}
        gone = tuple(run for run in self._runner.list() if run in known and self._old(known[run]))
        for run in gone:
            self._remove(run)
        for rest in self._folder.glob(f"{_GOING}*"):
            shutil.rmtree(rest, ignore_errors=True)
        return gone

    def _old(self, run: Run) -> bool:
        if run.active or run.state is Stand.LOST or run.ended_at is None:
            return False
        report = self._look(run.id)
        if report is None or not report.ended or report.state is RunState.UNKNOWN:
            return False
        ended = max(run.ended_at, report.ended_at or run.ended_at)
        return self._clock() - ended >= self._keep

    def _look(self, run: str) -> RunReport | None:
        try:
            return self._runner.look(run)
        except (RunError, ValueError):
            return None

    def _remove(self, run: str) -> None:
        try:
            (self._folder / run).rename(self._folder / f"{_GOING}{run}")
        except FileNotFoundError:
            # Another console was quicker.
            return
