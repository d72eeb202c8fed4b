"""Backport truth: which live branches have the fix, from ancestry, patches, picks and reverts, never from ticks."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from warroom.console.actions.git.carrying import unmerged
from warroom.console.actions.git.repository import NO_HOOKS, GitError, Repository
from warroom.console.actions.git.worktree import worktree
from warroom.console.domain.git.truth import UNDONE, Standing
from warroom.console.domain.text import clean

Seen = TypeVar("Seen")
_MOST_COMMITS = 2000
"""How far back a branch is read from where the fix begins."""
_PICKED = re.compile(r"^\(cherry picked from commit ([0-9a-f]{40,64})\)$", re.MULTILINE)
_REVERTED = re.compile(r"\bThis reverts commit ([0-9a-f]{40,64})\b")


@dataclass(frozen=True, slots=True)
class Fix:
    """The commits of the fix."""

    start: str
    """The commit they are made on."""
    tip: str
    commits: tuple[str, ...]
    """Without merges, the oldest first."""

    @property
    def span(self) -> str:
        """What a pick is asked for."""
        return f"{self.start}..{self.tip}"


@dataclass(frozen=True, slots=True)
class Stands:
    """How a branch stands to the fix."""

    state: Standing
    why: str
    files: tuple[str, ...] = ()
    """Where picking the fix onto it would conflict."""
    absent: tuple[str, ...] = field(default=(), compare=False)
    """The commits of the fix that it lacks."""
    head: str = field(default="", compare=False)
    """The commit of the branch that was judged."""


def fix_of(repository: Repository, start: str, tip: str) -> Fix:
    """The fix between two commits."""
    commits = repository.read("rev-list", "--reverse", "--no-merges", f"{start}..{tip}", "--").split()
    return Fix(start, tip, tuple(commits))


def standing(repository: Repository, fix: Fix, branch: str, head: str, predict: bool = True) -> Stands:
    """How the branch whose newest commit is `head` stands to the fix.

    `predict`: try in a working copy of one's own whether picking it would conflict.

    Raises:
        GitError: the repository can't be read.
    """
    if not fix.commits:
        return Stands("unknown", "there is no fix yet")
    if not repository.commit_of(head):
        return Stands("unknown", f"{branch} at {head[:10]} is not in this copy: fetch it")
    history = _history(repository, fix.start, head)
    undone = _undone(repository, fix, history)
    if repository.contains(head, fix.tip):
        stands, names = Stands("fixed", f"{fix.tip[:10]} is in it"), {sha: sha for sha in (fix.tip, *fix.commits)}
        return _if_kept(repository, fix, head, stands, names, undone, predict)
    if repository.read("rev-parse", "--is-shallow-repository").strip() == "true":
        return Stands("unknown", "this copy is shallow: git fetch --unshallow, and it can be told")
    names = _carried(repository, fix, head, history)
    absent = tuple(sha for sha in fix.commits if sha not in names)
    if not absent or (whole := _as_one(repository, fix, fix.start, head)):
        names = {fix.tip: whole} if absent else names
        return _if_kept(repository, fix, head, _by_patch(names), names, undone, predict)
    part = f"{len(absent)} of its {len(fix.commits)} commits" if len(absent) < len(fix.commits) else ""
    return _missing(repository, f"lacks {part or fix.tip[:10]}", absent, head, predict)


def _by_patch(names: Mapping[str, str]) -> Stands:
    return Stands("fixed-by-patch", ", ".join(sorted({f"as {one[:10]}" for one in names.values()})))


def _missing(repository: Repository, why: str, absent: tuple[str, ...], head: str, predict: bool) -> Stands:
    files = foretell(repository, absent, head, _files_of) if predict else None
    return Stands("missing", why, files or (), absent)


def _if_kept(
    repository: Repository,
    fix: Fix,
    head: str,
    stands: Stands,
    names: Mapping[str, str],
    undone: Mapping[str, str],
    predict: bool,
) -> Stands:
    """What was carried over and then taken back is missing, unless it was carried over once more after that."""
    lost = tuple(sha for sha, name in names.items() if sha in undone or name in undone)
    if not lost:
        return stands
    taking = {undone.get(sha) or undone[names[sha]] for sha in lost}
    by = next((sha for sha in taking if all(repository.contains(sha, other) for other in taking)), min(taking))
    again = _carried_after(repository, fix, by, head, _history(repository, by, head), fix.commits)
    if whole := _as_one(repository, fix, by, head):
        again = dict.fromkeys(fix.commits, whole)
    lost = tuple(sha for sha in fix.commits if sha in lost) or fix.commits
    if all(sha in again and again[sha] not in undone for sha in lost):
        return _by_patch({sha: again[sha] for sha in lost})
    lost = tuple(sha for sha in lost if sha not in again or again[sha] in undone)
    by = next((undone[again[sha]] for sha in lost if again.get(sha) in undone), by)
    return _missing(repository, f"it had the fix, and {by[:10]} {UNDONE}", lost, head, predict)


@dataclass(frozen=True, slots=True)
class _Commit:
    sha: str
    parents: tuple[str, ...]
    body: str


def _history(repository: Repository, start: str, head: str) -> tuple[_Commit, ...]:
    """What the branch has besides what is in another commit, the newest first."""
    form = "--format=%H%x00%P%x00%B%x00%x01"
    told = repository.read("log", f"--max-count={_MOST_COMMITS}", "--topo-order", form, f"{start}..{head}", "--")
    found = []
    for entry in told.split("\x00\x01"):
        if entry.count("\x00") == 2:
            sha, parents, body = entry.strip("\n").split("\x00")
            found.append(_Commit(sha, tuple(parents.split()), body))
    return tuple(found)


def _undone(repository: Repository, fix: Fix, history: tuple[_Commit, ...]) -> dict[str, str]:
    """Commits that a later one reverts, and which does; a revert that was itself reverted does nothing."""
    undone: dict[str, str] = {}
    for commit in history:
        own = {commit.sha, *_PICKED.findall(commit.body)} & set(fix.commits)
        # What the fix itself takes back belongs to it.
        if commit.sha not in undone and not own:
            undone |= {sha: commit.sha for sha in _REVERTED.findall(commit.body) if sha not in undone}
    for commit in history:
        brought = commit.sha in undone and len(commit.parents) > 1
        if brought and repository.contains(commit.sha, fix.tip) and not repository.contains(commit.parents[0], fix.tip):
            undone |= dict.fromkeys((fix.tip, *fix.commits), undone[commit.sha])
    return undone


def _carried(repository: Repository, fix: Fix, head: str, history: tuple[_Commit, ...]) -> dict[str, str]:
    """Commits of the fix that the branch has, each under the name it has there."""
    same = {sha: sha for sha in fix.commits if repository.contains(head, sha)}
    wanted = tuple(sha for sha in fix.commits if sha not in same)
    return same | (_carried_after(repository, fix, fix.start, head, history, wanted) if wanted else {})


def _carried_after(
    repository: Repository, fix: Fix, start: str, head: str, history: tuple[_Commit, ...], wanted: tuple[str, ...]
) -> dict[str, str]:
    """Those that came onto the branch after `start`, by a pick that says so or as the same patch."""
    carried: dict[str, str] = {}
    for commit in history:
        for picked in _PICKED.findall(commit.body):
            if picked in wanted:
                carried.setdefault(picked, commit.sha)
    left = [sha for sha in wanted if sha not in carried]
    if left:
        ours = _patches(repository, "log", "--no-merges", "--patch", f"{fix.start}..{fix.tip}", "--")
        theirs = {patch: sha for sha, patch in _touching(repository, fix, start, head).items()}
        carried |= {sha: theirs[ours[sha]] for sha in left if ours.get(sha) in theirs}
    return carried


def strangers(repository: Repository, branch: str, remote: str, commits: Sequence[str]) -> tuple[str, ...]:
    """What this copy has on a branch and its remote lacks, besides these commits: a push would take it along."""
    there = repository.commit_of(f"refs/remotes/{remote}/{branch}")
    here = repository.commit_of(f"refs/heads/{branch}")
    if not there or not here or repository.contains(there, here):
        return ()
    ours = _patches(repository, "log", "--no-walk", "--patch", *commits, "--")
    theirs = _patches(repository, "log", "--no-merges", "--patch", f"{there}..{here}", "--")
    mine = {sha for sha, patch in theirs.items() if patch in ours.values()}
    left = [one for one in _history(repository, there, here) if one.sha not in mine and one.sha not in commits]
    return tuple(
        f"{one.sha[:10]} {clean(one.body.partition(chr(10))[0])}"
        for one in left
        if not set(commits) & set(_PICKED.findall(one.body))
    )


def _as_one(repository: Repository, fix: Fix, start: str, head: str) -> str:
    """The commit after `start` that brings the whole fix at once, as a squashed merge does; empty: there is none."""
    whole = _patches(repository, "diff", fix.start, fix.tip, "--").values()
    return next((sha for sha, patch in _touching(repository, fix, start, head).items() if patch in whole), "")


def _touching(repository: Repository, fix: Fix, start: str, head: str) -> dict[str, str]:
    """The patch of each commit of the branch after `start` that touches a file of the fix."""
    paths = repository.read("diff", "--name-only", "--no-renames", "-z", fix.start, fix.tip, "--").split("\0")
    limits = (f"--max-count={_MOST_COMMITS}", "--no-merges", "--full-diff", "--patch")
    found = [path for path in paths if path]
    if not found:
        return {}
    literal = (f":(top,literal){path}" for path in found)
    return _patches(repository, "log", *limits, f"{start}..{head}", "--", *literal)


def _patches(repository: Repository, *words: str) -> dict[str, str]:
    """The patch identity of each commit in what a command prints; of a bare difference, under no name."""
    text = repository.pipe((*words[:1], "--no-ext-diff", "--no-textconv", *words[1:]), ("patch-id", "--stable"))
    pairs = (line.split() for line in text.splitlines())
    return {pair[1]: pair[0] for pair in pairs if len(pair) == 2}


def foretell(
    repository: Repository, commits: Sequence[str], head: str, look: Callable[[Repository, Path, str], Seen]
) -> Seen | None:
    """Pick the commits onto `head` in a working copy for a moment; what `look` sees where they conflict.

    It gets the working copy and the commit that conflicts. Nothing: none does, or it can't be tried here.
    """
    try:
        with worktree(repository, head, hooks=False) as tree:
            at = (*NO_HOOKS, "-c", "commit.gpgSign=false", "-C", str(tree))
            for sha in commits:
                if repository.ask(*at, *_IDENTITY, "cherry-pick", sha).status == 0:
                    continue
                if unmerged(repository, tree):
                    return look(repository, tree, sha)
                repository.ask(*at, "cherry-pick", "--skip")
    except GitError:
        # The prediction is a courtesy; without it the branch is missing the fix all the same.
        return None
    return None


def _files_of(repository: Repository, tree: Path, _sha: str) -> tuple[str, ...]:
    return tuple(map(clean, unmerged(repository, tree)))


_IDENTITY = ("-c", "user.name=warroom", "-c", "user.email=warroom@localhost")
"""Nothing of a trial is kept; it works where nobody has said who they are."""
