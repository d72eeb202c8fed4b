"""The git verbs of this console as a program of its own, so that they run supervised like any other command.

Prints the git commands it performs and what came of them; 0: done, 1: git refused, 2: wrong usage.
"""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

PROGRAM = "warroom-git"


def git_argv(*words: str) -> tuple[str, ...]:
    """The argv that runs a git verb, e.g. `git_argv("branch", "hotfix/x", "--from", "v1.2.3")`."""
    return (sys.executable, "-P", "-m", "warroom.console.actions.git_command", *words)


def main(argv: Sequence[str] | None = None) -> int:
    """Perform one verb; its exit status."""
    arguments = _parser().parse_args(argv)
    from warroom.console.actions.environment import ELSEWHERE

    for name in ELSEWHERE & os.environ.keys():
        del os.environ[name]
    # A cancelled verb still clears its working copy away.
    signal.signal(signal.SIGTERM, _leave)
    return _perform(arguments)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _perform(arguments: argparse.Namespace) -> int:
    # Imported here: usage errors and --help need not wait for it.
    from warroom.console.actions.git import GitError, Repository, open_repository
    from warroom.console.actions.git_verbs import Change, branch_from, merge, push, revert, tag

    def changes(repository: Repository) -> tuple[Change, ...]:
        match arguments.verb:
            case "branch":
                return (branch_from(repository, arguments.name, arguments.base),)
            case "tag":
                return (tag(repository, arguments.name, arguments.at, arguments.message),)
            case "merge":
                return (merge(repository, arguments.branch, arguments.into, arguments.message),)
            case "revert":
                return (revert(repository, arguments.commit, arguments.into),)
            case _:
                return push(repository, arguments.remote, arguments.refs)

    try:
        with open_repository(arguments.repository, echo=lambda line: _say(f"$ {line}")) as repository:
            for change in changes(repository):
                _say(f"{change.ref} {change.after}" if change.changed else f"{change.ref} {change.after} (unchanged)")
    except GitError as problem:
        sys.stdout.flush()
        sys.stderr.write(f"{PROGRAM} {arguments.verb}: {problem}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=PROGRAM, description="Git, safely: no working copy is touched.")
    parser.add_argument("--repository", type=Path, default=Path(), help="a folder in the repository (default: here)")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    branch = verbs.add_parser("branch", help="make a branch")
    branch.add_argument("name")
    branch.add_argument("--from", dest="base", required=True, metavar="BASE", help="tag, branch or commit")
    tag = verbs.add_parser("tag", help="make an annotated tag")
    tag.add_argument("name")
    tag.add_argument("--at", required=True, metavar="COMMIT", help="tag, branch or commit")
    tag.add_argument("--message", required=True)
    merge = verbs.add_parser("merge", help="merge into a branch, with a merge commit")
    merge.add_argument("branch")
    merge.add_argument("--into", required=True, metavar="BRANCH")
    merge.add_argument("--message", default="")
    revert = verbs.add_parser("revert", help="undo a commit or a merge by a new commit")
    revert.add_argument("commit")
    revert.add_argument("--into", required=True, metavar="BRANCH")
    push = verbs.add_parser("push", help="push branches and tags, all or none, never by force")
    push.add_argument("refs", nargs="+", metavar="REF")
    push.add_argument("--remote", default="origin")
    return parser


if __name__ == "__main__":
    sys.exit(main())
