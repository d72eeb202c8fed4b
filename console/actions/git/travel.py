"""How a fix travels: fetched, carried as a patch file, and its branch cleared away."""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from warroom.console.actions.git.backports import fix_of, standing
from warroom.console.actions.git.carrying import head_of, landing_of, unmerged
from warroom.console.actions.git.repository import (
    Conflict,
    GitError,
    NothingToDo,
    Repository,
    UnknownRef,
    WorkingCopyInUse,
)
from warroom.console.actions.git.verbs import Change, new_name
from warroom.console.actions.git.worktree import checked_out, worktree

_RELEASE = re.compile(r"\d+\.\d+")


class MovedTag(GitError):
    """A release tag names another commit at the remote than here."""


def fetch(repository: Repository, remote: str, say: Callable[[str], None]) -> tuple[Change, ...]:
    """Fetch branches and tags of a remote. No branch of one's own moves, and no tag is ever replaced.

    Raises:
        MovedTag: a release tag was moved there; both commits are named, the rest was fetched.
        GitError: the remote is unknown or does not answer.
    """
    repository.known_remote(remote)
    before = _refs(repository, remote)
    quiet = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules")
    repository.change(*quiet, remote, f"+refs/heads/*:refs/remotes/{remote}/*")
    moved = _moved_tags(repository, remote)
    for line in moved.values():
        say(f"warning: {line}")
    answer = repository.do(*quiet, remote, "refs/tags/*:refs/tags/*")
    if answer.status != 0 and not moved:
        raise GitError(answer.reason)
    # The same name for the same commit: nothing happened to it.
    after = _refs(repository, remote)
    if releases := [tag for tag in moved if _RELEASE.search(tag)]:
        raise MovedTag(f"{', '.join(releases)} was moved at {remote}: find out who did it before anything is deployed")
    return tuple(Change(ref, before.get(ref, ""), sha) for ref, sha in after.items() if before.get(ref) != sha)


def _refs(repository: Repository, remote: str) -> dict[str, str]:
    told = repository.read("for-each-ref", "--format=%(refname) %(objectname)", f"refs/remotes/{remote}", "refs/tags")
    return dict(line.split(" ", 1) for line in told.splitlines())


def _moved_tags(repository: Repository, remote: str) -> dict[str, str]:
    here = _refs(repository, remote)
    told = repository.read("ls-remote", "--tags", "--refs", "--quiet", remote)
    pairs = (line.split("\t", 1) for line in told.splitlines() if "\t" in line)
    return {
        ref.removeprefix("refs/tags/"): f"{ref.removeprefix('refs/tags/')} is {here[ref]} here and {sha} at {remote}"
        for sha, ref in pairs
        if here.get(ref, sha) != sha
    }


def commits_of(repository: Repository, specs: Sequence[str]) -> tuple[str, ...]:
    """The commits that a person names, in the order to apply them: `A..B` without its merges, or one by one.

    Raises:
        GitError: one of them does not exist, or a span is empty.
    """
    commits: list[str] = []
    for spec in specs:
        first, dots, last = spec.partition("..")
        if not dots:
            commits.append(repository.find(spec).sha)
            continue
        span = f"{repository.find(first).sha}..{repository.find(last).sha}"
        found = repository.read("rev-list", "--reverse", "--topo-order", "--no-merges", span, "--").split()
        if not found:
            raise NothingToDo(f"{spec} holds no commit")
        commits += found
    return tuple(dict.fromkeys(commits))


def delete(repository: Repository, branch: str, into: Sequence[str], remote: str = "") -> tuple[Change, ...]:
    """Delete a branch here, and at a remote if one is named, when a branch of `into` has all of it.

    Raises:
        WorkingCopyInUse: it is checked out.
        GitError: it does not exist, or something of it would be lost.
    """
    ref = new_name(branch)
    here = repository.commit_of(ref.as_branch)
    there = _at(repository, remote, ref.as_branch) if remote else ""
    if not here and not there:
        raise UnknownRef(f"{branch}: there is no such branch" + (f", here or at {remote}" if remote else " here"))
    for sha in dict.fromkeys(filter(None, (here, there))):
        _must_be_kept(repository, branch, sha, into)
    place = checked_out(repository, ref.as_branch)
    if here and place is not None:
        raise WorkingCopyInUse(f"{branch} is checked out in {place}: switch to another branch there first")
    changes = []
    if there:
        repository.push(remote, [f":{ref.as_branch}"], lease=f"{ref.as_branch}:{there}")
        changes.append(Change(f"{remote} {ref.as_branch}", there, ""))
    if here:
        repository.change("update-ref", "-d", ref.as_branch, here)
        changes.append(Change(ref.as_branch, here, ""))
    return tuple(changes)


