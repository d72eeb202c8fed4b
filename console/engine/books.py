"""The playbooks an engine can read: the team's own and the shipped ones, hastened where it runs a drill."""

from collections.abc import Mapping

from warroom.config.errors import ConfigError
from warroom.config.playbook_files import load_playbook, shipped
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident
from warroom.console.domain.playbook import Playbook
from warroom.console.domain.switching import differences, left_behind
from warroom.console.drill.haste import hasten
from warroom.console.engine.setup import Setup


class Books:
    """Reads playbooks. Calls read files and block."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup

    def load(self, ref: str) -> Playbook:
        """The playbook of that id or file; the configured one where none is named.

        Raises:
            ConfigError: there is none, or something is wrong with it.
        """
        settings = self._setup.settings
        book = load_playbook(ref or settings.playbook, self._setup.folder)
        return hasten(book, self._setup.pace) if settings.drill else book

    def titles(self) -> Mapping[str, str]:
        """What can be chosen, the configured one first: title by reference. One that can't be read says so instead."""
        found = {}
        for ref in dict.fromkeys((self._setup.settings.playbook, *shipped())):
            try:
                found[ref] = load_playbook(ref, self._setup.folder).title
            except ConfigError as error:
                found[ref] = f"can't be read: {error}"
        return found

    def differences(self, incident: Incident | None, ref: str) -> tuple[str, ...] | Refused:
        """What would change if the incident went on by another playbook."""
        if incident is None:
            return Refused(reason="there is no such incident")
        try:
            book = self.load(ref)
        except ConfigError as error:
            return Refused(reason=str(error))
        return (*differences(incident.playbook, book, incident.level), *left_behind(incident, book))
