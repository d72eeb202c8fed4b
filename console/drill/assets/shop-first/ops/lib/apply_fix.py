"""apply-fix BRANCH: commit the developer's fix on a branch, in a working tree of its own."""

import sys
import tempfile
from pathlib import Path

from ops.lib.command import REPOSITORY, Failed, Misused, commit_of, finish, git, ref_named, say
from ops.lib.platform import Platform

MESSAGE = """hotfix: make a store for every session slot

The slots are a setting, the stores were counted by hand: with more slots than
stores everybody who belongs to a later slot got an error after signing in.
"""


def checked_out(branch: str) -> Path | None:
    """The working tree that has the branch checked out, if one has."""
    folder: Path | None = None
    for line in git("worktree", "list", "--porcelain").decode().splitlines():
        if line.startswith("worktree "):
            folder = Path(line.removeprefix("worktree "))
        elif line == f"branch refs/heads/{branch}":
            return folder
    return None


def commit(patch: Path, branch: str, folder: Path) -> None:
    """Apply the patch to a clean working tree and commit it."""
    if git("status", "--porcelain", "--untracked-files=no", folder=folder).strip():
        raise Failed(f"{folder} has {branch} checked out with changes of its own; commit or drop them first")
    git("apply", "--index", str(patch), folder=folder)
    git("commit", "--quiet", "--no-verify", "--file", "-", folder=folder, stdin=MESSAGE.encode())
    say(git("show", "--stat", "--format=%h %an: %s", branch, folder=folder).decode().rstrip())


def applied(patch: Path, branch: str, folder: Path) -> bool:
    """Whether the branch holds the fix already."""
    try:
        git("apply", "--check", "--reverse", str(patch), folder=folder)
    except Failed:
        return False
    say(f"{branch} holds the fix already")
    return True


def apply_fix(arguments: list[str]) -> None:
    """Find or make the working tree, and commit there."""
    if len(arguments) != 1:
        raise Misused("ops/apply-fix BRANCH, e.g. ops/apply-fix hotfix/INC-7")
    branch = ref_named(arguments[0])
    if branch == "main":
        raise Misused("a fix goes on a branch of its own, e.g. hotfix/INC-7; main gets it by a merge")
    platform = Platform.find()
    commit_of(f"refs/heads/{branch}")
    place = checked_out(branch)
    if place is not None:
        if not applied(platform.fix, branch, place):
            commit(platform.fix, branch, place)
        return
    with tempfile.TemporaryDirectory(prefix="fix-", dir=platform.scratch) as parent:
        folder = Path(parent) / "tree"
        git("worktree", "add", "--quiet", str(folder), branch, folder=REPOSITORY)
        try:
            if not applied(platform.fix, branch, folder):
                commit(platform.fix, branch, folder)
        finally:
            git("worktree", "remove", "--force", str(folder))


if __name__ == "__main__":
    finish(lambda: apply_fix(sys.argv[1:]))
