"""Waiting for the end of a run that has to make way, and the words for one that does not end."""

import asyncio
import time
from collections.abc import Callable

from warroom.console.actions.runs.report import RunReport
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Run

PATIENCE = 20.0
"""Seconds: three signals with their grace, what is still in the pipe, and a slow store."""
_LOOK_EVERY = 0.05


async def until_over(active: Callable[[], bool], patience: float) -> bool:
    """Wait until something is not active any more; whether that was within `patience` seconds."""
    end = time.monotonic() + patience
    while active():
        if time.monotonic() >= end:
            return False
        await asyncio.sleep(_LOOK_EVERY)
    return True


def out_of_reach(run: Run, gone: str) -> Refused:
    """The answer where the run is another machine's, and nobody there could stop it."""
    return Refused(
        reason=f"{run.title} ({run.id}) runs on {run.host} and can't be stopped from here: {gone}. "
        "See there that nothing of it lives, say how it ended (E, or warroom settle), then go back"
    )


def does_not_end(run: Run, report: RunReport | None) -> Refused:
    """The answer where the run goes on although its end was asked for; `report`: how it is, on this machine."""
    asked = f"{run.title} ({run.id}) does not end, {PATIENCE:g} s after it was told to"
    if report is None:
        return Refused(reason=f"{asked}; it runs on {run.host}: have it ended there, by hand if need be")
    if report.supervisor is None:
        return Refused(reason=f"{asked}; O shows what it prints")
    return Refused(reason=f"{asked}: its supervisor is process {report.supervisor}; end that by hand, then go back")
