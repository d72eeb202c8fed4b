"""Looks at the repository while an incident needs it, and notes in the log what changed."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from warroom.console.actions.git.look import Look
from warroom.console.actions.git.looker import Looker, named, notes_of
from warroom.console.actions.git.remote import Remote
from warroom.console.actions.git.repository import GitError, NotARepository
from warroom.console.domain.checklist import find_step
from warroom.console.domain.debts import debts
from warroom.console.domain.decide.git import decide_git
from warroom.console.domain.git.backport import WAIVER
from warroom.console.domain.model import Incident, State
from warroom.console.engine.setup import Setup

_STEP = 1.0
_LOCAL = 15.0
"""Seconds between two looks at the copy here."""
_REMOTE = 60.0
"""Seconds between two questions to the remote, unless a run has ended since."""
_SILENT = 3
"""Failed questions in a row after which what is there counts as unknown."""


@dataclass(slots=True)
class _Memory:
    """What is remembered of one incident between looks; times are those of the loop."""

    local_at: float = 0.0
    remote_at: float = 0.0
    ended: int = -1
    remote: Remote | None = None
    silent: int = 0


class GitWatch:
    """One look at a time, off the loop, and only while this console is the one that records."""

    def __init__(self, setup: Setup, mine: Callable[[], bool], trouble: Callable[[str, str], None]) -> None:
        self._setup = setup
        self._session = setup.session
        self._mine = mine
        self._trouble = trouble
        self._memory: dict[str, _Memory] = {}
        self._looker = Looker(setup.settings.service)

    def wanted(self) -> bool:
        """Whether there is anything to look for."""
        return self._setup.watch and not self._setup.read_only and any(True for _ in self._incidents())

    async def run(self) -> None:
        """Look whenever it is time, until cancelled."""
        while True:
            for incident in list(self._incidents()) if self.wanted() and self._mine() else ():
                await self._visit(incident)
            await asyncio.sleep(_STEP)

    def _incidents(self) -> Iterator[Incident]:
        service = self._setup.settings.service.name
        for incident in self._session.picture().incidents.values():
            ours = incident.service == service and named(incident)
            if ours and (incident.state is not State.CLOSED or self._owes(incident)):
                yield incident

    def _owes(self, incident: Incident) -> bool:
        """Whether a closed incident owes something that git can show to be paid."""
        if not incident.git and not incident.backports:
            return False
        for debt in debts(incident, self._setup.clock()):
            step = find_step(incident, debt.key)
            if debt.key.startswith(WAIVER) or debt.kind == "merge" or (step and step.ticked_by.startswith("git:")):
                return True
        return False

    async def _visit(self, incident: Incident) -> None:
        now, pace = asyncio.get_running_loop().time(), self._setup.pace
        memory = self._memory.setdefault(incident.id, _Memory())
        ended = sum(not run.active for run in incident.runs.values())
        acted = ended != memory.ended
        if not acted and now < memory.local_at:
            return
        ask = acted or now >= memory.remote_at
        memory.local_at, memory.ended = now + max(_LOCAL / pace, _STEP), ended
        if ask:
            memory.remote_at = now + max(_REMOTE / pace, _STEP)
        try:
            seen = await asyncio.to_thread(self._look, incident, memory, ask)
        except NotARepository:
            return
        except GitError as error:
            self._trouble("git", f"the repository can't be read: {error}")
            return
        told = memory.remote.trouble if memory.remote else ""
        self._trouble("git", f"{told}; what is there stays as it was last seen" if told else "")
        await asyncio.to_thread(self._note, incident, seen, told != "" and memory.silent < _SILENT)

    def _look(self, incident: Incident, memory: _Memory, ask: bool) -> Look:
        if ask:
            memory.remote = self._looker.ask(incident)
            memory.silent = memory.silent + 1 if memory.remote.trouble else 0
        return self._looker.look(incident, memory.remote)

    def _note(self, incident: Incident, seen: Look, doubtful: bool) -> None:
        """Put what is news into the log. While the remote has only begun to be silent, what is unknown is no news."""
        for intent in notes_of(seen, doubtful):
            if decide_git(incident, intent):
                self._session.dispatch(incident.id, intent)
