"""What would ship: everything a candidate changes against what is live, weighed line by line.

Every protocol asks for the smallest change that ends the emergency; here that is counted. Nothing in this module reads
a repository: it weighs what was read.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from warroom.console.domain.git.change_kinds import KINDS, Kind, Limits, kinds_of

Judgement = Literal["ok", "warn", "red", "unknown"]
_RANK: tuple[Judgement, ...] = ("ok", "warn", "unknown", "red")
MOST_NAMED = 12
"""Commits or files that a line names; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit between what is live and the candidate."""

    sha: str
    author: str
    subject: str
    own: bool = True
    """It belongs to the fix; otherwise it only rides along."""

    def __str__(self) -> str:
        return f"{self.sha[:10]} {self.author}: {self.subject}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFile:
    """A file that differs."""

    path: str
    added: int = 0
    removed: int = 0
    binary: bool = False
    submodule: bool = False
    formatting: bool = False
    """Only white space differs."""
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What was read of two commits."""

    live: str
    """What is live, by name."""
    candidate: str
    live_commit: str
    candidate_commit: str
    commits: tuple[Commit, ...] = ()
    """What comes, newest first."""
    dropped: tuple[Commit, ...] = ()
    """What is live and would be taken away."""
    files: tuple[ChangedFile, ...] = ()
    more: int = 0
    """Commits beyond those that were read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that was weighed."""

    what: str
    """`commits`, `strangers`, `files`, `lines`, `test`, or a kind of file."""
    verdict: Judgement
    reason: str
    """One sentence."""
    items: tuple[str, ...] = ()
    """The commits or files it is about; the first of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a candidate changes, and whether that is the fix and nothing else."""

    live: str
    candidate: str
    live_commit: str = ""
    candidate_commit: str = ""
    verdict: Judgement = "unknown"
    lines: tuple[Line, ...] = ()
    files: int = 0
    added: int = 0
    removed: int = 0
    commits: int = 0
    """All that come, strangers included."""
    strangers: int = 0
    test: bool = False
    """A test came with it."""

    @property
    def same(self) -> tuple[str, str, str, str]:
        """What was compared: two proofs of the same are one."""
        return self.live, self.candidate, self.live_commit, self.candidate_commit

    @property
    def reds(self) -> tuple[Line, ...]:
        """The lines that forbid a deploy."""
        return tuple(line for line in self.lines if line.verdict in ("red", "unknown"))

    def summary(self) -> str:
        """`3 files, +12 -3, 1 commit, test included`."""
        if self.verdict == "unknown" or not self.candidate_commit:
            return self.lines[0].reason if self.lines else "nothing was compared"
        parts = [_count(self.files, "file"), f"+{self.added} -{self.removed}", _count(self.commits, "commit")]
        if self.strangers:
            parts.append(f"{_count(self.strangers, 'stranger')} among them")
        return ", ".join([*parts, "test included" if self.test else "no test"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """A proof as the log has it."""

    proof: Proof
    at: datetime


def weigh(difference: Difference, limits: Limits) -> Proof:
    """Judge a difference: the same difference and limits give the same proof."""
    kinds = {file.path: kinds_of(file.path, limits) for file in difference.files}
    if difference.live_commit == difference.candidate_commit:
        reason = f"{difference.candidate} is what is live: nothing would change"
        lines: tuple[Line, ...] = (Line(what="commits", verdict="warn", reason=reason),)
    else:
        lines = (
            *_commits(difference, limits),
            *_size(difference, limits, kinds),
            *_kinds(difference, limits, kinds),
            _test(difference, kinds),
        )
    strangers = [commit for commit in difference.commits if not commit.own]
    return Proof(
        live=difference.live,
        candidate=difference.candidate,
        live_commit=difference.live_commit,
        candidate_commit=difference.candidate_commit,
        verdict=max((line.verdict for line in lines), key=_RANK.index),
        lines=lines,
        files=len(difference.files),
        added=sum(file.added for file in difference.files),
        removed=sum(file.removed for file in difference.files),
        commits=len(difference.commits) + difference.more,
        strangers=len(strangers) + difference.more,
        test=_has_test(difference, kinds),
    )


def unproven(live: str, candidate: str, reason: str) -> Proof:
    """Nothing could be compared, which refuses: what nobody can see is not minimal."""
    return Proof(live=live, candidate=candidate, lines=(Line(what="commits", verdict="unknown", reason=reason),))


def nothing_to_compare(reason: str) -> Proof:
    """There is nothing that could be compared, and never will be: said, not refused."""
    return Proof(live="", candidate="", verdict="warn", lines=(Line(what="commits", verdict="warn", reason=reason),))


def _commits(difference: Difference, limits: Limits) -> list[Line]:
    own = [commit for commit in difference.commits if commit.own]
    strangers = [commit for commit in difference.commits if not commit.own]
    lines = []
    if strangers or difference.more:
        count = len(strangers) + difference.more
        ride = "rides" if count == 1 else "ride"
        reason = f"{_count(count, 'commit')} that {_is(count)} not part of the fix {ride} along"
        lines.append(Line(what="strangers", verdict="red", reason=reason, items=_named(strangers)))
    if difference.dropped:
        count = len(difference.dropped)
        reason = f"{_count(count, 'commit')} that {_is(count)} live would be taken away"
        lines.append(Line(what="dropped", verdict="red", reason=reason, items=_named(difference.dropped)))
    lines.append(_held("commits", len(own), limits.commits, "commit", " of the fix", _named(own)))
    return lines


def _size(difference: Difference, limits: Limits, kinds: dict[str, tuple[Kind, ...]]) -> list[Line]:
    files = difference.files
    changed = sum(file.added + file.removed for file in files)
    # Lines of generated files and lockfiles are counted by what they are, not by how many they are.
    made = {"generated", "lockfile"}
    written = sum(file.added + file.removed for file in files if not made & set(kinds[file.path]))
    largest = sorted(files, key=lambda file: (-(file.added + file.removed), file.path))
    items = tuple(
        f"{file.path} {'binary' if file.binary else f'+{file.added} -{file.removed}'}" for file in largest[:MOST_NAMED]
    )
    lines = [_held("files", len(files), limits.files, "file", "", items)]
    held = _held("lines", written, limits.lines, "line", " written by hand" if written != changed else "")
    return [*lines, held]


def _held(what: str, count: int, limit: int, word: str, of: str = "", items: tuple[str, ...] = ()) -> Line:
    over = count > limit
    reason = f"{_count(count, word)}{of}, {'more than the' if over else 'at most'} {limit}"
    reason += " that a fix of one thing should need" if over else ""
    return Line(what=what, verdict="red" if over else "ok", reason=reason, items=items)


def _kinds(difference: Difference, limits: Limits, kinds: dict[str, tuple[Kind, ...]]) -> list[Line]:
    lines = []
    for kind, told in KINDS.items():
        if kind == "test":
            continue
        paths = [file.path for file in difference.files if kind in kinds[file.path] or _by_nature(file, kind)]
        if paths:
            verdict: Judgement = "red" if kind in limits.refuse else "warn"
            reason = f"{_count(len(paths), told.one, told.many)}: {told.why}"
            lines.append(Line(what=kind, verdict=verdict, reason=reason, items=tuple(paths[:MOST_NAMED])))
    return lines


def _by_nature(file: ChangedFile, kind: Kind) -> bool:
    return {"binary": file.binary, "submodule": file.submodule, "formatting": file.formatting}.get(kind, False)


def _test(difference: Difference, kinds: dict[str, tuple[Kind, ...]]) -> Line:
    if _has_test(difference, kinds):
        tests = tuple(file.path for file in difference.files if "test" in kinds[file.path] and not file.deleted)
        return Line(what="test", verdict="ok", reason="a test came with it", items=tests[:MOST_NAMED])
    return Line(what="test", verdict="warn", reason="no test came with it: nothing will notice if the bug comes back")


def _has_test(difference: Difference, kinds: dict[str, tuple[Kind, ...]]) -> bool:
    return any("test" in kinds[file.path] and file.added and not file.deleted for file in difference.files)


def _named(commits: list[Commit] | tuple[Commit, ...]) -> tuple[str, ...]:
    return tuple(str(commit) for commit in commits[:MOST_NAMED])


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
