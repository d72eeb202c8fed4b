"""Pictures for the screens: put together when something changed, handed out at most four times a second."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta

from warroom.console.actions.propose import Proposer
from warroom.console.domain.view import Console, Outgoing, View
from warroom.console.domain.watch.impact import Crossing
from warroom.console.domain.watch.intake import firing
from warroom.console.engine import buttons
from warroom.console.engine.mailing import outlets
from warroom.console.engine.setup import Setup
from warroom.console.identity import host
from warroom.console.monitor.panel import Panel

Listener = Callable[[View], None]

_FRAME = 0.25
"""Seconds between two pictures at the least: four a second are enough for eyes and thin links."""

_CALM = timedelta(seconds=5)
"""Time between two pictures at the most: where nothing happens it is still to be seen that somebody looks."""


class Publisher:
    """Keeps the newest picture, and tells who listens."""

    def __init__(self, setup: Setup, panel: Panel, proposer: Proposer) -> None:
        self._setup = setup
        self._panel = panel
        self._proposer = proposer
        self._listeners: list[Listener] = []
        self._consoles: tuple[Console, ...] = ()
        self._outbox: tuple[Outgoing, ...] = ()
        self._outlets = outlets(setup.settings)
        self._outages: Mapping[str, Crossing] = {}
        self._troubles: dict[str, str] = {}
        self._position = -1
        self._dirty = True
        self.view = self.compose()

    def touch(self) -> None:
        """Something that is shown has changed."""
        self._dirty = True

    def trouble(self, key: str, text: str) -> None:
        """Say what is wrong with the console itself; an empty text takes it back."""
        if self._troubles.get(key, "") != text:
            self._troubles[key] = text
            self._dirty = True

    def seen(self, consoles: tuple[Console, ...]) -> None:
        """Who is here."""
        self._dirty |= consoles != self._consoles
        self._consoles = consoles

    def mail(self, outbox: tuple[Outgoing, ...]) -> None:
        """What is in the outbox."""
        self._dirty |= outbox != self._outbox
        self._outbox = outbox

    def measured(self, outages: Mapping[str, Crossing]) -> None:
        """When users were hurt, by the readings."""
        self._dirty |= outages != self._outages
        self._outages = outages

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have new pictures handed to `listener`, on the engine's thread; gives what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def run(self) -> None:
        """Hand out pictures until cancelled."""
        shown: View | None = None
        while True:
            await asyncio.sleep(_FRAME)
            last = self.view.checked_at
            self._dirty |= last is None or not timedelta(0) <= self._setup.clock() - last < _CALM
            self.refresh()
            if self.view is shown:
                continue
            shown = self.view
            for listener in tuple(self._listeners):
                listener(shown)

    def refresh(self) -> None:
        """Make a new picture if anything has changed."""
        if self._dirty or self._setup.session.position != self._position:
            self.view = self.compose()

    def compose(self) -> View:
        """The picture as of now."""
        self._dirty = False
        setup = self._setup
        picture = setup.session.picture()
        self._position = picture.position
        me = setup.session.by.actor
        rows = self._panel.rows()
        return View(
            me=me,
            console=setup.session.by.console,
            service=setup.settings.service.name,
            account=host(),
            read_only=setup.read_only,
            drill=setup.settings.drill,
            incidents=picture.incidents,
            timelines=picture.timelines,
            probes=rows,
            polled_by=self._panel.polled_by,
            read_by=self._panel.read_by(me),
            alerts=firing(rows, picture.incidents),
            series=self._panel.series(),
            buttons={
                name: buttons.bar(
                    incident,
                    self._proposer.offered(incident),
                    me,
                    setup.read_only,
                    self._proposer.elsewhere(incident),
                )
                for name, incident in picture.incidents.items()
            },
            consoles=self._consoles,
            people=setup.settings.person,
            outlets=self._outlets,
            outbox=self._outbox,
            outages=self._outages,
            troubles=tuple(trouble for trouble in self._troubles.values() if trouble),
            checked_at=setup.clock(),
        )
