"""Reading what a candidate changes against what is live. Calls run git and block; make them off the loop."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from warroom.config.settings import Settings
from warroom.console.actions.git.names import before_the_fix
from warroom.console.actions.git.ownership import Comer, comers, own_commits
from warroom.console.actions.git.repository import GitError, NotARepository, Repository, UnknownRef, open_repository
from warroom.console.domain.git.change import (
    ChangedFile,
    Commit,
    Difference,
    Proof,
    nothing_to_compare,
    unproven,
    weigh,
)
from warroom.console.domain.model import Incident
from warroom.console.domain.text import clean

_KEPT = 32
_SUBMODULE = "160000"
_SLOW = "git needs more than half a minute to compare them: they are far apart, or the repository is busy"


class Prover:
    """Proves what would ship; what was compared once is not compared again."""

    def __init__(self, settings: Settings) -> None:
        self._service = settings.service
        self._known: dict[tuple[str, ...], Proof] = {}

    def prove(
        self, incident: Incident, names: Mapping[str, str], order: Iterable[str] = ("tag", "branch")
    ) -> Proof | None:
        """What the candidate changes against what is live; nothing while there is no candidate.

        Args:
            incident: whose fix it is.
            names: `production_tag`, `commit`, `branch` and `tag`, as the command to be will use them.
            order: which of the names is the candidate: the first that exists.
        """
        live = before_the_fix(incident, names)
        if not live:
            return None
        candidate = ""
        try:
            with open_repository(Path(self._service.repository)) as repository:
                candidate = _first(repository, [names.get(name, "") for name in order])
                return self._prove(repository, incident, live, candidate, names) if candidate else None
        except NotARepository:
            return nothing_to_compare("there is no git repository here: nothing can be compared")
        except GitError as error:
            reason = _SLOW if "did not complete" in str(error) else str(error)
            return unproven(live, candidate or next(iter(names.get(name, "") for name in order), ""), reason)

    def _prove(
        self, repository: Repository, incident: Incident, live: str, candidate: str, names: Mapping[str, str]
    ) -> Proof:
        here, there = repository.find(live).sha, repository.find(candidate).sha
        branch = _commit(repository, names.get("branch", ""))
        began = min(incident.moments[name] for name in ("impact", "detected", "declared"))
        key = (live, candidate, here, there, branch, began.isoformat())
        proof = self._known.get(key)
        if proof is None:
            limits, line = self._service.limits, self._service.production.branch
            proof = weigh(_difference(repository, (live, here), (candidate, there), branch, began, line), limits)
            while len(self._known) >= _KEPT:
                self._known.pop(next(iter(self._known)), None)
            self._known[key] = proof
        return proof


def _first(repository: Repository, names: Iterable[str]) -> str:
    return next((name for name in names if name and _commit(repository, name)), "")


def _commit(repository: Repository, name: str) -> str:
    try:
        return repository.find(name).sha if name else ""
    except UnknownRef:
        return ""


def _difference(
    repository: Repository,
    live: tuple[str, str],
    candidate: tuple[str, str],
    branch: str,
    began: datetime,
    production: str,
) -> Difference:
    here, there = live[1], candidate[1]
    coming, more = comers(repository, here, there)
    dropped, _ = comers(repository, there, here)
    own = own_commits(repository, here, there, branch, began, production, coming)
    return Difference(
        live=live[0],
        candidate=candidate[0],
        live_commit=here,
        candidate_commit=there,
        commits=tuple(_told(one, one.sha in own) for one in coming),
        dropped=tuple(_told(one, False) for one in dropped),
        files=_files(repository, here, there),
        more=more,
    )


def _told(comer: Comer, own: bool) -> Commit:
    return Commit(sha=comer.sha, author=clean(comer.author), subject=clean(comer.subject), own=own)


def _files(repository: Repository, here: str, there: str) -> tuple[ChangedFile, ...]:
    compare = ("diff-tree", "-r", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none")
    raw = repository.read(*compare, "--raw", "--abbrev=40", here, there, "--").split("\0")
    counted = dict(_counted(repository.read(*compare, "--numstat", here, there, "--")))
    real = dict(_counted(repository.read(*compare, "--numstat", "-w", "--ignore-blank-lines", here, there, "--")))
    files = []
    for entry, path in zip(raw[::2], raw[1::2], strict=False):
        before, after, old, new, status = entry.lstrip(":").split()
        added, removed = counted.get(path, (0, 0))
        binary = added is None
        files.append(
            ChangedFile(
                path=clean(path),
                added=added or 0,
                removed=removed or 0,
                binary=binary,
                submodule=_SUBMODULE in (before, after),
                formatting=status == "M" and old != new and not binary and path not in real,
                deleted=status == "D",
            )
        )
    return tuple(files)


def _counted(text: str) -> Iterable[tuple[str, tuple[int | None, int | None]]]:
    for line in text.split("\0"):
        if line.strip():
            added, removed, path = line.split("\t", 2)
            yield path, (_count(added), _count(removed))


def _count(text: str) -> int | None:
    return None if text.strip() == "-" else int(text)
