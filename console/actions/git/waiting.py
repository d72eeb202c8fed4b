"""Picks that wait: each in a working copy of its own, with what is to be done in a file beside git's own state of it.

Nothing of it is in this console's memory or log: whichever console looks next finds them, and `git worktree list`
shows them to anybody. The file goes with the working copy.
"""

import fcntl
import hashlib
import itertools
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from warroom.console.actions.git.repository import GitError, Repository
from warroom.console.actions.git.worktree import removed
from warroom.console.domain.text import clean

_FILE, _LOCK = "warroom-pick.json", "warroom-pick.lock"
_MOMENT, _MOMENTS = 0.05, 10
"""Seconds between two tries for the lock, and how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """What is to be picked onto a branch, and how far it has come."""

    branch: str
    """The live branch."""
    landing: str
    """The branch that gets the commits: the same, or a new one made from it."""
    start: str
    """The commit it began at."""
    commits: tuple[str, ...]
    """All of them, in their order."""
    at: int = 0
    """The place of the one that is being picked."""
    head: str = ""
    """Where the working copy stood before that one."""
    files: tuple[str, ...] = ()
    """Where it conflicts; empty: it was not stopped by a conflict."""

    @property
    def onto_new(self) -> str:
        """The new branch; empty: none is made."""
        return self.landing if self.landing != self.branch else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A working copy in which a pick waits, or is just being made."""

    pick: Pick
    tree: Path
    admin: Path
    """Git's own folder of the working copy."""
    since: datetime

    def write(self, pick: Pick) -> "Place":
        """Note how far it has come."""
        _write(self.admin, pick)
        return Place(pick=pick, tree=self.tree, admin=self.admin, since=self.since)


def waiting(repository: Repository) -> tuple[Place, ...]:
    """Every pick that waits in this repository, by the name of its branch. Runs no git."""
    found = []
    for file in _common(repository).glob(f"worktrees/*/{_FILE}"):
        try:
            known = json.loads(file.read_text(encoding="utf-8"))
            known |= {name: tuple(known[name]) for name in ("commits", "files")}
            tree = Path((file.parent / "gitdir").read_text(encoding="utf-8").strip()).parent
            since = datetime.fromtimestamp(file.stat().st_mtime, UTC)
            found.append(Place(pick=Pick(**known), tree=tree, admin=file.parent, since=since))
        except (OSError, ValueError, TypeError, KeyError):
            # Half written, or of a later version: whoever made it knows it.
            continue
    return tuple(sorted(found, key=lambda place: place.pick.landing))


def place_of(repository: Repository, landing: str) -> Place:
    """The pick that waits for a branch.

    Raises:
        GitError: none does.
    """
    places = waiting(repository)
    for place in places:
        if place.pick.landing == landing:
            return place
    others = ", ".join(clean(place.pick.landing) for place in places)
    raise GitError(f"{landing}: no pick waits for it" + (f"; one waits for {others}" if others else ""))


def folder_for(repository: Repository, landing: str) -> Path:
    """A folder for a pick that is not there yet: short enough to type, under the console's own state."""
    from platformdirs import user_state_path

    common = _common(repository)
    home = common.parent if common.name == ".git" else common
    name = re.sub(r"[^A-Za-z0-9._-]", "-", home.name.removesuffix(".git")) or "repository"
    digest = hashlib.sha256(os.fsencode(common)).hexdigest()[:8]
    root = user_state_path("warroom", appauthor=False) / "picks" / f"{name}-{digest}"
    wanted = root / landing.replace("/", "-")
    # What somebody left there is not thrown away.
    return next(path for number in itertools.count(1) if not os.path.lexists(path := _numbered(wanted, number)))


def _numbered(path: Path, number: int) -> Path:
    return path if number == 1 else path.with_name(f"{path.name}-{number}")


def make(repository: Repository, pick: Pick) -> Place:
    """A working copy for a pick, at the commit it begins at, on no branch.

    Raises:
        GitError: git can't make one.
    """
    tree = folder_for(repository, pick.landing)
    try:
        tree.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise GitError(f"{tree.parent}: can't be made: {error.strerror}") from None
    repository.change("worktree", "add", "--quiet", "--detach", str(tree), pick.start)
    admin = Path(repository.read("-C", str(tree), "rev-parse", "--absolute-git-dir").strip())
    _write(admin, pick)
    return Place(pick=pick, tree=tree, admin=admin, since=datetime.fromtimestamp(tree.stat().st_mtime, UTC))


def remove(repository: Repository, place: Place) -> None:
    """Take the working copy away, and what is known of the pick with it."""
    (place.admin / _FILE).unlink(missing_ok=True)
    removed(repository, place.tree)


@contextmanager
def alone(place: Place) -> Iterator[None]:
    """Nobody else goes on with this pick meanwhile; the lock goes with the process that holds it.

    Raises:
        GitError: somebody does.
    """
    with (place.admin / _LOCK).open("a") as lock:
        for _ in range(_MOMENTS):
            if _locked(lock):
                break
            # A console that just asks whether somebody is at work has it for a moment.
            time.sleep(_MOMENT)
        else:
            raise GitError(f"{place.pick.landing}: another run is at work on this pick")
        yield


def at_work(place: Place) -> bool:
    """Whether a run is just going on with this pick."""
    try:
        with (place.admin / _LOCK).open() as lock:
            return not _locked(lock)
    except OSError:
        # Nobody ever was, or it has just gone.
        return False


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _write(admin: Path, pick: Pick) -> None:
    file = admin / _FILE
    fresh = file.with_suffix(".new")
    try:
        fresh.write_text(json.dumps(asdict(pick)), encoding="utf-8")
        fresh.replace(file)
    except OSError as error:
        raise GitError(f"{file}: can't be written: {error.strerror}") from None


def _common(repository: Repository) -> Path:
    return Path(repository.repo.common_dir).resolve()
