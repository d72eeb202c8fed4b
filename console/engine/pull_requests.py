"""Follows the pull request of each open incident, and writes the body of the one to be."""

import asyncio
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from warroom.console.actions.git import github
from warroom.console.actions.git.repository import GitError, UnknownRef, open_repository
from warroom.console.actions.template import CommandError
from warroom.console.domain import intents as i
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident
from warroom.console.engine.setup import Setup

Trouble = Callable[[str, str], None]
DOCUMENT = "pull-request"
_EVERY = 20.0
"""Seconds between two looks; GitHub lets a person ask some thousand times an hour, and this is a few hundred."""
_LONGEST_WAIT = 320.0
_KEY = "pull requests"


class PullRequests:
    """Asks `gh` how the pull request stands, while an incident is open and its branch is pushed."""

    def __init__(self, setup: Setup, trouble: Trouble) -> None:
        self._setup = setup
        self._trouble = trouble
        self._repository = Path(setup.settings.service.repository)
        self._wait = _EVERY

    async def run(self) -> None:
        """Look until cancelled; less often while GitHub can't be asked."""
        setup = self._setup
        if setup.read_only or not setup.watch or not github.follows_pull_requests(setup.settings):
            return
        if shutil.which(github.GH) is None:
            if setup.settings.service.pull_requests:
                self._trouble(_KEY, "pull requests can't be followed: gh is not on the PATH")
            return
        while True:
            await self.look()
            await asyncio.sleep(self._wait)

    async def look(self) -> None:
        """Look once."""
        try:
            for name, incident in self._setup.session.picture().incidents.items():
                branch = incident.names.get("branch", "")
                mine = incident.service == self._setup.settings.service.name
                if mine and not incident.over and branch and await asyncio.to_thread(self._pushed, branch):
                    await self._look(name, incident, branch)
        except github.GitHubError as error:
            self._wait = min(self._wait * 2, _LONGEST_WAIT)
            self._trouble(_KEY, f"pull requests can't be read: {error}")
        else:
            self._wait = _EVERY
            self._trouble(_KEY, "")

    async def _look(self, name: str, incident: Incident, branch: str) -> None:
        seen = await github.pull_request(self._repository, branch)
        if seen is not None and seen != incident.pull_request:
            await asyncio.to_thread(self._setup.session.dispatch, name, i.SeePullRequest(pull_request=seen))

    def _pushed(self, branch: str) -> bool:
        try:
            with open_repository(self._repository) as repository:
                refs = repository.read("for-each-ref", "--format=%(refname)", f"refs/remotes/*/{branch}")
                return bool(refs.strip())
        except (GitError, UnknownRef):
            return False


class Bodies:
    """Writes the document that becomes a pull request's body into a file of its own."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._folder = setup.runs.parent / "pull-requests"

    def write(self, incident: str) -> str:
        """The file's path. The same text has the same path, so that a yes stays bound to what was shown.

        Raises:
            CommandError: the document can't be filled, or the file can't be written.
        """
        from warroom.console.reports.document import write

        records = self._setup.session.records(incident)
        # As of the last event: the text changes with the log, not with the time.
        text = write(self._setup.session, self._setup.store, incident, DOCUMENT, "md", records[-1].at)
        if isinstance(text, Refused):
            raise CommandError(f"action.{DOCUMENT}: its body can't be filled: {text.reason}")
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        path = self._folder / f"{incident}-{digest}.md"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not path.exists():
                draft = path.with_suffix(".new")
                draft.write_text(text, encoding="utf-8")
                draft.chmod(0o600)
                draft.replace(path)
        except OSError as problem:
            raise CommandError(f"action.{DOCUMENT}: {path} can't be written: {problem.strerror}") from None
        return str(path)
