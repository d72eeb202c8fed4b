"""Which of the commits that come with a candidate are the fix, and which are strangers that ride along."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from warroom.console.actions.git.repository import Repository

MOST = 1000
"""Commits that are read; the others are counted."""
_SQUASHES = 5
"""Commits that are looked into for being the fix, squashed into one."""


@dataclass(frozen=True, slots=True)
class Comer:
    """A commit that comes, as git has it: foreign text."""

    sha: str
    parents: tuple[str, ...]
    at: datetime
    author: str
    subject: str


def comers(repository: Repository, without: str, upto: str) -> tuple[tuple[Comer, ...], int]:
    """The commits of one history that another lacks, newest first, and how many there are beyond those read."""
    form = "--format=%H%x1f%P%x1f%cI%x1f%an%x1f%s"
    text = repository.read("log", "-z", "--no-show-signature", f"--max-count={MOST}", form, f"{without}..{upto}", "--")
    found = []
    for record in text.split("\0"):
        if record.strip():
            sha, parents, at, author, subject = record.strip("\n").split("\x1f", 4)
            found.append(Comer(sha, tuple(parents.split()), datetime.fromisoformat(at), author, subject))
    if len(found) < MOST:
        return tuple(found), 0
    whole = int(repository.read("rev-list", "--count", f"{without}..{upto}", "--").strip())
    return tuple(found), whole - len(found)


def own_commits(
    repository: Repository,
    live: str,
    candidate: str,
    branch: str,
    began: datetime,
    production: str,
    coming: Sequence[Comer],
) -> frozenset[str]:
    """The hashes of those that are the fix: what its branch has beyond the place where it left the production line.

    A branch that was made from the tip of main brings whatever waited there for the next release: those are
    strangers, whatever base it was meant to have. Where main was moved up to the branch (fast-forward), what is older
    than the incident can't be its fix. A merge of the fix, and the fix squashed into one commit, count as the fix.

    Args:
        live: the commit in production; `candidate`: the one to be.
        branch: the tip of the branch of the fix; empty where there is none.
        began: when the incident did.
        production: the branch that releases are made from.
        coming: the commits from `live` to `candidate`.
    """
    tip = branch or candidate
    line = _first_parents(repository, live, production)
    reached = _reached(repository, live, tip)
    forwarded = tip in line
    dates = {one.sha: one.at for one in coming}
    joints = [sha for sha in line if sha in reached and not (forwarded and dates.get(sha, began) >= began)]
    fork = joints[0] if joints else live
    own = _reached(repository, fork, tip)
    for one in coming:
        if len(one.parents) > 1 and tip in one.parents:
            own |= {one.sha}
    return frozenset(own | _squashed(repository, fork, tip, began, [one for one in coming if one.sha not in own]))


def _first_parents(repository: Repository, live: str, production: str) -> list[str]:
    """The production branch's own line since what is live, here and at the remotes, newest first."""
    places = ["--format=%(objectname)", f"refs/heads/{production}", f"refs/remotes/*/{production}"]
    heads = repository.read("for-each-ref", *places).split()
    if not heads:
        return []
    return repository.read("rev-list", "--first-parent", f"--max-count={MOST}", *heads, f"^{live}", "--").split()


def _reached(repository: Repository, without: str, upto: str) -> set[str]:
    return set(repository.read("rev-list", f"--max-count={MOST}", f"{without}..{upto}", "--").split())


def _squashed(repository: Repository, fork: str, tip: str, began: datetime, others: Sequence[Comer]) -> set[str]:
    late = [one for one in others if len(one.parents) == 1 and one.at >= began][:_SQUASHES]
    if not late:
        return set()
    wanted = _changes(repository, fork, tip)
    return {one.sha for one in late if wanted and _changes(repository, one.parents[0], one.sha) == wanted}


def _changes(repository: Repository, before: str, after: str) -> str:
    return repository.read("diff-tree", "-r", "-z", "--no-renames", "--abbrev=40", before, after, "--")
