"""Looking at the repository on behalf of an incident: what to look for, and what to note of it."""

from functools import partial
from pathlib import Path

from warroom.config.settings import Service
from warroom.console.actions.git.backports import Fix, Stands, standing
from warroom.console.actions.git.look import Look, Wanted, look
from warroom.console.actions.git.remote import Remote, ask_remote, remote_name
from warroom.console.actions.git.repository import Repository, open_repository
from warroom.console.domain import intents as i
from warroom.console.domain.model import Incident

_KEPT = 256
_ROLLED_BACK = "action:rollback"


class Looker:
    """Looks for incidents of one service. Calls block; make them off the loop, one at a time."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._judged: dict[tuple[str, str, str, str], Stands] = {}

    def ask(self, incident: Incident) -> Remote:
        """What the remote has of this incident's branches and tag.

        Raises:
            GitError: the repository can't be read.
        """
        wanted = wanted_of(incident, self._service)
        with open_repository(Path(self._service.repository)) as repository:
            name = remote_name(repository, wanted.production)
            return ask_remote(repository, name, {wanted.branch, *wanted.branches}, (wanted.tag,))

    def look(self, incident: Incident, remote: Remote | None) -> Look:
        """Look once.

        Raises:
            GitError: the repository can't be read.
        """
        with open_repository(Path(self._service.repository)) as repository:
            return look(repository, wanted_of(incident, self._service), remote, partial(self._judge, repository))

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


def named(incident: Incident) -> bool:
    """Whether an incident has names to look for."""
    return bool(incident.names.get("branch") and incident.names.get("base"))


def wanted_of(incident: Incident, service: Service) -> Wanted:
    """What is looked for on behalf of an incident that has its names."""
    names, back = incident.names, incident.playbook.merge_back
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


def notes_of(seen: Look, doubtful: bool = False) -> tuple[i.GitIntent, ...]:
    """What is to be noted of a look. `doubtful`: what is unknown is left out, since it may be known again soon."""
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
            head=stands.head,
        )
        for branch, stands in seen.branches.items()
        if not (doubtful and stands.state == "unknown")
    ]
    return (*facts, *rows)
