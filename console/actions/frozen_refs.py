"""The commits behind the names in a command: a yes is to these, not to what a name means a moment later."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from warroom.console.actions import programs
from warroom.console.actions.command import Command, Prepared
from warroom.console.actions.git.refs import BadRef, validated
from warroom.console.actions.git.repository import GitError, Repository, open_repository
from warroom.console.domain.action import Danger

HEAD = "HEAD"
_BETWEEN = re.compile(r"[=:,\s]+")
"""What stands between names in one word: `main:main`, `--image=registry/shop:v1.2.4`."""
_PLACES = ("refs/heads", "refs/tags", "refs/remotes", "refs/remotes/*")
_MOST = 60
"""Names that are looked up in one command."""


def with_refs(prepared: Prepared, *, back: bool = False) -> Prepared:
    """The same command, with the commits of the branches and tags that its words name.

    What is free has no yes that could be void. A program that is not ours may ship the working copy as well, so what
    is checked out counts; but not on a way back, which the deploy that is stopped before it must not hold up.

    Reads the repository, and blocks for that.
    """
    command = prepared.command
    if command.danger == Danger.FREE:
        return prepared
    head = command.argv[0] not in programs.MODULES and not back
    try:
        with open_repository(Path(command.cwd)) as repository:
            refs = tuple(_refs(repository, _names(command), head))
    except GitError:
        # No repository, or one that can't be read: the command has nothing from it, or says so itself.
        return prepared
    return Prepared(replace(command, refs=refs), prepared.secret_env)


def _names(command: Command) -> tuple[str, ...]:
    words = (*command.argv, *(value for _, value in command.env))
    parts = (part.lstrip("+") for word in words for part in _BETWEEN.split(word))
    return tuple(part for part in dict.fromkeys(parts) if _may_be_one(part))[:_MOST]


def _may_be_one(part: str) -> bool:
    try:
        validated(part)
    except BadRef:
        return False
    return True


def _refs(repository: Repository, names: Sequence[str], head: bool) -> Iterator[tuple[str, str]]:
    if head and (sha := repository.commit_of(HEAD)):
        yield HEAD, sha
    if not names:
        return
    wanted = (f"{place}/{name}" for name in names for place in _PLACES)
    told = repository.ask("for-each-ref", "--format=%(refname) %(objectname) %(*objectname)", *wanted).out
    found: dict[str, set[str]] = {}
    for line in told.splitlines():
        full, tagged, *commit = line.split()
        # A pattern of git's also stands for everything below it.
        for name in (one for one in names if full.endswith(f"/{one}")):
            found.setdefault(name, set()).add(commit[0] if commit else tagged)
    # Here and at the remote the same name may stand for two.
    yield from ((name, " ".join(sorted(found[name]))) for name in names if name in found)
