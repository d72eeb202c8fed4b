"""What git says about a service: its name, its production branch, and how its releases are tagged."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from warroom.console.actions.git.repository import GitError, Repository, open_repository

_RELEASE = re.compile(r"(?P<prefix>(?:[A-Za-z0-9._-]+/)?[A-Za-z@_-]*?v?)(?P<version>\d+\.\d+(?:\.\d+)?)")
_USUAL = ("main", "master", "trunk", "production")
_SAYS_NOTHING = {"origin", "remote", "upstream", "repo", "repository", "git", "bare", "src", "code", "project"}
"""Names of repositories that are no names of services."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roots:
    """A repository's conventions; empty where nothing tells."""

    name: str
    branch: str = ""
    tags: str = ""
    """A glob that matches the releases."""
    live: str = ""
    """The newest release tag that was found under it, as an example for the person who reads the file."""
    problem: str = ""
    """Why git could not be asked."""


def find_roots(folder: Path) -> Roots:
    """Ask git; never writes, never asks a remote. What the remote is called is the service's name where it is one."""
    try:
        with open_repository(folder) as repository:
            tags, live = _tags(repository)
            top = Path(repository.read("rev-parse", "--show-toplevel").strip())
            name = _name(repository)
            name = top.name if name.lower() in {"", *_SAYS_NOTHING} else name
            return Roots(name=name, branch=_branch(repository), tags=tags, live=live)
    except GitError as error:
        return Roots(name=folder.absolute().name, problem=str(error))


def _name(repository: Repository) -> str:
    address = repository.ask("config", "--get", "remote.origin.url").out.strip()
    return re.split(r"[/:\\]", address.rstrip("/").removesuffix(".git"))[-1] if address else ""


def _branch(repository: Repository) -> str:
    head = repository.ask("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD").out.strip()
    if head:
        return head.removeprefix("origin/")
    for name in _USUAL:
        if repository.exists(f"refs/heads/{name}") or repository.exists(f"refs/remotes/origin/{name}"):
            return name
    return repository.ask("symbolic-ref", "--quiet", "--short", "HEAD").out.strip()


def _tags(repository: Repository) -> tuple[str, str]:
    """The glob of the commonest way to write a release, and the newest tag of that kind by its version."""
    names = repository.read("for-each-ref", "--format=%(refname:strip=2)", "refs/tags").splitlines()
    found = [(match["prefix"], name) for name in names if (match := _RELEASE.fullmatch(name))]
    if not found:
        return "", ""
    prefix = Counter(prefix for prefix, _ in found).most_common(1)[0][0]
    mine = [name for start, name in found if start == prefix]
    newest = max(mine, key=lambda name: tuple(map(int, name.removeprefix(prefix).split("."))))
    return (f"{prefix}*" if prefix else "[0-9]*"), newest
