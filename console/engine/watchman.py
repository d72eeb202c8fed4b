"""Watches while nobody looks: escalates by the ladder, and tells people through the channels, each thing once."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from warroom.console.domain import intents as i
from warroom.console.domain.desk import Desk, Letter
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident
from warroom.console.domain.notices import Notice, called, notices, rung_due
from warroom.console.domain.timeline import NOTICE

_EVERY = 1.0
_AUDIENCE = "team"


class Watchman:
    """Sits at the desk like anybody else, and does only what nobody else is there to do."""

    def __init__(
        self,
        desk: Desk,
        clock: Callable[[], datetime],
        channels: tuple[str, ...],
        *,
        escalate: bool,
        refused: Callable[[str], None],
    ) -> None:
        """`channels` hear of everything; `refused` is told why something could not be said or done."""
        self._desk = desk
        self._clock = clock
        self._channels = channels
        self._escalate = escalate
        self._refused = refused
        self._told: set[tuple[str, str]] = set()

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            if not self._somebody_looks():
                for incident in tuple(self._desk.view().incidents.values()):
                    if not incident.over and not incident.drill:
                        await self._look_after(incident)
            await asyncio.sleep(_EVERY)

    def _somebody_looks(self) -> bool:
        return any(console.looking for console in self._desk.view().consoles)

    async def _look_after(self, incident: Incident) -> None:
        view, now = self._desk.view(), self._clock()
        rung = rung_due(incident, now) if self._escalate else None
        if rung is not None:
            answer = await self._desk.dispatch(incident.id, i.Escalate(level=rung.level))
            if isinstance(answer, Refused):
                self._refused(f"{incident.id}: level {rung.level} could not be called: {answer.reason}")
            incident = self._desk.view().incidents.get(incident.id, incident)
        call = called(incident, view.people) if incident.rung and "acknowledged" not in incident.moments else None
        for notice in (*notices(incident, now), *((call,) if call else ())):
            await self._tell(incident, notice)

    async def _tell(self, incident: Incident, notice: Notice) -> None:
        key = (incident.id, notice.key)
        if key in self._told or not self._channels:
            return
        # The outbox knows a letter by its words: one that an earlier watch has sent is not sent again.
        letter = Letter(
            message=f"{NOTICE}{notice.key}",
            title=notice.subject,
            audience=_AUDIENCE,
            subject=notice.subject,
            body=notice.body,
            version=1,
        )
        answer = await self._desk.send(incident.id, letter, self._channels)
        if isinstance(answer, Refused):
            self._refused(f"{notice.subject}: not sent: {answer.reason}")
        self._told.add(key)
