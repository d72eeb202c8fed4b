"""The engine: everything that works, on a thread and a loop of its own, and the desk that screens sit at."""

import asyncio
import codecs
import threading
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Literal, TypeVar

from warroom.config.errors import ConfigError
from warroom.console.domain import intents as i
from warroom.console.domain.desk import Confirmation, Letter, Output, Proposal
from warroom.console.domain.events import Recorded
from warroom.console.domain.git.conflict import Conflicting
from warroom.console.domain.intents import Intent, Refused
from warroom.console.domain.model import Run
from warroom.console.domain.text import clean
from warroom.console.domain.time.when import parse_when
from warroom.console.domain.view import View
from warroom.console.engine.parts import assemble
from warroom.console.engine.publisher import Listener
from warroom.console.engine.setup import Setup
from warroom.console.engine.unstored import Unstored
from warroom.console.store.errors import StoreError

Answer = TypeVar("Answer")

_OUTPUT_CHUNK = 256 * 1024
_STOP_SECONDS = 10
_THREADS = 32


class Engine:
    """The desk, and the thread behind it. Start it, use it from any loop or thread, stop it."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._session = setup.session
        parts = assemble(setup)
        self._books = parts.books
        self._proposer = parts.proposer
        self._publisher = parts.publisher
        self._runner = parts.runner
        self._conductor = parts.conductor
        self._starter = parts.starter
        self._stager = parts.stager
        self._driver = parts.driver
        self._carrying = parts.carrying
        self._approver = parts.approver
        self._mailing = parts.mailing
        self._rounds = parts.rounds
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._ready = threading.Event()
        self._background: set[asyncio.Task[Any]] = set()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> "Engine":
        """Begin to work."""
        self._thread.start()
        self._ready.wait()
        return self

    @property
    def works(self) -> bool:
        """Whether it has been started and not been stopped."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Stop working. Runs go on; rollouts are held by whoever looks next."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(timeout=_STOP_SECONDS)

    def attend(self) -> None:
        """Somebody sits here: others may count on what this console shows to be seen. From any thread."""
        self._rounds.attend()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have new pictures handed to `listener`, on the engine's thread; gives what ends it."""
        return self._publisher.subscribe(listener)

    def background(self, name: str, work: Coroutine[Any, Any, Any]) -> None:
        """Do something beside the rounds; if it fails, the screen says so."""

        def begin() -> None:
            task = self._loop.create_task(work, name=name)
            self._background.add(task)
            task.add_done_callback(self._background_ended)

        self._loop.call_soon_threadsafe(begin)

    def checkpoint(self) -> str:
        """The log's head, to keep outside of the store."""
        return self._setup.store.log.checkpoint()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        # Enough that calls waiting for a locked store leave room for those that look after runs.
        self._loop.set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix="engine"))
        try:
            self._loop.run_until_complete(self._work())
        finally:
            self._ready.set()
            self._loop.close()

    async def _work(self) -> None:
        rounds = asyncio.create_task(self._rounds.run(), name="rounds")
        self._ready.set()
        await self._stopping.wait()
        for task in (rounds, *self._background):
            task.cancel()
        await asyncio.gather(rounds, *self._background, return_exceptions=True)
        await self._starter.close()
        await self._driver.close()
        await self._conductor.close()

    def _background_ended(self, task: "asyncio.Task[Any]") -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._publisher.trouble(task.get_name(), f"{task.get_name()}: {error}")

    async def _here(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Do it on the engine's loop, whichever loop asks."""
        if asyncio.get_running_loop() is self._loop:
            return await work
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def _acting(self, work: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer | Refused:
        """Do it on the engine's loop, unless this console only looks."""
        if self._setup.read_only:
            return Refused(reason="this console only looks")
        try:
            return await self._here(work())
        except StoreError as error:
            return Unstored(reason=str(error))

    def view(self) -> View:
        """The newest picture."""
        return self._publisher.view

    async def dispatch(self, incident: str, intent: Intent) -> tuple[Recorded, ...] | Refused:
        """Put an intent to the incident."""
        return await self._acting(lambda: self._seen(asyncio.to_thread(self._put, incident, intent)))

    def _put(self, incident: str, intent: Intent) -> tuple[Recorded, ...] | Refused:
        if isinstance(intent, i.SignDocument) and not intent.checkpoint:
            intent = replace(intent, checkpoint=self.checkpoint())
        if isinstance(intent, i.GrantApproval | i.IssueCode) and self._setup.settings.approval.different_accounts:
            intent = replace(intent, different_accounts=True)
        return self._session.dispatch(incident, intent)

    async def _seen(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        answer = await work
        # Who acted sees it at once, without waiting for the next picture.
        self._publisher.refresh()
        return answer

    async def declare(
        self,
        title: str,
        level: str,
        *,
        playbook: str = "",
        service: str = "",
        impact_at: str = "",
        scenario: str = "",
    ) -> str | Refused:
        """Open an incident; gives its id."""
        settings, now = self._setup.settings, self._setup.clock()
        try:
            book = self._books.load(playbook)
            impact = parse_when(impact_at, now) if impact_at else None
        except (ValueError, ConfigError) as error:
            return Refused(reason=str(error))

        def make(incident: str) -> i.Declare:
            return i.Declare(
                incident=incident,
                title=title,
                level=level,
                playbook=book,
                service=service or settings.service.name,
                impact_at=impact,
                drill=settings.drill,
                calendar=settings.calendar,
                scenario=scenario,
            )

        return await self._acting(lambda: self._seen(asyncio.to_thread(self._session.declare, make)))

    async def playbooks(self) -> Mapping[str, str]:
        """The playbooks an incident may go on by: title by id."""
        return await asyncio.to_thread(self._books.titles)

    async def differences(self, incident: str, playbook: str) -> tuple[str, ...] | Refused:
        """What would change if the incident went on by another playbook, in lines."""
        return await asyncio.to_thread(self._books.differences, self._session.incident(incident), playbook)

    async def switch(self, incident: str, playbook: str, why: str) -> tuple[Recorded, ...] | Refused:
        """Go on by another playbook; ticks stay with the steps of the same key. Only for who has the conn."""
        try:
            book = await asyncio.to_thread(self._books.load, playbook)
        except ConfigError as error:
            return Refused(reason=str(error))
        return await self.dispatch(incident, i.SwitchPlaybook(playbook=book, why=why))

    async def propose(self, incident: str, action: str, values: Mapping[str, str]) -> Proposal | Refused:
        """Freeze what running this action would do."""
        found = await self._acting(lambda: asyncio.to_thread(self._proposer.propose, incident, action, values))
        return found if isinstance(found, Refused) else found[0]

    async def ask(self, proposal: Proposal) -> str | Refused:
        """Ask a second person to approve exactly this; gives the request's id."""
        return await self._acting(lambda: self._seen(self._approver.ask(proposal)))

    async def run(self, proposal: Proposal, confirmation: Confirmation) -> str | Refused:
        """Start the confirmed run; gives its id."""
        return await self._acting(lambda: self._starter.run(proposal, confirmation))

    async def conflicts(self, incident: str) -> tuple[Conflicting, ...] | Refused:
        """Which picks of the fix wait at a conflict on this machine, and which would run into one."""
        return await self._here(asyncio.to_thread(self._carrying.conflicts, incident))

    async def propose_rollout(self, incident: str, strategy: str) -> Proposal | Refused:
        """Freeze what starting a staged rollout would do; refused at once where it could not go on by itself."""
        return await self._acting(lambda: self._stager.propose(incident, strategy))

    async def rollout(self, incident: str, strategy: str, confirmation: Confirmation) -> str | Refused:
        """Start a staged rollout after its first stage was proposed and confirmed; gives its id."""
        return await self._acting(lambda: self._begun(incident, strategy, confirmation))

    async def _begun(self, incident: str, strategy: str, confirmation: Confirmation) -> str | Refused:
        answer = await self._stager.start(incident, strategy, confirmation)
        # At once, not with the next round: until it is driven, others may take it for abandoned.
        await self._driver.look()
        return answer

    async def cancel(self, incident: str, run: str) -> Refused | None:
        """Stop a run: INT or TERM as its action says, then TERM, then KILL."""
        return await self._acting(lambda: self._conductor.cancel(incident, run))

    async def settle(
        self, incident: str, run: str, outcome: Literal["succeeded", "failed"], why: str
    ) -> tuple[Recorded, ...] | Refused:
        """Say how a run ended of which nobody knows."""
        return await self._acting(lambda: self._seen(self._conductor.settle(incident, run, outcome, why)))

    async def finish(self, incident: str, run: str) -> Run | None:
        """Wait until a run has ended, and give it."""
        return await self._here(self._conductor.finish(incident, run))

    async def proof(self, incident: str, run: str) -> Run | None:
        """Wait until a run has ended and is verified; the run that did it, nothing where none did."""
        return await self._here(self._starter.proof(incident, run))

    async def output(self, run: str, offset: int) -> Output:
        """What a run has printed from a byte offset on; control sequences are taken out."""

        def read() -> Output:
            ended = self._runner.look(run).ended
            chunk = self._runner.output(run, offset, _OUTPUT_CHUNK)
            # A letter whose last bytes are not there yet is left for the next time.
            whole = ended and len(chunk.data) < _OUTPUT_CHUNK
            text, used = codecs.utf_8_decode(chunk.data, "replace", whole)
            start = chunk.end - len(chunk.data)
            return Output(
                text=clean(text, keep_newlines=True),
                next=start + used,
                ended=ended and not chunk.data,
                skipped=max(start - offset, 0),
            )

        return await self._here(asyncio.to_thread(read))

    async def draft(self, incident: str, message: str) -> Letter | Refused:
        """Fill a message from the facts."""
        from warroom.console.comms.render import draft

        snapshot = self._session.incident(incident)
        if snapshot is None:
            return Refused(reason="there is no such incident")
        return await self._here(asyncio.to_thread(draft, snapshot, message, self._setup.clock(), self.view().probes))

    async def send(self, incident: str, letter: Letter, channels: tuple[str, ...]) -> tuple[str, ...] | Refused:
        """Put a letter into the outbox, for each channel or for none; gives the ids."""
        return await self._acting(lambda: self._mailing.send(incident, letter, channels, self.view().probes))

    async def resend(self, parcel: str) -> Refused | None:
        """Send what failed, was withdrawn, or may have arrived, once more."""
        return await self._acting(lambda: self._mailing.resend(parcel))

    async def withdraw(self, parcel: str) -> Refused | None:
        """Take a letter out of the outbox."""
        return await self._acting(lambda: self._mailing.withdraw(parcel))

    async def arrived(self, parcel: str) -> Refused | None:
        """Somebody looked: a letter of which nobody knew did arrive."""
        return await self._acting(lambda: self._mailing.arrived(parcel))

    async def document(self, incident: str, document: str) -> str | Refused:
        """Fill a document from the log, as Markdown."""
        from warroom.console.reports.document import write

        now = self._setup.clock()
        return await self._here(
            asyncio.to_thread(write, self._session, self._setup.store, incident, document, "md", now)
        )
