"""The rounds: what the machine room does by itself, over and over."""

import asyncio
from collections.abc import Awaitable, Callable

from warroom.console.actions.rollouts import Driver
from warroom.console.actions.runs.conduct import Conductor
from warroom.console.actions.ways_back import Scout
from warroom.console.domain import intents as i
from warroom.console.domain.model import State
from warroom.console.domain.watch.verdict import Status
from warroom.console.engine.git_watch import GitWatch
from warroom.console.engine.heartbeat import Heartbeat
from warroom.console.engine.mailing import Mailing
from warroom.console.engine.polling import Polling
from warroom.console.engine.presence import Presence
from warroom.console.engine.publisher import Publisher
from warroom.console.engine.recorder import Recorder
from warroom.console.engine.reporting import Reporter
from warroom.console.engine.scouting import Scouting
from warroom.console.engine.setup import Setup
from warroom.console.engine.timekeeper import Timekeeper
from warroom.console.monitor.panel import Panel
from warroom.console.store.errors import StoreError

_FOLLOW = 0.1
_LOOK = 1.0


class Rounds:
    """Follows the log, and once a second looks after runs, rollouts, verdicts, the clock and who is here."""

    def __init__(
        self,
        setup: Setup,
        panel: Panel,
        conductor: Conductor,
        driver: Driver,
        publisher: Publisher,
        mailing: Mailing,
        scout: Scout,
    ) -> None:
        self._setup = setup
        self._session = setup.session
        self._panel = panel
        self._conductor = conductor
        self._driver = driver
        self._publisher = publisher
        self._mailing = mailing
        self._presence = Presence(setup.store.leases, setup.session.by)
        self._recorder = Recorder(setup.store.leases, setup.session.by, setup.settings.service.name)
        self._records = False
        self._git = GitWatch(setup, lambda: self._records, publisher.trouble)
        self._scouting = Scouting(setup, scout, lambda: self._records)
        self._polling = Polling(setup, panel, self._recorder, self._wanted)
        self._timekeeper = Timekeeper()
        self._reporter = Reporter(setup)
        self.besides: dict[str, Callable[[], Awaitable[None]]] = {}
        """More that is done over and over, each by its name."""

    @property
    def records(self) -> bool:
        """Whether it is this console whose findings go into the log."""
        return self._records

    def attend(self) -> None:
        """Somebody sits at this console. From any thread."""
        self._presence.attend(self._setup.clock())

    async def run(self) -> None:
        """Make the rounds until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for name, work in (
                    ("follow", self._follow),
                    ("look", self._look),
                    ("watch", self._panel.run),
                    ("publish", self._publisher.run),
                    ("outbox", self._mailing.run),
                    ("git", self._git.run),
                    ("ways back", self._scouting.run),
                    ("heartbeat", Heartbeat(self._reporter).run),
                    *self.besides.items(),
                ):
                    tasks.create_task(self._guarded(name, work), name=name)
        finally:
            await asyncio.to_thread(self._leave)

    def _leave(self) -> None:
        try:
            self._presence.leave()
            self._recorder.leave()
        except StoreError:
            # What is left runs out by itself.
            return

    async def _guarded(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        # The one boundary of each worker: what stops it is said on the screen, and it is started anew.
        while True:
            try:
                await work()
                return
            except StoreError as error:
                self._publisher.trouble(name, str(error))
            except Exception as error:  # noqa: BLE001
                self._publisher.trouble(name, f"{name} failed ({type(error).__name__}: {error}); it is started anew")
                await asyncio.to_thread(self._reporter.failed, name, error)
            await asyncio.sleep(_LOOK)

    async def _follow(self) -> None:
        while True:
            if await asyncio.to_thread(self._session.behind):
                await asyncio.to_thread(self._session.refresh)
            self._publisher.trouble("follow", "")
            await asyncio.sleep(_FOLLOW)

    async def _look(self) -> None:
        while True:
            now = self._setup.clock()
            if jump := self._timekeeper.jumped():
                await self._clock_jumped(jump)
            if self._timekeeper.slept():
                self._panel.soon()
            if not self._setup.read_only:
                self._conductor.adopt()
                await self._driver.look()
                await asyncio.to_thread(self._presence.show, now)
            others = await asyncio.to_thread(self._presence.others, now)
            self._publisher.seen(others)
            try:
                self._records = await self._polling.look(now, others=bool(others))
            except StoreError:
                self._records = False
                raise
            if self._records:
                await self._note_verdicts()
            self._say_what_is_seen()
            self._publisher.trouble("look", "")
            await asyncio.sleep(_LOOK)

    def _wanted(self) -> bool:
        return self._git.wanted() or self._scouting.wanted()

    def _say_what_is_seen(self) -> None:
        say, panel = self._publisher.trouble, self._panel
        say("blind", "flying blind: no probe can tell how things are" if panel.flying_blind() else "")
        say("offline", "this console may be offline: it reaches nothing outside" if panel.offline else "")
        say("silent", panel.silence())
        say("samples", panel.trouble)

    async def _note_verdicts(self) -> None:
        """Changes of verdict go into the log of every incident of this service that is not closed."""
        service = self._setup.settings.service.name
        for name, incident in self._session.picture().incidents.items():
            if incident.state is State.CLOSED or incident.service != service:
                continue
            for probe, health in self._panel.verdicts():
                known = incident.verdicts.get(probe.name)
                # Before the first reading nothing is known, and that is no news.
                if health.last is None or (known.status if known else Status.UNKNOWN) == health.status:
                    continue
                reason = "" if health.status is Status.OK else health.reason
                verdict = i.RecordVerdict(probe=probe.name, role=probe.role, status=health.status.value, reason=reason)
                await asyncio.to_thread(self._session.dispatch, name, verdict)

    async def _clock_jumped(self, seconds: float) -> None:
        self._publisher.trouble("clock", f"the system clock jumped by {seconds:+.0f} s; clocks follow the new time")
        for name, incident in self._session.picture().incidents.items():
            if not incident.over and not self._setup.read_only:
                await asyncio.to_thread(self._session.dispatch, name, i.NoticeClockStep(seconds=seconds))
