"""What this console does to a repository: branch, tag, merge, revert, push. Nobody's working copy is touched."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from warroom.console.actions.git.facts import Release, Riding, next_version, production_commit, riding_along
from warroom.console.actions.git.refs import BadRef, ValidatedRef, validated_new
from warroom.console.actions.git.remote import remote_name
from warroom.console.actions.git.repository import (
    Answer,
    Conflict,
    Found,
    GitError,
    NothingToDo,
    RefExists,
    Repository,
    UnknownRef,
    WorkingCopyInUse,
)
from warroom.console.actions.git.worktree import checked_out, worktree
from warroom.console.domain.text import clean

__all__ = [
    "Change",
    "Release",
    "Riding",
    "branch_from",
    "merge",
    "next_version",
    "production_commit",
    "push",
    "revert",
    "riding_along",
    "tag",
]


@dataclass(frozen=True, slots=True)
class Change:
    """A ref that a verb made or moved."""

    ref: str
    """Its full name."""
    before: str
    """The commit it named before; empty: it is new."""
    after: str
    """The commit it names now."""

    @property
    def changed(self) -> bool:
        """Whether anything is different now."""
        return self.before != self.after


def branch_from(repository: Repository, name: str, base: str) -> Change:
    """Make a branch where `base` (a tag, a branch, a commit) is. Nothing is checked out.

    Of a branch it is where it stands here or at a remote, whichever is further: one's own copy may be days old.

    Raises:
        GitError: the name can't be used or is taken, or the base does not exist or went apart from its remote.
    """
    ref = new_name(name)
    start = repository.find(base)
    if start.full.startswith("refs/heads/"):
        start = newest(repository, base)
    if repository.exists(ref.as_branch):
        raise RefExists(f"{name}: there is such a branch already")
    repository.change("branch", "--no-track", name, start.sha)
    return Change(ref.as_branch, "", start.sha)


def tag(repository: Repository, name: str, commit: str, message: str) -> Change:
    """Make an annotated tag on `commit` (any name or hash).

    Raises:
        GitError: the name can't be used or is taken, the commit does not exist, or the message is empty.
    """
    ref = new_name(name)
    start = repository.find(commit)
    if not message.strip():
        raise GitError(f"{name}: a tag needs a message that says what it is")
    if repository.exists(ref.as_tag):
        raise RefExists(f"{name}: there is such a tag already, and a release never moves")
    repository.change("tag", "--annotate", f"--message={message}", "--cleanup=whitespace", name, start.sha)
    return Change(ref.as_tag, "", start.sha)


def merge(repository: Repository, branch: str, into: str, message: str = "") -> Change:
    """Merge a branch, tag or commit into a branch, always with a merge commit; nothing changes if it is in already.

    Raises:
        Conflict: they contradict each other; the files are named, nothing was changed.
        WorkingCopyInUse: the branch is checked out where something is not committed.
        GitError: something does not exist, or git refused.
    """
    source, target = repository.find(branch), newest(repository, into)
    if repository.contains(target.sha, source.sha):
        return Change(target.full, target.sha, target.sha)
    words = ("merge", "--no-ff", "--no-edit", f"--message={message or f'Merge {branch} into {into}'}", source.sha)
    return _in_worktree(repository, into, words, f"merging {branch} into {into}")


def revert(repository: Repository, commit: str, into: str) -> Change:
    """Add a commit to the branch `into` that undoes `commit`; of a merge, what it brought into its first parent.

    A tag or a branch that came in by a merge stands for all that the merge brought: its newest commit alone would take
    back a part of the fix.

    Raises:
        Conflict: later changes contradict; the files are named, nothing was changed.
        NothingToDo: it was undone already.
        WorkingCopyInUse: the branch is checked out where something is not committed.
        GitError: something does not exist, the commit is not in the branch, it came in with others, or git refused.
    """
    source, target = repository.find(commit), newest(repository, into)
    if not repository.contains(target.sha, source.sha):
        raise GitError(f"{commit}: is not in {into}, so there is nothing to revert")
    sha = _brought_by(repository, source, target) if source.full.startswith("refs/") else source.sha
    mainline = ("--mainline=1",) if len(_parents(repository, sha)) > 1 else ()
    what = f"reverting {commit} in {into}"
    return _in_worktree(repository, into, ("revert", "--no-edit", *mainline, sha), what)


def _brought_by(repository: Repository, source: Found, target: Found) -> str:
    """The merge on the branch that brought what a name stands for; its own commit where the branch went through it."""
    span = f"{source.sha}..{target.sha}"
    after = set(repository.read("rev-list", "--ancestry-path", span, "--").split())
    line = repository.read("rev-list", "--first-parent", "--reverse", span, "--").split()
    first = next((sha for sha in line if sha in after), "")
    parents = _parents(repository, first) if first else []
    if not parents or parents[0] == source.sha:
        return source.sha
    if source.sha in parents:
        return first
    raise GitError(
        f"{source.name} came into {target.name} by {first[:10]}, together with other commits: "
        "name the commits that are to be undone, one by one"
    )


def _parents(repository: Repository, sha: str) -> list[str]:
    return repository.read("rev-list", "--parents", "--max-count=1", sha, "--").split()[1:]


def push(
    repository: Repository, remote: str, refs: Sequence[str], say: Callable[[str], None] | None = None
) -> tuple[Change, ...]:
    """Push branches and tags under their own names, all or none, never by force.

    Raises:
        PushRejected: the remote refused.
        GitError: a name does not exist here, or the remote can't be reached.
    """
    found = [_local(repository, name) for name in refs]
    if not found:
        raise GitError("nothing to push: name a branch or a tag")
    repository.push(remote, [f"{one.full}:{one.full}" for one in found], say)
    return tuple(Change(one.full, "", one.sha) for one in found)


def _local(repository: Repository, name: str) -> Found:
    found = repository.find(name)
    if not found.full.startswith(("refs/heads/", "refs/tags/")):
        raise GitError(f"{name}: is neither a branch nor a tag here")
    return found


def new_name(name: str) -> ValidatedRef:
    """Check the name of a branch or tag that is to be made, moved or deleted.

    Raises:
        GitError: it can't be one.
    """
    try:
        return validated_new(name)
    except BadRef as problem:
        raise GitError(f"{name!r} can't be the name of a branch or tag: it {problem}") from None


def newest(repository: Repository, branch: str) -> Found:
    """The branch as it is here or at a remote, whichever is further; work on an old one could not be pushed.

    Raises:
        GitError: it is nowhere, or the two went apart.
    """
    ref = new_name(branch)
    here = repository.commit_of(ref.as_branch)
    own = remote_name(repository, branch)
    # What somebody's fork has of the same name is not this branch.
    names = (own,) if own and repository.exists(f"refs/remotes/{own}/{branch}") else repository.remotes
    there = [sha for name in names if (sha := repository.commit_of(f"refs/remotes/{name}/{branch}"))]
    if not here and not there:
        raise UnknownRef(f"{branch}: there is no such branch, here or at a remote: fetch first")
    found = here or there[0]
    for sha in there:
        if repository.contains(sha, found):
            found = sha
        elif not repository.contains(found, sha):
            raise GitError(f"{branch} is {found[:10]} here and {sha[:10]} at a remote, and they went apart: join them")
    return Found(branch, ref.as_branch, found)


def newest_to_go_on(repository: Repository, branch: str, what: str) -> tuple[Found, Callable[[str], object]]:
    """The same, with what puts the result of the work in its place; a branch that is only at a remote is made here.

    Raises:
        WorkingCopyInUse: the branch is checked out where something is not committed.
        GitError: it is nowhere, or went apart from its remote.
    """
    start = newest(repository, branch)
    if repository.exists(start.full):
        return start, way_forward(repository, repository.find_branch(branch), what)
    return start, lambda result: repository.change("update-ref", "-m", what, start.full, result, "0" * len(result))


def _in_worktree(repository: Repository, branch: str, words: tuple[str, ...], what: str) -> Change:
    target, advance = newest_to_go_on(repository, branch, what)
    with worktree(repository, target.sha) as tree:
        answer = repository.do("-C", str(tree), *words)
        if answer.status != 0:
            raise _stopped(repository, tree, words, what, branch, answer)
        result = repository.read("-C", str(tree), "rev-parse", "--verify", "HEAD").strip()
        if result == target.sha:
            raise NothingToDo(f"{what} changes nothing")
        advance(result)
    return Change(target.full, target.sha, result)


def way_forward(repository: Repository, target: Found, what: str) -> Callable[[str], object]:
    """How the branch is moved at the end: a clean working copy goes along with it, a dirty one forbids it."""
    place = checked_out(repository, target.full)
    if place is None:
        return lambda result: repository.change("update-ref", "-m", what, target.full, result, target.sha)
    if repository.read("-C", str(place), "status", "--porcelain", "--untracked-files=no").strip():
        raise WorkingCopyInUse(
            f"{target.name} is checked out in {place} with changes that are not committed: commit or stash them first"
        )
    return lambda result: repository.change("-C", str(place), "merge", "--ff-only", "--quiet", result)


def _stopped(
    repository: Repository, tree: Path, words: tuple[str, ...], what: str, branch: str, answer: Answer
) -> GitError:
    verb = words[0]
    unmerged = repository.read("-C", str(tree), "diff", "--name-only", "--diff-filter=U", "-z").split("\0")
    files = tuple(dict.fromkeys(filter(None, unmerged)))
    repository.do("-C", str(tree), verb, "--abort")
    if files:
        mend = f"mend {', '.join(map(clean, files))}, then: git add them, and git {verb} --continue"
        by_hand = (f"git switch {branch}", shlex.join(["git", *words]), mend, f"git push origin {branch}")
        return Conflict(what, files, by_hand)
    if verb == "revert" and "nothing to commit" in answer.out:
        return NothingToDo(f"{what} changes nothing: it was undone already")
    return GitError(f"{what}: {answer.reason}")
