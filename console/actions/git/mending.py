"""A pick that stops at a conflict and waits: begun, looked at, continued once it is mended, or given up."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from warroom.console.actions.git.carrying import NOTHING_LEFT, head_of, landing_of, pick, unmerged
from warroom.console.actions.git.errors import Waits
from warroom.console.actions.git.repository import GitError, Repository
from warroom.console.actions.git.stopped import look_at
from warroom.console.actions.git.verbs import Change
from warroom.console.actions.git.waiting import Pick, Place, alone, make, place_of, remove, waiting
from warroom.console.domain.text import clean

_CONFLICTS = re.compile(r"\n\S Conflicts:\n(?:\S\t[^\n]*\n?)+\Z")


def carry(repository: Repository, branch: str, commits: Sequence[str], onto_new: str = "") -> Change:
    """As `backport`, but a conflict keeps the working copy: the pick waits in it to be continued or given up.

    Raises:
        Waits: it conflicts; the files and the working copy are named.
        WorkingCopyInUse: the branch is checked out where something is not committed.
        GitError: one waits for this branch already, something does not exist, or git refused.
    """
    landing = onto_new or branch
    if any(place.pick.landing == landing for place in waiting(repository)):
        raise GitError(f"{landing}: a pick waits for it already: continue it, or give it up")
    target, _ = landing_of(repository, branch, onto_new, f"backport to {branch}")
    fresh = Pick(branch=branch, landing=landing, start=target.sha, commits=tuple(commits), head=target.sha)
    place = make(repository, fresh)
    waits = False
    try:
        with alone(place):
            return _onwards(repository, place)
    except Waits:
        waits = True
        raise
    finally:
        if not waits:
            remove(repository, place)


def go_on(repository: Repository, landing: str) -> Change:
    """Commit what was mended, pick the commits that are left, and put the result onto the branch.

    Raises:
        Waits: a later commit conflicts as well.
        GitError: something is not mended yet, or git refused; the pick still waits.
    """
    place = place_of(repository, landing)
    with alone(place):
        if not place.tree.is_dir():
            raise GitError(f"{landing}: its working copy {place.tree} is gone: give the pick up, and begin anew")
        if problem := look_at(repository, place)[1]:
            raise GitError(f"{landing} can't be continued: {problem} (in {place.tree})")
        place = _concluded(repository, place)
        change = _onwards(repository, place)
        remove(repository, place)
    return change


def give_up(repository: Repository, landing: str) -> Place:
    """Take the working copy of a pick away. The branch was never touched.

    Raises:
        GitError: none waits, or somebody is at work on it.
    """
    place = place_of(repository, landing)
    with alone(place):
        remove(repository, place)
    return place


def _onwards(repository: Repository, place: Place) -> Change:
    """Pick what is left, and put the result in place."""
    kept = place.pick
    for at in range(kept.at, len(kept.commits)):
        place = place.write(replace(kept, at=at, head=head_of(repository, place.tree), files=()))
        sha = kept.commits[at]
        if files := pick(repository, place.tree, sha, kept.branch):
            place.write(replace(place.pick, files=files))
            what = f"picking {sha[:10]} onto {kept.branch}"
            raise Waits(what, files, str(place.tree), _words(place, files))
    place = place.write(replace(kept, at=len(kept.commits), head=head_of(repository, place.tree), files=()))
    target, advance = landing_of(repository, kept.branch, kept.onto_new, f"backport to {kept.branch}")
    if target.sha != kept.start:
        place = _moved(repository, place, target.sha)
    result = head_of(repository, place.tree)
    if result == target.sha:
        return Change(target.full, target.sha, target.sha)
    advance(result)
    return Change(target.full, "" if kept.onto_new else target.sha, result)


def _words(place: Place, files: Sequence[str]) -> tuple[str, ...]:
    landing = place.pick.landing
    return (
        f"mend {', '.join(map(clean, files))} in {place.tree}, and git add what is mended",
        f"then continue it in the room (K), or: warroom run INCIDENT backport-continue landing={landing}",
        f"or give it up there, or: warroom run INCIDENT backport-abort landing={landing}",
        f"{place.pick.branch} was not touched",
    )


def _concluded(repository: Repository, place: Place) -> Place:
    """Commit what stands in the working copy, unless somebody has done so by hand."""
    kept, at = place.pick, ("-C", str(place.tree))
    head = head_of(repository, place.tree)
    if not repository.contains(head, kept.start):
        raise GitError(f"{place.tree} stands on {head[:10]}, which does not go on from {kept.start[:10]}")
    if repository.ask(*at, "rev-parse", "--verify", "--quiet", "CHERRY_PICK_HEAD").status == 0:
        if kept.at >= len(kept.commits):
            raise GitError(f"{place.tree} is in the middle of a pick that is none of ours: finish it there first")
        answer = repository.do(*at, "commit", "--quiet", "--cleanup=whitespace", f"--file={_message(place)}")
        if answer.status != 0:
            if not any(words in answer.out + answer.err for words in NOTHING_LEFT):
                raise GitError(f"committing {kept.commits[kept.at][:10]} onto {kept.branch}: {answer.reason}")
            repository.do(*at, "cherry-pick", "--skip")
    elif head == kept.head:
        return place
    return place.write(replace(kept, at=min(kept.at + 1, len(kept.commits)), files=()))


def _message(place: Place) -> Path:
    """The commit's message as git prepared it, with where it comes from and without git's list of conflicts."""
    source = place.admin / "MERGE_MSG"
    origin = f"(cherry picked from commit {place.pick.commits[place.pick.at]})"
    try:
        text = _CONFLICTS.sub("\n", source.read_bytes().decode("utf-8", "surrogateescape")).rstrip()
        if origin not in text:
            text += f"\n\n{origin}"
        file = place.admin / "warroom-message"
        file.write_bytes(f"{text}\n".encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise GitError(f"{source}: {error.strerror}") from None
    return file


def _moved(repository: Repository, place: Place, onto: str) -> Place:
    """The branch went on meanwhile: what was picked is put onto where it is now."""
    at, kept, head = ("-C", str(place.tree)), place.pick, head_of(repository, place.tree)
    if head == kept.start:
        return place
    repository.change(*at, "checkout", "--quiet", "--detach", onto)
    answer = repository.do(*at, "cherry-pick", f"{kept.start}..{head}")
    if answer.status == 0:
        return place.write(replace(kept, start=onto, head=head_of(repository, place.tree)))
    files = ", ".join(map(clean, unmerged(repository, place.tree))) or answer.reason
    repository.do(*at, "cherry-pick", "--abort")
    repository.change(*at, "checkout", "--quiet", "--detach", head)
    raise GitError(
        f"{kept.branch} went on to {onto[:10]} meanwhile, and what was mended contradicts that in {files}: "
        f"nothing is lost, it is {head[:10]} in {place.tree}"
    )
