"""What a remote has, asked without changing any ref here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from warroom.console.actions.git.repository import Repository

_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A remote at one moment."""

    name: str
    """Empty: the repository has none."""
    heads: Mapping[str, str] = field(default_factory=dict)
    """The commit of each branch that was asked for and is there."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """The object of each tag that was asked for and is there: of an annotated one the tag itself."""
    trouble: str = ""
    """Why nothing is known of it; empty: it answered."""


def remote_name(repository: Repository, production: str) -> str:
    """The remote that production's branch comes from: as git is told, else `origin`, else the only one; or none."""
    known = repository.remotes
    told = repository.ask("config", "--get", f"branch.{production}.remote").out.strip()
    if told in known:
        return told
    return "origin" if "origin" in known else known[0] if len(known) == 1 else ""


def ask_remote(
    repository: Repository, name: str, branches: Iterable[str], tags: Iterable[str], seconds: float = _SECONDS
) -> Remote:
    """Ask which commits these branches and tags are at the remote.

    Commits that are not here yet are fetched, so that they can be compared; no ref is made or moved for it.
    """
    if not name:
        return Remote(name="")
    wanted = [*(f"refs/heads/{branch}" for branch in branches), *(f"refs/tags/{tag}" for tag in tags)]
    answer = repository.reach("ls-remote", "--quiet", name, *wanted, seconds=seconds)
    if answer.status != 0:
        return Remote(name=name, trouble=f"{name}: {answer.reason}")
    heads, found = {}, {}
    for line in answer.out.splitlines():
        sha, _, ref = line.partition("\t")
        # A pattern also fits the end of a longer name.
        if ref in wanted and ref.startswith("refs/heads/"):
            heads[ref.removeprefix("refs/heads/")] = sha
        elif ref in wanted:
            found[ref.removeprefix("refs/tags/")] = sha
    if missing := [branch for branch, sha in heads.items() if not repository.commit_of(sha)]:
        _bring(repository, name, missing, seconds)
    return Remote(name=name, heads=heads, tags=found)


def catch_up(repository: Repository, name: str, branch: str) -> str:
    """Fetch one branch where the remote has it elsewhere than was last seen; why not, where it does not answer.

    Work on what the remote has left behind could not be pushed, and would leave the branch apart from it.
    """
    seen = ask_remote(repository, name, (branch,), ())
    place, sha = f"refs/remotes/{name}/{branch}", seen.heads.get(branch)
    if sha and repository.commit_of(place) != sha:
        quiet = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules")
        repository.change(*quiet, name, f"+refs/heads/{branch}:{place}")
    return seen.trouble


def _bring(repository: Repository, name: str, branches: list[str], seconds: float) -> None:
    # Its failure shows by itself: a commit that is not here makes its branch unknown.
    quiet = ("--quiet", "--no-tags", "--no-write-fetch-head", "--refmap=", "--no-recurse-submodules", "--no-auto-gc")
    refs = [f"refs/heads/{branch}" for branch in branches]
    repository.reach("fetch", *quiet, name, *refs, seconds=seconds * 3)
