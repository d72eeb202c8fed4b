"""What contradicts what in a working copy in which a pick stopped, and what keeps it from being continued."""

import os
import stat
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from warroom.console.actions.git.repository import Repository
from warroom.console.actions.git.waiting import Place
from warroom.console.domain.git.conflict import ConflictFile, has_marker, hunks_of, in_the_way

_MOST_BYTES = 2 * 1024 * 1024
_MOST_FILES = 40
"""Files of which both sides are kept; of the others it is only told that they conflict."""
_LEFT_BY_TOOLS = (".orig", ".rej")
"""What merge tools leave beside a file; it is no part of anybody's fix."""
_NOTES = {
    (1, 2): "changed on the branch, deleted by the fix: git add it, or git rm it",
    (1, 3): "deleted on the branch, changed by the fix: git add it, or git rm it",
    (1,): "renamed in two ways: git rm it, and add the name it shall have",
    (2,): "renamed or added only on the branch: git add it, or git rm it",
    (3,): "renamed or added only by the fix: git add it, or git rm it",
}
"""By the sides that git has of a file: 1 the common one, 2 the branch's, 3 the fix's."""


def look_at(repository: Repository, place: Place) -> tuple[tuple[ConflictFile, ...], str]:
    """The files a pick conflicted in as they are now, and what keeps it from being continued."""
    tree = place.tree
    if not tree.is_dir():
        return (), "its working copy is gone"
    files = conflicting(repository, tree, place.pick.files)
    # Somebody may just be adding what they mended: looking takes no lock from them.
    at = ("--no-optional-locks", "-C", str(tree))
    changed = repository.read(*at, "diff", "--name-only", "-z").split("\0")
    strange = repository.read(*at, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
    mine = {one.path for one in files if one.stage != "ready"}
    unknown = {path for path in strange if path and not path.endswith(_LEFT_BY_TOOLS)}
    return files, in_the_way(files, {path for path in changed if path} - mine, unknown)


def conflicting(repository: Repository, tree: Path, before: Sequence[str] = ()) -> tuple[ConflictFile, ...]:
    """The files of a working copy that conflict now, and those that did `before` and were mended."""
    sides: dict[str, list[int]] = {}
    for entry in repository.read("-C", str(tree), "ls-files", "--unmerged", "-z").split("\0"):
        if "\t" in entry:
            told, path = entry.split("\t", 1)
            sides.setdefault(path, []).append(int(told.split()[2]))
    mended = [_added(repository, tree, path) for path in before if path not in sides]
    still = [_open(tree, path, tuple(found)) for path, found in sides.items()]
    return (*still[:_MOST_FILES], *(replace(one, hunks=()) for one in still[_MOST_FILES:]), *mended)


def _open(tree: Path, path: str, sides: tuple[int, ...]) -> ConflictFile:
    text = _text(tree / path)
    if note := _NOTES.get(sides, ""):
        return ConflictFile(path=path, note=note)
    if text is None:
        note = "git can't join it: put the right one there, and git add it"
        return ConflictFile(path=path, note=note)
    hunks = hunks_of(text)
    return ConflictFile(path=path, stage="conflicts" if hunks or has_marker(text) else "unstaged", hunks=hunks)


def _added(repository: Repository, tree: Path, path: str) -> ConflictFile:
    def at(name: str) -> str:
        answer = repository.ask("-C", str(tree), "show", "--no-textconv", f"{name}:{path}")
        return answer.out if answer.status == 0 else ""

    # A file that is about conflicts may hold markers of its own.
    if has_marker(staged := at("")) and not has_marker(at("HEAD")):
        return ConflictFile(path=path, note="conflict markers are in what was added", hunks=hunks_of(staged))
    return ConflictFile(path=path, stage="ready")


def _text(file: Path) -> str | None:
    """What a file says; nothing where it is no text, or nothing one should open."""
    try:
        if not stat.S_ISREG(os.lstat(file).st_mode) or file.stat().st_size > _MOST_BYTES:
            return None
        data = file.read_bytes()
    except OSError:
        return None
    return None if b"\0" in data else data.decode("utf-8", "replace")
