"""Looks at the repository while an incident needs it, and notes in the log what changed."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from warroom.console.actions.backports import Fix, Stands, standing
from warroom.console.actions.git import GitError, NotARepository, Repository, open_repository
from warroom.console.actions.git_look import Look, Wanted, look
from warroom.console.actions.git_remote import Remote, ask_remote, remote_name
from warroom.console.domain import intents as i
from warroom.console.domain.backport import WAIVER
from warroom.console.domain.checklist import find_step
from warroom.console.domain.debts import debts
from warroom.console.domain.decide_git import decide_git
from warroom.console.domain.model import Incident, State
from warroom.console.engine.setup import Setup

_STEP = 1.0
_LOCAL = 15.0
"""Seconds between two looks at the copy here."""
_REMOTE = 60.0
"""Seconds between two questions to the remote, unless a run has ended since."""
_SILENT = 3
"""Failed questions in a row after which what is there counts as unknown."""
_KEPT = 256
_ROLLED_BACK = "action:rollback"


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
        self._judged: dict[tuple[str, str, str, str], Stands] = {}

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
            named = incident.names.get("branch") and incident.names.get("base")
            if incident.service == service and named and (incident.state is not State.CLOSED or self._owes(incident)):
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
        wanted = self._wanted(incident)
        with open_repository(Path(self._setup.settings.service.repository)) as repository:
            if ask:
                name = remote_name(repository, wanted.production)
                memory.remote = ask_remote(repository, name, {wanted.branch, *wanted.branches}, (wanted.tag,))
                memory.silent = memory.silent + 1 if memory.remote.trouble else 0
            return look(repository, wanted, memory.remote, partial(self._judge, repository))

    def _wanted(self, incident: Incident) -> Wanted:
        service, names = self._setup.settings.service, incident.names
        back = incident.playbook.merge_back
        bases = [names["base"]]
        if _ROLLED_BACK in incident.moments and names.get("previous_tag"):
            # What runs then is the release before, so a fix may start there.
            bases.append(names["previous_tag"])
        start, fix = incident.git.get("branch-from-base"), incident.git.get("fix")
        return Wanted(
            branch=names["branch"],
            tag=names.get("tag", ""),
            bases=tuple(bases),
            production=service.production.branch,
            live=back.into if back else (),
            named=service.branches,
            start=start.commit if start else "",
            tip=fix.commit if fix else "",
            limits=service.limits,
        )

    def _judge(self, repository: Repository, fix: Fix, branch: str, head: str) -> Stands:
        """How a branch stands; for the same commits the answer is the same, and a trial merge takes its time."""
        key = (fix.start, fix.tip, branch, head)
        if key not in self._judged:
            stands = standing(repository, fix, branch, head)
            if stands.state == "unknown":
                return stands
            self._judged[key] = stands
            while len(self._judged) > _KEPT:
                del self._judged[next(iter(self._judged))]
        return self._judged[key]

    def _note(self, incident: Incident, seen: Look, doubtful: bool) -> None:
        """Put what is news into the log. While the remote has only begun to be silent, what is unknown is no news."""
        facts = [
            i.RecordGitFact(fact=name, holds=fact.holds, why=fact.why, commit=fact.commit)
            for name, fact in seen.facts.items()
            if not (doubtful and fact.holds is None)
        ]
        rows = [
            i.RecordBackport(
                branch=branch,
                state=stands.state,
                why=stands.why,
                files=stands.files,
                commits=seen.fix.span if seen.fix and stands.state == "missing" else "",
            )
            for branch, stands in seen.branches.items()
            if not (doubtful and stands.state == "unknown")
        ]
        for intent in (*facts, *rows):
            if decide_git(incident, intent):
                self._session.dispatch(incident.id, intent)
