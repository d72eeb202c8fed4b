"""The git verbs of this console as a program of its own, so that they run supervised like any other command."""

import sys


def git_argv(*words: str) -> tuple[str, ...]:
    """The argv that runs a git verb, e.g. `git_argv("branch", "hotfix/x", "--from", "v1.2.3")`."""
    return (sys.executable, "-P", "-m", "warroom.console.actions.git_command", *words)
