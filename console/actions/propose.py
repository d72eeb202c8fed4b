"""Proposals: what pressing a button would do, frozen for somebody to say yes to."""

from collections.abc import Mapping
from pathlib import Path

from warroom.config.settings import Settings
from warroom.console.actions.command import Prepared, placeholders, prepare
from warroom.console.actions.names import FIXED, riding, work_out
from warroom.console.actions.template import CommandError
from warroom.console.domain import guard
from warroom.console.domain import intents as i
from warroom.console.domain.action import Action
from warroom.console.domain.desk import Proposal
from warroom.console.domain.duration import format_duration
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident
from warroom.console.session import Session

PRODUCTION = "production"


class Proposer:
    """Fills actions from an incident. Calls read the repository and block; make them off the loop."""

    def __init__(self, session: Session, settings: Settings, secrets: Mapping[str, str]) -> None:
        self._session = session
        self._settings = settings
        self._secrets = secrets

    def actions(self, incident: Incident) -> Mapping[str, Action]:
        """The buttons of an incident: the playbook's, and the team's own over them."""
        return {**incident.playbook.action, **self._settings.action}

    def verify(self, name: str, key: str) -> str:
        """What proves the outcome of an action; empty: nothing does."""
        incident = self._session.incident(name)
        action = self.actions(incident).get(key) if incident else None
        return action.verify if action else ""

    def prepared(self, name: str, key: str, given: Mapping[str, str]) -> Prepared | Refused:
        """The command an action would run now. Names it uses for the first time are fixed in the log."""
        incident = self._session.incident(name)
        if incident is None:
            return Refused(reason="there is no such incident")
        action = self.actions(incident).get(key)
        if action is None:
            return Refused(reason=f"there is no action {key!r}; known: {', '.join(self.actions(incident)) or 'none'}")
        try:
            asked = placeholders(action)
        except CommandError as error:
            return Refused(reason=str(error))
        # What asks for no name from the repository runs without one: a cache can be flushed from anywhere.
        names = work_out(incident, self._settings) if asked & set(FIXED) else {}
        if isinstance(names, Refused):
            return names
        if fresh := {key: value for key, value in names.items() if key not in incident.names}:
            self._session.dispatch(name, i.FixNames(names=fresh))
            # Another console may have fixed them first.
            incident = self._session.incident(name) or incident
        try:
            return prepare(
                key,
                action,
                self._known(incident, action, {**names, **incident.names}),
                given,
                cwd=Path(self._settings.service.repository),
                secrets=self._secrets,
            )
        except CommandError as error:
            return Refused(reason=str(error))

    def _known(self, incident: Incident, action: Action, names: Mapping[str, str]) -> dict[str, str]:
        environment = action.environment if "{" not in action.environment else ""
        return {
            "incident": incident.id,
            "title": incident.title,
            "level": incident.level,
            "service": self._settings.service.name,
            "repository": self._settings.service.repository,
            "environment": environment or PRODUCTION,
            "percent": "100",
            **names,
        }

    def propose(self, name: str, key: str, given: Mapping[str, str]) -> tuple[Proposal, Prepared] | Refused:
        """What a person is asked to confirm, with the command behind it."""
        prepared = self.prepared(name, key, given)
        incident = self._session.incident(name)
        if isinstance(prepared, Refused) or incident is None:
            return prepared if isinstance(prepared, Refused) else Refused(reason="there is no such incident")
        command = prepared.command
        me = self._session.by.actor
        window = command.undo_window
        proposal = Proposal(
            incident=name,
            action=key,
            title=command.title,
            command=command.shown(),
            folder=command.cwd,
            environment=command.environment,
            production=command.environment == PRODUCTION,
            target=command.target,
            danger=str(command.danger),
            fingerprint=command.fingerprint,
            undo=command.undo or (f"run {command.undo_action}" if command.undo_action else ""),
            undo_until=f"for {format_duration(window)} after it ended" if window else "",
            riding=riding(incident, self._settings, given) if command.environment == PRODUCTION else (),
            checks=guard.check(
                command.guards, incident, me, str(command.danger), command.environment, self._session.now()
            ),
            variables=command.variables(),
            values=dict(given),
            cancel_with=command.cancel_with,
            terminal=command.terminal,
        )
        return proposal, prepared
