"""What a look at a run's files tells about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from warroom.console.domain.text import clean


class RunState(StrEnum):
    """How a run is."""

    STARTING = "starting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    UNKNOWN = "unknown"
    """Nobody knows how it ended, or whether; a probe or a person settles that, time never does."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """A process that a run started and that outlived it."""

    pid: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """How a run is at the moment of a look."""

    run_id: str
    state: RunState
    reason: str = ""
    """Why, where the state alone does not say it."""
    exit_code: int | None = None
    signal: str = ""
    """The signal that ended it, e.g. `SIGKILL`."""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    supervisor: int | None = None
    """The supervisor's process id."""
    size: int = 0
    """Bytes printed so far, whether kept or not."""
    lost: int = 0
    """Bytes that could not be written."""
    leftovers: tuple[Leftover, ...] = ()
    cancelling: bool = False
    """Its end was asked for and has not come yet."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will come from it by itself."""
        return self.state not in (RunState.STARTING, RunState.RUNNING)


def from_status(run_id: str, status: Mapping[str, Any], size: int) -> RunReport:
    """The report of a run that ended and said so."""
    reasons = [status["error"]]
    if status["lost"]:
        reasons.append(f"{status['lost']} bytes of its output could not be written: {status['lost_why']}")
    return RunReport(
        run_id=run_id,
        state=RunState(status["state"]),
        reason=clean("; ".join(filter(None, reasons))),
        exit_code=status["exit_code"],
        signal=status["signal"] or "",
        started_at=datetime.fromisoformat(status["started_at"]),
        ended_at=datetime.fromisoformat(status["ended_at"]),
        supervisor=status["pid"],
        size=max(size, status["bytes"]),
        lost=status["lost"],
        leftovers=tuple(Leftover(left["pid"], clean(left["name"])) for left in status["leftovers"]),
    )


def not_ended(
    run_id: str, started: Mapping[str, Any] | None, *, held: bool, host: str, boot_id: str, size: int
) -> RunReport:
    """The report of a run that has no recorded end: under way, never begun, or abandoned."""
    if started is None:
        # The supervisor writes this down before it starts the command.
        state = RunState.STARTING if held else RunState.FAILED
        reason = "" if held else "never started: the console ended before its supervisor could begin"
        return RunReport(run_id=run_id, state=state, reason=reason, size=size)
    if started["host"] != host:
        reason = f"it was started on {started['host']}: look from there"
    elif started["boot_id"] != boot_id:
        reason = "the machine was restarted while it ran"
    elif not held:
        reason = "its supervisor ended without recording an outcome"
    else:
        reason = ""
    return RunReport(
        run_id=run_id,
        state=RunState.UNKNOWN if reason else RunState.RUNNING,
        reason=reason,
        started_at=datetime.fromisoformat(started["started_at"]),
        supervisor=started["pid"],
        size=size,
    )