def _at(repository: Repository, remote: str, full: str) -> str:
    repository.known_remote(remote)
    answer = repository.reach("ls-remote", "--quiet", remote, full)
    if answer.status != 0:
        raise GitError(f"{remote}: {answer.reason}")
    found = [line.split("\t") for line in answer.out.splitlines()]
    return next((sha for sha, ref in found if ref == full), "")


def _must_be_kept(repository: Repository, branch: str, sha: str, into: Iterable[str]) -> None:
    """Refuse to lose commits: some branch must have them, by ancestry or as a patch."""
    if not repository.commit_of(sha):
        raise GitError(f"{branch} at the remote is {sha[:10]}, which is not in this copy: fetch first")
    looked = []
    for name in into:
        places = [f"refs/heads/{name}", *(f"refs/remotes/{remote}/{name}" for remote in repository.remotes)]
        for head in filter(None, map(repository.commit_of, places)):
            looked.append(name)
            shared = repository.ask("merge-base", head, sha).out.strip()
            if repository.contains(head, sha):
                return
            if shared and standing(repository, fix_of(repository, shared, sha), name, head, predict=False).state in (
                "fixed",
                "fixed-by-patch",
            ):
                return
    told = ", ".join(dict.fromkeys(looked)) or "no branch to compare it with"
    raise GitError(f"{branch} is not merged: {told} {'lacks' if looked else ''} what it holds at {sha[:10]}".strip())


def write_patch(repository: Repository, commits: Sequence[str], file: Path) -> int:
    """Write commits as a patch file, which carries author, message and change; gives how many.

    Raises:
        GitError: the file is there already or can't be written, or a commit is a merge.
    """
    parts = []
    for sha in commits:
        # Of a merge git would write the commit before it.
        if len(repository.read("rev-list", "--parents", "--max-count=1", sha, "--").split()) > 2:
            raise GitError(f"{sha[:10]} is a merge, which can't be written as a patch: name what it brought, e.g. A..B")
        parts.append(repository.read("format-patch", "-1", "--stdout", "--binary", "--no-signature", sha))
    try:
        with file.open("x", encoding="utf-8", errors="surrogateescape", newline="") as out:
            out.write("".join(part.rstrip("\n") + "\n\n" for part in parts))
    except FileExistsError:
        raise GitError(f"{file}: is there already, and is not replaced") from None
    except OSError as error:
        raise GitError(f"{file}: can't be written: {error.strerror}") from None
    return len(parts)


def apply_patch(repository: Repository, file: Path, branch: str, onto_new: str = "") -> Change:
    """Apply a patch file to a branch, or to a new one made from it, as the commits it holds.

    Raises:
        Conflict: the files are named; nothing was changed.
        GitError: the file is none, the branch does not exist, or git refused.
    """
    path = file.resolve()
    if not path.is_file():
        raise GitError(f"{file}: there is no such file")
    target, advance = landing_of(repository, branch, onto_new, f"apply {file.name}")
    with worktree(repository, target.sha) as tree:
        answer = repository.do("-C", str(tree), "am", "--3way", "--quiet", str(path))
        if answer.status != 0:
            files = unmerged(repository, tree)
            repository.do("-C", str(tree), "am", "--abort")
            if files:
                raise Conflict(f"applying {file.name} to {branch}", files)
            raise GitError(f"{file.name} does not apply to {branch}: {answer.reason}")
        result = head_of(repository, tree)
        if result == target.sha:
            return Change(target.full, target.sha, target.sha)
        advance(result)
    return Change(target.full, "" if onto_new else target.sha, result)
