"""Backport truth: which live branches have the fix, from ancestry, patches, picks and reverts, never from ticks."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from warroom.console.actions.git.carrying import unmerged
from warroom.console.actions.git.repository import NO_HOOKS, GitError, Repository
from warroom.console.actions.git.worktree import worktree
from warroom.console.domain.git.truth import Standing
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
    history = _history(repository, fix, head)
    undone = _undone(repository, fix, history)
    if repository.contains(head, fix.tip):
        return _if_kept(Stands("fixed", f"{fix.tip[:10]} is in it"), undone, {fix.tip, *fix.commits})
    if repository.read("rev-parse", "--is-shallow-repository").strip() == "true":
        return Stands("unknown", "this copy is shallow: git fetch --unshallow, and it can be told")
    carried = _carried(repository, fix, head, history)
    absent = tuple(sha for sha in fix.commits if sha not in carried)
    if not absent or (whole := _as_one(repository, fix, head)):
        if absent:
            carried = {fix.tip: whole}
        kept = Stands("fixed-by-patch", ", ".join(sorted({f"as {one[:10]}" for one in carried.values()})))
        return _if_kept(kept, undone, set(carried.values()) | set(fix.commits))
    part = f"{len(absent)} of its {len(fix.commits)} commits" if len(absent) < len(fix.commits) else ""
    files = foretell(repository, absent, head, _files_of) if predict else None
    return Stands("missing", f"lacks {part}" if part else f"lacks {fix.tip[:10]}", files or (), absent)


def _if_kept(stands: Stands, undone: Mapping[str, str], commits: set[str]) -> Stands:
    """What was carried over and then taken back is missing."""
    by = next((undone[sha] for sha in sorted(commits) if sha in undone), "")
    return Stands("missing", f"it had the fix, and {by[:10]} reverts it") if by else stands


@dataclass(frozen=True, slots=True)
class _Commit:
    sha: str
    parents: tuple[str, ...]
    body: str


def _history(repository: Repository, fix: Fix, head: str) -> tuple[_Commit, ...]:
    """What the branch has besides what the fix was made on, the newest first."""
    form = "--format=%H%x00%P%x00%B%x00%x01"
    told = repository.read("log", f"--max-count={_MOST_COMMITS}", "--topo-order", form, f"{fix.start}..{head}", "--")
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
            undone[fix.tip] = undone[commit.sha]
    return undone


def _carried(repository: Repository, fix: Fix, head: str, history: tuple[_Commit, ...]) -> dict[str, str]:
    """Commits of the fix that the branch has, each under the name it has there."""
    carried = {sha: sha for sha in fix.commits if repository.contains(head, sha)}
    for commit in history:
        for picked in _PICKED.findall(commit.body):
            if picked in fix.commits:
                carried.setdefault(picked, commit.sha)
    wanted = [sha for sha in fix.commits if sha not in carried]
    if wanted:
        ours = _patches(repository, "log", "--no-merges", "--patch", f"{fix.start}..{fix.tip}", "--")
        theirs = {patch: sha for sha, patch in _touching(repository, fix, head).items()}
        carried |= {sha: theirs[ours[sha]] for sha in wanted if ours.get(sha) in theirs}
    return carried


def _as_one(repository: Repository, fix: Fix, head: str) -> str:
    """The commit that brings the whole fix at once, as a squashed merge does; empty: there is none."""
    whole = _patches(repository, "diff", fix.start, fix.tip, "--").values()
    return next((sha for sha, patch in _touching(repository, fix, head).items() if patch in whole), "")


def _touching(repository: Repository, fix: Fix, head: str) -> dict[str, str]:
    """The patch of each commit of the branch that touches a file of the fix."""
    paths = repository.read("diff", "--name-only", "--no-renames", "-z", fix.start, fix.tip, "--").split("\0")
    limits = (f"--max-count={_MOST_COMMITS}", "--no-merges", "--full-diff", "--patch")
    found = [path for path in paths if path]
    if not found:
        return {}
    literal = (f":(top,literal){path}" for path in found)
    return _patches(repository, "log", *limits, f"{fix.start}..{head}", "--", *literal)


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
