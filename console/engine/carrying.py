"""What stands in the way of carrying the fix to other branches, for the screens that ask."""

from warroom.console.actions.git.conflicts import Conflicts
from warroom.console.actions.git.errors import GitError
from warroom.console.actions.propose import Proposer
from warroom.console.domain.git.conflict import Conflicting
from warroom.console.domain.intents import Refused
from warroom.console.engine.setup import Setup


class Carrying:
    """Answers from the repository as it is, and keeps nothing in the log. Calls block."""

    def __init__(self, setup: Setup, proposer: Proposer) -> None:
        self._session = setup.session
        self._elsewhere = proposer.elsewhere
        self._conflicts = Conflicts(setup.settings.service, foretell=not setup.read_only)

    def conflicts(self, name: str) -> tuple[Conflicting, ...] | Refused:
        """Of one incident; nothing where it is about another repository."""
        incident = self._session.incident(name)
        if incident is None:
            return Refused(reason="there is no such incident")
        if self._elsewhere(incident):
            return ()
        try:
            return self._conflicts.of(incident)
        except GitError as error:
            return Refused(reason=f"the repository can't be read: {error}")
