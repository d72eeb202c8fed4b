"""What is checked out where a command would run, for commands that take the code from there."""

from dataclasses import replace
from pathlib import Path

from warroom.console.actions import programs
from warroom.console.actions.command import Prepared, placeholders
from warroom.console.actions.git.repository import GitError, Repository, open_repository
from warroom.console.domain.action import Action
from warroom.console.domain.desk import Check
from warroom.console.domain.git.checkout import PINS, SHIPS, TRIES, Checkout, newest_of, short
from warroom.console.domain.model import Incident

HEAD = "HEAD"
NAME = "checked-out"


def with_checkout(prepared: Prepared, action: Action, branch: str) -> Prepared:
    """The same command, with what it finds checked out, where that is what it tries or ships.

    Reads the repository, and blocks for that.

    Args:
        branch: the branch of the fix, as it is named; empty: nobody has named it yet.
    """
    command = prepared.command
    if not takes_what_is_checked_out(command.action, action):
        return prepared
    try:
        with open_repository(Path(command.cwd)) as repository:
            found = look(repository, branch)
    except GitError:
        # No repository: then nothing is checked out.
        return prepared
    if found is None:
        return prepared
    return Prepared(replace(command, checkout=found.where, fix=found.fix), prepared.secret_env)


def takes_what_is_checked_out(key: str, action: Action) -> bool:
    """It tries or ships code, and its words name no version of it."""
    if not key.startswith((*TRIES, *SHIPS)) or action.argv[0] in programs.MODULES:
        return False
    return not placeholders(action) & set(PINS)


def look(repository: Repository, branch: str) -> Checkout | None:
    """What is checked out, and whether it has all of the fix; nothing where no commit is there at all."""
    head = repository.commit_of(HEAD)
    if not head:
        return None
    name = repository.ask("symbolic-ref", "--quiet", "--short", HEAD).out.strip() or "no branch"
    changed = repository.ask("status", "--porcelain", "--untracked-files=no").out.strip()
    where = f"{name} at {short(head)}" + (" and changes that are not committed" if changed else "")
    return Checkout(where=where, fix=_fix(repository, head, branch))


def _fix(repository: Repository, head: str, branch: str) -> str:
    """The newest commit of the fix, when what is checked out has it: the later one of here and there."""
    here = repository.commit_of(f"refs/heads/{branch}") if branch else ""
    there = repository.commit_of(f"refs/remotes/origin/{branch}") if branch else ""
    newest = there if here and there and repository.contains(there, here) else here or there
    return newest if newest and repository.contains(head, newest) else ""


def of_checkout(prepared: Prepared, incident: Incident) -> tuple[Check, ...]:
    """What the dialog says of it; nothing where the command does not take what is checked out."""
    command, newest = prepared.command, newest_of(incident)
    if not command.checkout:
        return ()
    if command.fix or not newest:
        has = ", which has all of the fix" if command.fix and newest else ""
        return (Check(name=NAME, verdict="ok", reason=f"{command.checkout}{has}"),)
    harm = "what passes there proves nothing" if command.action.startswith(TRIES) else "that is what it would take"
    mend = f"git switch {branch}" if (branch := incident.names.get("branch", "")) else "check the fix out"
    reason = f"{command.checkout} lacks the fix, {short(newest)}: {harm}; {mend} first"
    return (Check(name=NAME, verdict="warn", reason=reason),)
