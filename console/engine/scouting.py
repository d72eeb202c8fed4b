"""Keeps the ways back looked at, so that nobody learns at the jump that the parachute was not packed."""

import asyncio
from collections.abc import Callable, Iterator

from warroom.console.actions.ways_back import Scout
from warroom.console.domain import intents as i
from warroom.console.domain.decide.back import decide_back
from warroom.console.domain.model import Incident
from warroom.console.engine.setup import Setup

_EVERY = 30.0
"""Seconds between two looks; one of them asks the remote."""
_STEP = 1.0


class Scouting:
    """Looks when an incident is declared, whenever a run has ended, and now and then."""

    def __init__(self, setup: Setup, scout: Scout, mine: Callable[[], bool]) -> None:
        """`mine`: whether it is this console whose findings go into the log."""
        self._setup = setup
        self._scout = scout
        self._mine = mine
        self._due: dict[str, float] = {}
        self._ended: dict[str, int] = {}

    def wanted(self) -> bool:
        """Whether there is anything to look at."""
        return self._setup.watch and not self._setup.read_only and any(True for _ in self._incidents())

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            for incident in tuple(self._incidents()) if self.wanted() and self._mine() else ():
                await self._visit(incident)
            await asyncio.sleep(_STEP)

    def _incidents(self) -> Iterator[Incident]:
        service = self._setup.settings.service.name
        for incident in self._setup.session.picture().incidents.values():
            if incident.service == service and not incident.over and incident.playbook.rollback:
                yield incident

    async def _visit(self, incident: Incident) -> None:
        now = asyncio.get_running_loop().time()
        ended = sum(not run.active for run in incident.runs.values())
        if now < self._due.get(incident.id, 0.0) and ended == self._ended.get(incident.id):
            return
        self._due[incident.id], self._ended[incident.id] = now + _EVERY, ended
        await asyncio.to_thread(self._note, incident)

    def _note(self, incident: Incident) -> None:
        for way in self._scout.look(incident):
            intent = i.RecordWayBack(way=way)
            if decide_back(incident, intent):
                self._setup.session.dispatch(incident.id, intent)
