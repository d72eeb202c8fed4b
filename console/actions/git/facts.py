"""What the repository knows: which release is live, what the next one is called, what rides along with a deploy."""

import re
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Literal

from warroom.console.actions.git.repository import GitError, Repository
from warroom.console.domain.text import clean

_WILD = re.compile(r"[*?\[]")
_VERSION = re.compile(r"(\d+(?:\.\d+){1,3})(?:\+[0-9A-Za-z.-]+)?")
_NUMBER = re.compile(r"\d[\d.]*$")
_MOST_COMMITS = 1000

Part = Literal["major", "minor", "patch", "hotfix"]


@dataclass(frozen=True, slots=True)
class Release:
    """A commit that was released."""

    tag: str
    """Empty if nothing was ever tagged: then it is the tip of the production branch."""
    commit: str
    version: str
    """The version in the tag, e.g. `1.2.3`; empty without a tag."""
    prefix: str = ""
    """What stands before the version in tags, e.g. `v` or `shop/v`."""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Rider:
    """A commit that rides along."""

    sha: str
    author: str
    at: datetime
    subject: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that differs; lines are not counted in binary files."""

    path: str
    added: int | None
    removed: int | None


@dataclass(frozen=True, slots=True)
class Riding:
    """What changes when a candidate takes the place of what is live."""

    commits: tuple[Rider, ...]
    """What comes, newest first."""
    dropped: tuple[Rider, ...]
    """What is live and not in the candidate: it would be taken away."""
    files: tuple[FileChange, ...]


def production_commit(repository: Repository, branch: str, tags: str) -> Release:
    """What production runs: the newest release among the tags that match the glob `tags`, else the tip of `branch`.

    Newest by version, as SemVer orders it. A tag is a release only if a whole version stands where the glob has its
    wildcard: pre-releases (`v1.2.0-rc.1`) and foreign tags (`hotfix-v1.0.0-beta.1`) are none.

    Raises:
        GitError: there is neither a release nor the branch.
    """
    newest = releases(repository, tags)
    if newest:
        return newest[0]
    prefix, suffix = _around(tags)
    return Release("", repository.find_branch(branch).sha, "", prefix or "v", suffix)


def releases(repository: Repository, tags: str) -> tuple[Release, ...]:
    """Every release among the tags that match the glob, newest first by version."""
    prefix, suffix = _around(tags)
    found = []
    form = "--format=%(refname:strip=2)%00%(objectname)%00%(*objectname)"
    for line in repository.read("for-each-ref", form, "refs/tags").splitlines():
        tag, sha, peeled = line.split("\0")
        version = _version(tag, tags, prefix, suffix)
        if version:
            own = prefix or ("v" if tag.startswith("v") else "")
            found.append((_order(version), Release(tag, peeled or sha, version, own, suffix)))
    return tuple(release for _, release in sorted(found, key=lambda pair: (pair[0], pair[1].tag), reverse=True))


def next_version(release: Release, part: Part = "patch") -> str:
    """The tag of the release after this one: `v1.2.4` after `v1.2.3`; `v0.0.1`, say, is the first of all.

    A hotfix of a release has a fourth number, `v1.2.3.1`: it sorts after it, where `v1.2.3-hotfix.1` sorts before.
    """
    numbers = [*map(int, release.version.split("."))] if release.version else [0, 0, 0]
    place = {"major": 0, "minor": 1, "patch": 2, "hotfix": 3}[part]
    numbers += [0] * (max(place + 1, 3) - len(numbers))
    raised = [*numbers[:place], numbers[place] + 1, *[0] * (2 - place)]
    return f"{release.prefix}{'.'.join(map(str, raised))}{release.suffix}"


def riding_along(repository: Repository, live: str, candidate: str) -> Riding:
    """The commits and files that change when `candidate` takes the place of `live`; both are names or hashes.

    Raises:
        GitError: one of them does not exist.
    """
    here, there = repository.find(live).sha, repository.find(candidate).sha
    return Riding(
        commits=_between(repository, here, there),
        dropped=_between(repository, there, here),
        files=_files(repository, here, there),
    )


def _around(tags: str) -> tuple[str, str]:
    if not _WILD.search(tags):
        raise GitError(f'production.tags: {tags!r} has no wildcard: expected a glob, e.g. "v*"')
    # In `v1.*` the number belongs to the version.
    return _NUMBER.sub("", _WILD.split(tags, maxsplit=1)[0]), re.split(r"[*?\]]", tags)[-1]


def _version(tag: str, tags: str, prefix: str, suffix: str) -> str:
    if not fnmatchcase(tag, tags):
        return ""
    middle = tag.removeprefix(prefix).removesuffix(suffix)
    if not prefix:
        middle = middle.removeprefix("v")
    version = _VERSION.fullmatch(middle)
    return version[1] if version else ""


def _order(version: str) -> tuple[int, ...]:
    numbers = tuple(map(int, version.split(".")))
    return numbers + (0,) * (4 - len(numbers))


def _between(repository: Repository, without: str, upto: str) -> tuple[Rider, ...]:
    form = "--format=%H%x00%an%x00%cI%x00%s"
    lines = repository.read("log", f"--max-count={_MOST_COMMITS}", form, f"{without}..{upto}", "--").splitlines()
    fields = [line.split("\0") for line in lines if line.count("\0") == 3]
    return tuple(Rider(sha, clean(who), datetime.fromisoformat(at), clean(what)) for sha, who, at, what in fields)


def _files(repository: Repository, here: str, there: str) -> tuple[FileChange, ...]:
    changes = repository.read("diff", "--numstat", "--no-renames", "-z", here, there, "--").split("\0")
    fields = [change.split("\t", 2) for change in changes if change.strip()]
    return tuple(FileChange(clean(path), _count(added), _count(removed)) for added, removed, path in fields)


def _count(text: str) -> int | None:
    return None if text.strip() == "-" else int(text)
