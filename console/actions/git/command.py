"""The git verbs of this console as a program of its own, so that they run supervised like any other command.

Prints the git commands it performs and what came of them; 0: done, 1: git refused, 2: wrong usage.
"""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import TYPE_CHECKING

from warroom.console.actions.git.arguments import USUAL, parser

if TYPE_CHECKING:
    from warroom.console.actions.git.repository import Repository
    from warroom.console.actions.git.verbs import Change

PROGRAM = "warroom-git"


def git_argv(*words: str) -> tuple[str, ...]:
    """The argv that runs a git verb, e.g. `git_argv("branch", "hotfix/x", "--from", "v1.2.3")`."""
    return (sys.executable, "-P", "-m", "warroom.console.actions.git.command", *words)


def main(argv: Sequence[str] | None = None) -> int:
    """Perform one verb; its exit status."""
    arguments = parser(PROGRAM).parse_args(argv)
    from warroom.console.actions.runs.environment import ELSEWHERE

    for name in ELSEWHERE & os.environ.keys():
        del os.environ[name]
    # A cancelled verb still clears its working copy away.
    signal.signal(signal.SIGTERM, _leave)
    return _perform(arguments)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _perform(arguments: argparse.Namespace) -> int:
    # Imported here: usage errors and --help need not wait for it.
    from warroom.console.actions.git.repository import Conflict, GitError, open_repository

    try:
        with open_repository(arguments.repository, echo=lambda line: _say(f"$ {line}")) as repository:
            for change in _changes(repository, arguments):
                after = change.after or f"deleted; it was {change.before}"
                _say(f"{change.ref} {after}" if change.changed else f"{change.ref} {after} (unchanged)")
    except GitError as problem:
        sys.stdout.flush()
        sys.stderr.write(f"{PROGRAM} {arguments.verb}: {problem}\n")
        if isinstance(problem, Conflict) and problem.by_hand:
            sys.stderr.write("to go on:\n" + "".join(f"  {line}\n" for line in problem.by_hand))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _changes(repository: "Repository", arguments: argparse.Namespace) -> "Sequence[Change]":
    from warroom.console.actions.git.verbs import branch_from, merge, push, revert, tag

    match arguments.verb:
        case "branch":
            if repository.exists(f"refs/heads/{arguments.base}"):
                _up_to_date(repository, "", arguments.base)
            return (branch_from(repository, arguments.name, arguments.base),)
        case "tag":
            return (tag(repository, arguments.name, arguments.at, arguments.message),)
        case "merge":
            remote = _up_to_date(repository, arguments.push, arguments.into)
            merged = merge(repository, arguments.branch, arguments.into, arguments.message)
            return (merged, *(push(repository, remote, [arguments.into], _say) if remote else ()))
        case "revert":
            _up_to_date(repository, "", arguments.into)
            return (revert(repository, arguments.commit, arguments.into),)
        case "push":
            remote = _remote(repository, arguments.remote, arguments.refs[0])
            return push(repository, remote, arguments.refs, _say)
        case "backport" | "continue" | "abort":
            return _carries(repository, arguments)
        case _:
            return _travels(repository, arguments)


def _carries(repository: "Repository", arguments: argparse.Namespace) -> "Sequence[Change]":
    from warroom.console.actions.git import carrying, mending, travel, waiting
    from warroom.console.actions.git.verbs import push

    if arguments.verb == "abort":
        place = mending.give_up(repository, arguments.branch)
        _say(f"{place.tree}: taken away; {place.pick.branch} was not touched")
        return ()
    continued = waiting.place_of(repository, arguments.branch).pick.branch if arguments.verb == "continue" else ""
    remote = _up_to_date(repository, arguments.push, continued or arguments.branch)
    if arguments.verb == "continue":
        name, made = arguments.branch, mending.go_on(repository, arguments.branch)
    else:
        commits = travel.commits_of(repository, arguments.commits)
        if remote and not arguments.onto_new:
            _refuse_strangers(repository, arguments.branch, remote, commits)
        way = mending.carry if arguments.keep else carrying.backport
        name = arguments.onto_new or arguments.branch
        made = way(repository, arguments.branch, commits, arguments.onto_new)
    pushing = remote and repository.exists(made.ref)
    return (made, *(push(repository, remote, [name], _say) if pushing else ()))


def _refuse_strangers(repository: "Repository", branch: str, remote: str, commits: Sequence[str]) -> None:
    from warroom.console.actions.git.backports import strangers
    from warroom.console.actions.git.repository import GitError

    if found := strangers(repository, branch, remote, commits):
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        raise GitError(
            f"{branch} has {found[0]}{more} here, which {remote} lacks and the push would take along: "
            "push that by itself, move it away, or carry the fix onto a new branch"
        )


def _up_to_date(repository: "Repository", push: str, branch: str) -> str:
    """See where the branch is at its remote; gives the remote to push to, empty: none was asked for.

    Asked first: a branch that moved here and can't be pushed helps nobody. Where nothing is to be pushed, what was
    fetched last has to do.
    """
    from warroom.console.actions.git.remote import catch_up, remote_name
    from warroom.console.actions.git.repository import GitError

    remote = _remote(repository, push, branch)
    name = remote or remote_name(repository, branch)
    trouble = catch_up(repository, name, branch) if name else ""
    if trouble and remote:
        raise GitError(f"{trouble}: it could not be pushed, so nothing was changed")
    if trouble:
        _say(f"warning: {trouble}: going by what was fetched last")
    return remote


def _remote(repository: "Repository", name: str, branch: str) -> str:
    """The remote that is meant; empty: none was asked for."""
    from warroom.console.actions.git.remote import remote_name
    from warroom.console.actions.git.repository import GitError

    if name == USUAL:
        name = remote_name(repository, branch)
        if not name:
            known = ", ".join(repository.remotes)
            raise GitError(f"which remote? it knows {known}: name one" if known else "this repository has no remote")
    elif name:
        repository.known_remote(name)
    return name


def _travels(repository: "Repository", arguments: argparse.Namespace) -> "Sequence[Change]":
    from warroom.console.actions.git import travel

    match arguments.verb:
        case "fetch":
            return travel.fetch(repository, _remote(repository, arguments.remote, "HEAD"), _say)
        case "delete":
            remote = _remote(repository, arguments.remote, arguments.branch)
            return travel.delete(repository, arguments.branch, arguments.into, remote)
        case "patch":
            commits = travel.commits_of(repository, arguments.commits)
            count = travel.write_patch(repository, commits, arguments.to)
            _say(f"{arguments.to}: {count} commit{'' if count == 1 else 's'}")
            return ()
        case _:
            return (travel.apply_patch(repository, arguments.file, arguments.onto, arguments.onto_new),)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
