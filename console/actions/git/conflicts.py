"""Which picks of an incident's fix conflict: those that wait on this machine, and those that would."""

import threading
from collections.abc import Iterator
from pathlib import Path

from warroom.config.settings import Service
from warroom.console.actions.git.backports import fix_of, foretell, standing
from warroom.console.actions.git.repository import GitError, NotARepository, Repository, open_repository
from warroom.console.actions.git.stopped import conflicting, look_at
from warroom.console.actions.git.verbs import newest
from warroom.console.actions.git.waiting import Place, at_work, waiting
from warroom.console.domain.git.backport import on_its_way, pull_request_branch
from warroom.console.domain.git.conflict import ConflictFile, Conflicting
from warroom.console.domain.git.truth import Backport
from warroom.console.domain.model import Incident
from warroom.console.domain.text import clean

_KEPT = 16
Tried = tuple[str, tuple[ConflictFile, ...]] | None
"""The commit at which a pick would stop, and the files in which it conflicts; nothing: it would not."""


class Conflicts:
    """Looks at the copy of one service on this machine. Calls block; make them off the loop.

    What waits is found in the repository itself, so a console that has just been started knows it as well, and one
    on another machine, with a copy of its own, does not.
    """

    def __init__(self, service: Service, *, foretell: bool = True) -> None:
        """Without `foretell` nothing is tried: only what waits is told."""
        self._service = service
        self._foretell = foretell
        self._tried: dict[tuple[str, str, str], Tried] = {}
        self._one_by_one = threading.Lock()

    def of(self, incident: Incident) -> tuple[Conflicting, ...]:
        """What waits first, then what is foretold of the branches that lack the fix.

        Raises:
            GitError: the repository can't be read.
        """
        if not incident.backports:
            return ()
        try:
            with self._one_by_one, open_repository(Path(self._service.repository)) as repository:
                stopped = tuple(self._waiting(repository, incident))
                taken = {one.branch for one in stopped if not one.other}
                lacking = [row for row in incident.backports.values() if row.state == "missing" and row.files]
                rows = [row for row in lacking if row.branch not in taken] if self._foretell else []
                return (*stopped, *(one for row in rows for one in self._foretold(repository, incident, row)))
        except NotARepository:
            return ()

    def _waiting(self, repository: Repository, incident: Incident) -> Iterator[Conflicting]:
        places = [place for place in waiting(repository) if place.pick.branch in incident.backports]
        fix = _commits_of_the_fix(repository, incident) if places else frozenset()
        for place in places:
            if (found := _as_it_waits(repository, place, fix)) is not None:
                yield found

    def _foretold(self, repository: Repository, incident: Incident, row: Backport) -> Iterator[Conflicting]:
        made = on_its_way(incident, row.branch)
        if made and repository.exists(f"refs/heads/{made}"):
            # It was mended already, and waits for its pull request.
            return
        try:
            head = _head(repository, row)
        except GitError:
            return
        key = (row.commits, row.branch, head)
        if key not in self._tried:
            self._tried[key] = _try(repository, row, head)
            while len(self._tried) > _KEPT:
                del self._tried[next(iter(self._tried))]
        if (found := self._tried[key]) is not None:
            sha, files = found
            landing = pull_request_branch(incident, row.branch) or row.branch
            yield Conflicting(branch=row.branch, landing=landing, commit=_named(repository, sha), files=files)


def _head(repository: Repository, row: Backport) -> str:
    """The newest commit of a branch that is known: what was judged, unless this copy has seen a later one.

    What is noted of the remote's branch lags behind it where somebody fetched the commits and not the branch.

    Raises:
        GitError: this copy has no such branch.
    """
    here = newest(repository, row.branch).sha
    judged = row.head if row.head and repository.commit_of(row.head) else ""
    return judged if judged and repository.contains(judged, here) else here


def _as_it_waits(repository: Repository, place: Place, fix: frozenset[str]) -> Conflicting | None:
    pick, problem = place.pick, ""
    files = tuple(ConflictFile(path=path) for path in pick.files)
    if at_work(place):
        if not files:
            # A pick that has only begun, and most likely ends by itself.
            return None
        problem = "a run is going on with it"
    else:
        try:
            files, problem = look_at(repository, place)
        except GitError as error:
            problem = str(error)
    return Conflicting(
        branch=pick.branch,
        landing=pick.landing,
        commit=_named(repository, pick.commits[min(pick.at, len(pick.commits) - 1)]),
        files=files,
        place=str(place.tree),
        since=place.since,
        in_the_way=problem,
        left=max(len(pick.commits) - pick.at - 1, 0),
        other=bool(fix) and fix.isdisjoint(pick.commits),
    )


def _try(repository: Repository, row: Backport, head: str) -> Tried:
    start, _, tip = row.commits.partition("..")
    fix = fix_of(repository, start, tip)
    absent = standing(repository, fix, row.branch, head, predict=False).absent
    return foretell(repository, absent, head, lambda _, tree, sha: (sha, conflicting(repository, tree)))


def _commits_of_the_fix(repository: Repository, incident: Incident) -> frozenset[str]:
    """The commits that are to be carried; none where they are not in this copy."""
    start, tip = incident.git.get("branch-from-base"), incident.git.get("fix")
    if start is None or tip is None or not (start.commit and tip.commit):
        return frozenset()
    answer = repository.ask("rev-list", f"{start.commit}..{tip.commit}", "--")
    return frozenset(answer.out.split()) if answer.status == 0 else frozenset()


def _named(repository: Repository, sha: str) -> str:
    answer = repository.ask("log", "--max-count=1", "--format=%h %s", sha, "--")
    return clean(answer.out.strip()) or sha[:10]
