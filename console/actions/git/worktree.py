"""A working copy of one's own, for a moment: what is being worked on elsewhere is never touched."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warroom.console.actions.git.repository import NO_HOOKS, Repository

_OURS = re.compile(r"(?P<folder>.*/warroom-git-(?P<pid>\d+)-[^/]+)/tree")


@contextmanager
def worktree(repository: Repository, commit: str, hooks: bool = True) -> Iterator[Path]:
    """A working copy of `commit` in a temporary folder, on no branch; gone at the end, whatever happens.

    Without `hooks` it is only looked at: the team's hooks do not run, and nobody is told the command.

    Those that a killed process left behind are cleared away first.

    Raises:
        GitError: git can't make one.
    """
    _sweep(repository)
    folder = Path(tempfile.mkdtemp(prefix=f"warroom-git-{os.getpid()}-"))
    tree = folder / "tree"
    try:
        words = ("worktree", "add", "--quiet", "--detach", str(tree), commit)
        if hooks:
            repository.change(*words)
        else:
            repository.read(*NO_HOOKS, *words)
        yield tree
    finally:
        removed(repository, folder)


def checked_out(repository: Repository, full: str) -> Path | None:
    """The working copy in which a branch (full name) is checked out, if there is one."""
    for entry in repository.read("worktree", "list", "--porcelain").split("\n\n"):
        lines = entry.splitlines()
        if f"branch {full}" in lines:
            place = Path(lines[0].removeprefix("worktree "))
            return place if place.is_dir() else None
    return None


def _sweep(repository: Repository) -> None:
    for line in repository.read("worktree", "list", "--porcelain").splitlines():
        ours = _OURS.fullmatch(line.removeprefix("worktree "))
        if ours and not _lives(int(ours["pid"])):
            removed(repository, Path(ours["folder"]))


def removed(repository: Repository, folder: Path) -> None:
    """Take a working copy away, whatever is in it, and let git forget it."""
    shutil.rmtree(folder, ignore_errors=True)
    repository.ask("worktree", "prune")


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
