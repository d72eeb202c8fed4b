"""One look at the repository: which facts hold about the fix of an incident. It changes nothing that anybody sees."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from warroom.console.actions.git.backports import Fix, Stands, fix_of
from warroom.console.actions.git.remote import Remote
from warroom.console.actions.git.repository import GitError, Repository
from warroom.console.domain.git.change_kinds import USUAL_LIMITS, Limits, kinds_of
from warroom.console.domain.text import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for: the names an incident fixed, and what is known of earlier looks."""

    branch: str
    tag: str
    bases: tuple[str, ...]
    """Where the fix may start, the most wanted first."""
    production: str
    """The branch of production."""
    live: tuple[str, ...] = ()
    """The other branches from which later releases come; one that is nowhere is skipped."""
    named: tuple[str, ...] = ()
    """Of these, those that somebody named for this repository: one that is nowhere is said."""
    start: str = ""
    """Where the fix began when it was last seen."""
    tip: str = ""
    """The newest commit of the fix when it was last seen; it outlives the branch."""
    limits: Limits = USUAL_LIMITS

    @property
    def branches(self) -> tuple[str, ...]:
        """Every live branch, production's first."""
        return tuple(dict.fromkeys((self.production, *self.named, *self.live)))


@dataclass(frozen=True, slots=True)
class Seen:
    """What one fact was seen to be."""

    holds: bool | None
    why: str
    commit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Everything that was seen in one look."""

    facts: Mapping[str, Seen] = field(default_factory=dict)
    branches: Mapping[str, Stands] = field(default_factory=dict)
    fix: Fix | None = None


Judge = Callable[[Fix, str, str], Stands]
"""How a branch (its name and newest commit) stands to a fix."""


def look(repository: Repository, wanted: Wanted, remote: Remote | None, judge: Judge) -> Look:
    """Look once. Without `remote` nothing is said of what is there.

    Raises:
        GitError: the repository can't be read.
    """
    here = repository.commit_of(f"refs/heads/{wanted.branch}")
    there = remote.heads.get(wanted.branch, "") if remote else ""
    tagged = repository.commit_of(f"refs/tags/{wanted.tag}")
    tip = _newest(repository, here, there) or wanted.tip or tagged
    start, from_base = _start(repository, wanted, tip)
    fix = fix_of(repository, start, tip) if start and tip and repository.commit_of(tip) else None
    branches = _branches(repository, wanted, remote, fix, judge)
    facts = {
        **_made(repository, wanted, here or there, tip, fix),
        "branch-from-base": from_base,
        "tag": Seen(bool(tagged), f"{wanted.tag} is {tagged[:10]}" if tagged else f"there is no {wanted.tag}"),
        **_pushed(repository, wanted, remote, here, there, fix),
        **_merged(wanted, branches),
        "branch-deleted": _deleted(wanted, remote, here, there),
    }
    return Look(facts=_kept(facts, branches, wanted), branches=branches, fix=fix)


def _left(repository: Repository, base: str, here: str, tip: str) -> str:
    """Where the fix left its base, here or further at a remote. One that has the fix merged tells nothing."""
    places = (f"refs/remotes/{name}/{base}" for name in repository.remotes)
    there = [sha for place in places if (sha := repository.commit_of(place)) and repository.contains(sha, here)]
    telling = (sha for sha in there if sha == tip or not repository.contains(sha, tip))
    return repository.ask("merge-base", next(telling, here), tip).out.strip()


def _newest(repository: Repository, here: str, there: str) -> str:
    """Of two commits of one branch the later one; where they went apart, the one here."""
    if here and there and repository.commit_of(there) and repository.contains(there, here):
        return there
    return here or (there if there and repository.commit_of(there) else "")


def _start(repository: Repository, wanted: Wanted, tip: str) -> tuple[str, Seen]:
    if not tip or not repository.commit_of(tip):
        return "", Seen(False, "there is no branch yet")
    if wanted.start and repository.contains(tip, wanted.start):
        return wanted.start, Seen(True, f"starts at {wanted.start[:10]}", wanted.start)
    for base in wanted.bases:
        try:
            found = repository.find(base)
        except GitError:
            continue
        if found.full.startswith(("refs/heads/", "refs/remotes/")):
            # A branch moves on, so what counts is where the fix left it.
            if shared := _left(repository, base, found.sha, tip):
                return shared, Seen(True, f"left {base} at {shared[:10]}", shared)
        elif repository.contains(tip, found.sha):
            return found.sha, Seen(True, f"starts at {base}", found.sha)
    first = wanted.bases[0] if wanted.bases else ""
    base_sha = repository.commit_of(first) if first else ""
    shared = repository.ask("merge-base", base_sha, tip).out.strip() if base_sha else ""
    return shared, Seen(False, f"{first} is not in its history" if first else "no base is fixed")


def _made(repository: Repository, wanted: Wanted, there: str, tip: str, fix: Fix | None) -> dict[str, Seen]:
    branch = Seen(True, f"{wanted.branch} is {there[:10]}") if there else Seen(False, f"there is no {wanted.branch}")
    if fix is None or not fix.commits:
        nothing = Seen(False, "no commit yet")
        return {"branch": branch, "fix": nothing, "test-included": nothing}
    newest = fix.commits[-1]
    subject = clean(repository.read("log", "--max-count=1", "--format=%s", newest, "--"))
    count = f"{len(fix.commits)} commit{'' if len(fix.commits) == 1 else 's'}"
    paths = repository.read("diff", "--name-only", "--no-renames", "-z", fix.start, fix.tip, "--").split("\0")
    tests = [path for path in paths if path and "test" in kinds_of(path, wanted.limits)]
    return {
        "branch": branch,
        "fix": Seen(True, f"{count}, the newest {newest[:10]} {subject}", fix.tip),
        "test-included": Seen(bool(tests), clean(", ".join(tests[:3])) if tests else "no test among its files"),
    }


def _branches(
    repository: Repository, wanted: Wanted, remote: Remote | None, fix: Fix | None, judge: Judge
) -> dict[str, Stands]:
    found: dict[str, Stands] = {}
    for branch in wanted.branches if fix and fix.commits else ():
        here = repository.commit_of(f"refs/heads/{branch}")
        if remote is None or remote.trouble:
            found[branch] = Stands("unknown", remote.trouble if remote else "the remote was not asked yet")
            continue
        there = remote.heads.get(branch, "")
        if not (here or there):
            if branch in wanted.named or branch == wanted.production:
                found[branch] = Stands("unknown", f"there is no branch {branch}")
            continue
        assert fix is not None
        stands = judge(fix, branch, there or here)
        if stands.state == "missing" and here and there and here != there:
            own = judge(fix, branch, here)
            if own.state in ("fixed", "fixed-by-patch"):
                stands = Stands("missing", f"{branch} has it here, and is not pushed to {remote.name}")
        found[branch] = replace(stands, head=there or here)
    return found


def _pushed(
    repository: Repository, wanted: Wanted, remote: Remote | None, here: str, there: str, fix: Fix | None
) -> dict[str, Seen]:
    if remote is None or remote.trouble or not remote.name:
        why = (remote.trouble or "there is no remote") if remote else "the remote was not asked yet"
        return {"branch-pushed": Seen(None, why), "tag-pushed": Seen(None, why)}
    tag = repository.ask("rev-parse", "--verify", "--quiet", f"refs/tags/{wanted.tag}").out.strip()
    return {
        "branch-pushed": _same(remote.name, wanted.branch, here or there, there),
        "tag-pushed": _same(remote.name, wanted.tag, tag, remote.tags.get(wanted.tag, "")),
    }


def _same(remote: str, name: str, here: str, there: str) -> Seen:
    if not there:
        return Seen(False, f"{remote} has no {name}")
    if not here:
        return Seen(None, f"{remote} has {name} at {there[:10]}, and this copy has none")
    if here != there:
        return Seen(False, f"{name} is {here[:10]} here and {there[:10]} at {remote}")
    return Seen(True, f"{remote} has it at {there[:10]}")


def _merged(wanted: Wanted, branches: Mapping[str, Stands]) -> dict[str, Seen]:
    if not branches:
        return {"merged": Seen(False, "there is no fix yet"), "merged-back": Seen(False, "there is no fix yet")}
    production = branches[wanted.production]
    back = [name for name, stands in branches.items() if stands.state == "missing"]
    untold = [name for name, stands in branches.items() if stands.state == "unknown"]
    every = Seen(True, f"{', '.join(branches)} {'has' if len(branches) == 1 else 'have'} it")
    if back:
        every = Seen(False, f"{', '.join(back)} {'lacks' if len(back) == 1 else 'lack'} it")
    elif untold:
        every = Seen(None, f"{untold[0]}: {branches[untold[0]].why}")
    holds = {"missing": False, "unknown": None}.get(production.state, True)
    return {"merged": Seen(holds, f"{wanted.production}: {production.why}"), "merged-back": every}


def _deleted(wanted: Wanted, remote: Remote | None, here: str, there: str) -> Seen:
    if here or not wanted.tip:
        return Seen(False, f"{wanted.branch} is still here" if here else "it was never seen")
    if remote is None or remote.trouble:
        return Seen(None, remote.trouble if remote else "the remote was not asked yet")
    if there:
        return Seen(False, f"{remote.name} still has {wanted.branch}")
    return Seen(True, f"{wanted.branch} is gone" + (f", at {remote.name} too" if remote.name else ""))


def _kept(facts: dict[str, Seen], branches: Mapping[str, Stands], wanted: Wanted) -> dict[str, Seen]:
    """A branch that was deleted after it was merged takes no tick back."""
    production = branches.get(wanted.production)
    if facts["branch"].holds or production is None or production.state not in ("fixed", "fixed-by-patch"):
        return facts
    gone = Seen(None, f"{wanted.branch} is gone; {wanted.production} has the fix")
    return {**facts, "branch": gone, "branch-pushed": gone}
