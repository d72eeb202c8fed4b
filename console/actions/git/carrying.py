"""Carrying a fix to another branch by picks: where the work lands, one pick, and the whole way in one go."""

from collections.abc import Callable, Sequence
from pathlib import Path

from warroom.console.actions.git.remote import remote_name
from warroom.console.actions.git.repository import Conflict, Found, GitError, RefExists, Repository
from warroom.console.actions.git.verbs import Change, new_name, newest, newest_to_go_on
from warroom.console.actions.git.worktree import worktree
from warroom.console.domain.text import clean

NOTHING_LEFT = ("nothing to commit", "is now empty", "nothing added to commit")
"""What git says where a commit brings nothing that is not there already."""


def backport(repository: Repository, branch: str, commits: Sequence[str], onto_new: str = "") -> Change:
    """Pick commits onto a branch, or onto a new one made from it; each message says where it comes from.

    A commit that is there already is passed over; if all are, nothing changes. `commits` are hashes.

    Raises:
        Conflict: the files are named, and how to go on by hand; nothing was changed.
        WorkingCopyInUse: the branch is checked out where something is not committed.
        GitError: something does not exist, or git refused.
    """
    target, advance = landing_of(repository, branch, onto_new, f"backport to {branch}")
    with worktree(repository, target.sha) as tree:
        for sha in commits:
            if files := pick(repository, tree, sha, branch):
                repository.do("-C", str(tree), "cherry-pick", "--abort")
                by_hand = _by_hand(branch, target, onto_new, commits, files)
                raise Conflict(f"picking {sha[:10]} onto {branch}", files, by_hand)
        result = head_of(repository, tree)
        if result == target.sha:
            return Change(target.full, target.sha, target.sha)
        advance(result)
    return Change(target.full, "" if onto_new else target.sha, result)


def _by_hand(
    branch: str, target: Found, onto_new: str, commits: Sequence[str], files: tuple[str, ...]
) -> tuple[str, ...]:
    """The commands with which a person goes on."""
    name = onto_new or f"backport/{branch}"
    return (
        f"git switch --create {name} {target.sha[:12]}",
        f"git cherry-pick -x {' '.join(sha[:12] for sha in commits)}",
        f"mend {', '.join(map(clean, files))}, then: git add them, and git cherry-pick --continue",
        f"git push origin {name}, and a pull request to {branch}",
    )


def pick(repository: Repository, tree: Path, sha: str, branch: str) -> tuple[str, ...]:
    """Pick one commit in a working copy; gives the files in which it conflicts, where it then stands still.

    Raises:
        GitError: git refused for another reason; the pick was taken back.
    """
    parents = repository.read("rev-list", "--parents", "--max-count=1", sha, "--").split()[1:]
    mainline = ("--mainline=1",) if len(parents) > 1 else ()
    answer = repository.do("-C", str(tree), "cherry-pick", "-x", *mainline, sha)
    if answer.status == 0:
        return ()
    if files := unmerged(repository, tree):
        return files
    if any(words in answer.out + answer.err for words in NOTHING_LEFT):
        repository.do("-C", str(tree), "cherry-pick", "--skip")
        return ()
    repository.do("-C", str(tree), "cherry-pick", "--abort")
    raise GitError(f"picking {sha[:10]} onto {branch}: {answer.reason}")


def landing_of(repository: Repository, branch: str, onto_new: str, what: str) -> tuple[Found, Callable[[str], object]]:
    """Where the work begins, and what puts its result in place.

    Raises:
        WorkingCopyInUse: the branch is checked out where something is not committed.
        GitError: the branch is nowhere, went apart from its remote, or the new one is there already.
    """
    if not onto_new:
        return newest_to_go_on(repository, branch, what)
    start, ref = newest(repository, branch), new_name(onto_new)
    if repository.exists(ref.as_branch):
        raise RefExists(f"{onto_new}: there is such a branch already")
    # A pull request goes to what the remote has; what is only here has no part in it.
    there = repository.commit_of(f"refs/remotes/{remote_name(repository, branch)}/{branch}")
    return Found(onto_new, ref.as_branch, there or start.sha), lambda result: repository.change(
        "update-ref", "-m", what, ref.as_branch, result, "0" * len(result)
    )


def unmerged(repository: Repository, tree: Path) -> tuple[str, ...]:
    """The files of a working copy in which changes contradict each other."""
    told = repository.read("-C", str(tree), "diff", "--name-only", "--diff-filter=U", "-z").split("\0")
    return tuple(dict.fromkeys(filter(None, told)))


def head_of(repository: Repository, tree: Path) -> str:
    """The commit that a working copy stands on."""
    return repository.read("-C", str(tree), "rev-parse", "--verify", "HEAD").strip()
