"""Looking at the ways back: what would stop each means of rollback. Nothing here changes anything.

Calls run git, may ask a remote, and block; make them off the loop.
"""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from warroom.config.settings import Settings
from warroom.console.actions.command import Command, Prepared
from warroom.console.actions.git.names import work_out
from warroom.console.actions.git.remote import ask_remote, remote_name
from warroom.console.actions.git.repository import GitError, NotARepository, Repository, open_repository
from warroom.console.domain.git.change_kinds import kinds_of
from warroom.console.domain.going_back import live_already
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident
from warroom.console.domain.playbook import Rollback
from warroom.console.domain.text import clean
from warroom.console.domain.way_back import Seen, WayBack, judge

_GIT = ("git", "warroom-git")
_MUST_BE_GIVEN = "must be given"
_RELEASES = ("previous_tag", "production_tag", "commit", "base")

Trial = Callable[[Incident, str], Prepared | Refused]
"""The command an action would run now, without a trace in the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a platform tells of one of its ways back."""

    no_access: str = ""
    """Why it does not let us in; empty: it does, or can't be asked."""
    undone_by: str = ""
    """What would take the rollback back again."""
    left_behind: tuple[str, ...] = ()
    """What the rollback leaves as it is, a sentence each."""
    target: str = ""
    """What it goes back to, where the platform was asked for it."""
    there: bool | None = None
    """Whether that is still there; none: it was not asked, or gave no answer."""
    asks: str = ""
    """What somebody has to give first, in words."""
    then: str = ""
    """What is still to be done after it."""


Platform = Callable[[str, Command | None, Mapping[str, str]], Told]
"""Asked of an action, its command (none: somebody has to give a value first) and the incident's names; only reads."""


def _silent(action: str, command: Command | None, names: Mapping[str, str]) -> Told:
    return Told()


class Scout:
    """Looks at the means of rollback that an incident's playbook lists, in their order."""

    def __init__(self, settings: Settings, trial: Trial, platform: Platform = _silent) -> None:
        self._settings = settings
        self._trial = trial
        self._platform = platform

    def look(self, incident: Incident) -> tuple[WayBack, ...]:
        """Every means, as it stands now."""
        worked_out = work_out(incident, self._settings)
        names = incident.names if isinstance(worked_out, Refused) else worked_out
        return tuple(self._look(incident, means, names) for means in incident.playbook.rollback)

    def _look(self, incident: Incident, means: Rollback, names: Mapping[str, str]) -> WayBack:
        seen = self._seen(incident, means.action, names) if means.action else Seen()
        return judge(means.title, means.action, seen)

    def _seen(self, incident: Incident, action: str, names: Mapping[str, str]) -> Seen:
        trial = self._trial(incident, action)
        if isinstance(trial, Refused):
            reason = clean(trial.reason)
            return self._asks(action, reason, names) if _MUST_BE_GIVEN in reason else Seen(blocked=reason)
        command = trial.command
        if missing := _missing_tool(command):
            return Seen(blocked=missing)
        seen = self._found(action, command, names)
        live = live_already(incident, command.shown(), command.environment, seen.target)
        return replace(seen, live=live)

    def _found(self, action: str, command: Command, names: Mapping[str, str]) -> Seen:
        told = self._platform(action, command, names)
        seen = Seen(
            target=told.target,
            target_exists=told.there if told.target or command.argv[0] in _GIT else True,
            credentials=not told.no_access,
            credentials_say=told.no_access,
            undone_by=told.undone_by,
            then=told.then,
            left_behind=told.left_behind,
        )
        try:
            with open_repository(Path(self._settings.service.repository)) as repository:
                return self._with_git(repository, command, names, seen)
        except NotARepository:
            # A service without one goes back by its platform alone.
            return seen
        except GitError:
            return replace(seen, migrations=None)

    def _asks(self, action: str, reason: str, names: Mapping[str, str]) -> Seen:
        told = self._platform(action, None, names)
        return Seen(
            asks=told.asks or reason,
            credentials=None if told == Told() else not told.no_access,
            credentials_say=told.no_access,
            undone_by=told.undone_by,
            left_behind=told.left_behind,
        )

    def _with_git(self, repository: Repository, command: Command, names: Mapping[str, str], seen: Seen) -> Seen:
        target = _target(repository, command, names)
        trouble = self._remote_trouble(repository) if command.argv[0] in _GIT else ""
        in_git = bool(_sha(repository, target)) if target else None
        return replace(
            seen,
            target=target or seen.target,
            target_exists=_there(in_git, seen),
            credentials=seen.credentials and not trouble,
            credentials_say=seen.credentials_say or trouble,
            migrations=self._migrations(repository, names, target),
        )

    def _remote_trouble(self, repository: Repository) -> str:
        name = remote_name(repository, self._settings.service.production.branch)
        return ask_remote(repository, name, (), ()).trouble if name else ""

    def _migrations(self, repository: Repository, names: Mapping[str, str], target: str) -> tuple[str, ...] | None:
        """Migrations between where it goes back to and what runs, or is about to."""
        shas = [_sha(repository, names.get(name, "")) for name in ("tag", "production_tag")]
        live, back = next(filter(None, shas), ""), _sha(repository, target)
        if not live or not back or live == back:
            return ()
        answer = repository.ask("diff", "--name-only", "--no-renames", "-z", back, live, "--")
        if answer.status != 0:
            return None
        limits = self._settings.service.limits
        return tuple(clean(path) for path in answer.out.split("\0") if path and "migration" in kinds_of(path, limits))


def _there(in_git: bool | None, seen: Seen) -> bool | None:
    """Whether it can be gone back to: a release must be in the repository, what a platform keeps must be there still.

    A command that names no release, on a platform that was not asked, goes back to what that keeps.
    """
    if in_git is False:
        return False
    return seen.target_exists if seen.target else True


def _missing_tool(command: Command) -> str:
    tool = command.argv[0]
    if tool.startswith("warroom-"):
        return ""
    found = os.access(Path(command.cwd, tool), os.X_OK) if "/" in tool else shutil.which(tool) is not None
    return "" if found else f"{clean(tool)} is not {'there' if '/' in tool else 'on the PATH'}"


def _target(repository: Repository, command: Command, names: Mapping[str, str]) -> str:
    """The release a command goes back to, by the words in it; empty: it names none."""
    wanted = {names.get(name, "") for name in _RELEASES} - {""}
    words = [word for word in command.argv[1:] if word and not word.startswith("-")]
    return next((word for word in words if word in wanted or repository.exists(f"refs/tags/{word}")), "")


def _sha(repository: Repository, name: str) -> str:
    try:
        return repository.find(name).sha if name else ""
    except GitError:
        return ""
