"""Which console polls: one of all that share a store; and how often."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from warroom.console.domain.watch.usual import burning_since, deployed_at
from warroom.console.engine.recorder import Recorder
from warroom.console.engine.setup import Setup
from warroom.console.monitor.panel import Panel, Part
from warroom.console.store.errors import StoreError
from warroom.console.store.leases import Lease

_OVER = timedelta(seconds=5)
"""What a lease said is not relied on any longer: a third of the time that leases live."""


class Polling:
    """Gives the panel its part: to poll for all, to follow who polls, or to poll for this console alone.

    A console that only looks never takes a turn at polling; where nobody has it, it polls for itself, so that it is
    not blind. So does one that can't reach the store. One that lost its network lets another have its turn.
    """

    def __init__(self, setup: Setup, panel: Panel, recorder: Recorder, wanted: Callable[[], bool]) -> None:
        """`wanted`: whether there is anything else to record than readings."""
        self._setup = setup
        self._panel = panel
        self._recorder = recorder
        self._wanted = wanted

    async def look(self, now: datetime, others: bool) -> bool:
        """Give the panel its part; whether this console's findings go into the log. Raises a StoreError.

        `others`: somebody else is there who could poll.
        """
        incidents, service = self._setup.session.picture().incidents.values(), self._setup.settings.service.name
        self._panel.stretch(self._factor())
        self._panel.since(burning_since(incidents, service), deployed_at(incidents, service))
        watches = bool(self._panel.verdicts())
        try:
            mine = await self._mine(now, watches, others)
            # Where this process stood still meanwhile, what was found may be over.
            if (later := self._setup.clock()) - now > _OVER:
                mine = await self._mine(later, watches, others)
        except StoreError:
            if watches:
                self._panel.play(Part.ALONE, "")
            raise
        if watches:
            holder = self._recorder.holder
            part = Part.KEEPS if mine else Part.FOLLOWS if holder is not None else Part.ALONE
            self._panel.play(part, _name(holder) if holder is not None and not mine else "")
        return mine

    async def _mine(self, now: datetime, watches: bool, others: bool) -> bool:
        if self._setup.read_only:
            if watches:
                await asyncio.to_thread(self._recorder.look, now)
            return False
        if not watches and not self._wanted():
            return False
        if others and self._panel.offline and self._recorder.holds(now):
            await asyncio.to_thread(self._recorder.rest, now)
        return await asyncio.to_thread(self._recorder.mine, now)

    def _factor(self) -> float:
        """How many times its interval a probe waits: once while an incident is open, and in a drill."""
        settings = self._setup.settings
        incidents = self._setup.session.picture().incidents.values()
        tense = any(not one.over and one.service == settings.service.name for one in incidents)
        return 1.0 if tense or settings.drill else settings.watch.relaxed


def _name(holder: Lease) -> str:
    return f"{holder.note} ({holder.owner})" if holder.note else holder.owner
