"""Proposals: what pressing a button would do, frozen for somebody to say yes to."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from warroom.config.settings import Settings
from warroom.console.actions.buttons.offering import Offered, Offering
from warroom.console.actions.buttons.platform import refuse_remote_words
from warroom.console.actions.buttons.shipped import MINIMAL_CHANGE, REQUEST, Shipped, candidates
from warroom.console.actions.checked_out import of_checkout, with_checkout
from warroom.console.actions.command import Command, Prepared, placeholders, prepare
from warroom.console.actions.frozen_files import frozen
from warroom.console.actions.frozen_refs import with_refs
from warroom.console.actions.git.change_proof import Prover
from warroom.console.actions.git.names import FIXED, riding, work_out
from warroom.console.actions.runs.environment import steering
from warroom.console.actions.runs.masking import mask
from warroom.console.actions.template import CommandError, fill
from warroom.console.domain import guard
from warroom.console.domain import intents as i
from warroom.console.domain.action import Action, Danger
from warroom.console.domain.git.backport import will_stop
from warroom.console.domain.git.change import Proof, Proven, unproven
from warroom.console.domain.going_back import goes_back, last_change, live_already, passed_over
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident, Run
from warroom.console.domain.next_door import InTheWay, in_the_way
from warroom.console.domain.proposal import Check, Proposal
from warroom.console.domain.text import clean
from warroom.console.domain.time.duration import format_duration
from warroom.console.domain.way_back import doubt
from warroom.console.identity import host
from warroom.console.session import Session

PRODUCTION = "production"
SINCE = "since"
"""The parameter of a proof that takes when the run began, in milliseconds since 1970."""
CLOCKS_DIFFER = timedelta(minutes=1)
"""How much a platform's clock may be behind ours."""
BODY = "pull_request_body"


class Proposer:
    """Fills actions from an incident. Calls read the repository and block; make them off the loop."""

    def __init__(self, session: Session, settings: Settings, secrets: Mapping[str, str]) -> None:
        self._session = session
        self._settings = settings
        self._secrets = secrets
        self._shipped = Shipped(settings)
        self.offering = Offering(settings, self._shipped)
        self.prover = Prover(settings)
        self.body: Callable[[str], str] | None = None
        """Writes the body of an incident's pull request to a file; gives its path."""

    def actions(self, incident: Incident) -> Mapping[str, Action]:
        """Everything that can be run for an incident, by key."""
        return {key: offered.action for key, offered in self.offered(incident).items()}

    def offered(self, incident: Incident) -> Mapping[str, Offered]:
        """The same, with where each comes from and what is in its way. Does not block."""
        return self.offering.of(incident)

    def elsewhere(self, incident: Incident) -> str:
        """Why this console must not act on an incident: what it would change is not what the incident is about."""
        mine = self._settings.service.name
        if incident.drill and not self._settings.drill:
            return f"{incident.id} is a drill, and this console acts for real"
        if self._settings.drill and not incident.drill:
            return f"{incident.id} is real, and this console only practises: nothing it starts would help"
        if incident.service and incident.service != mine:
            return f"{incident.id} is about {incident.service}, and this console acts on {mine}: open one there"
        return ""

    def verify(self, name: str, key: str) -> str:
        """What proves the outcome of an action; empty: nothing does."""
        incident = self._session.incident(name)
        action = self.actions(incident).get(key) if incident else None
        return action.verify if action else ""

    def is_way_back(self, incident: Incident, key: str) -> bool:
        """Whether an action goes back to what was there."""
        action = self.actions(incident).get(key)
        return goes_back(incident, key, action.key if action else "")

    def proof_values(self, name: str, verify: str, run: Run) -> dict[str, str]:
        """What the action that proves a run has to know of it: what somebody gave the run, and when it began."""
        incident = self._session.incident(name)
        action = self.actions(incident).get(verify) if incident else None
        wanted = [name for name in (action.parameters if action else ()) if name not in FIXED]
        began = (run.started_at or run.requested_at) - CLOCKS_DIFFER
        told = {**run.values, SINCE: str(round(began.timestamp() * 1000))}
        return {name: told[name] for name in wanted if told.get(name)}

    def prepared(self, name: str, key: str, given: Mapping[str, str]) -> Prepared | Refused:
        """The command an action would run now. Names it uses for the first time are fixed in the log."""
        incident = self._session.incident(name)
        if incident is None:
            return Refused(reason="there is no such incident")
        action = self.offering.as_given(incident, key, given)
        if action is None:
            return Refused(reason=f"there is no action {key!r}; known: {', '.join(self.actions(incident)) or 'none'}")
        if missing := self.offering.missing(incident, key):
            return Refused(reason=f"{action.title}: {missing}")
        try:
            asked = placeholders(action)
        except CommandError as error:
            return Refused(reason=str(error))
        names = self._names(incident, asked)
        if isinstance(names, Refused):
            return names
        fresh = {key: value for key, value in names.items() if key not in incident.names}
        if fresh and not self._session.rehearses:
            self._session.dispatch(name, i.FixNames(names=fresh))
            # Another console may have fixed them first.
            incident = self._session.incident(name) or incident
        return self._filled(incident, key, action, {**names, **incident.names}, given)

    def trial(self, incident: Incident, key: str) -> Prepared | Refused:
        """The command an action would run now, looked at ahead of time: no name is fixed for it."""
        action = self.actions(incident).get(key)
        if action is None:
            return Refused(reason=f"there is no action {key!r} here")
        if missing := self.offering.missing(incident, key):
            return Refused(reason=missing)
        try:
            names = self._names(incident, placeholders(action))
        except CommandError as error:
            return Refused(reason=str(error))
        return names if isinstance(names, Refused) else self._filled(incident, key, action, names, {})

    def _names(self, incident: Incident, asked: frozenset[str]) -> Mapping[str, str] | Refused:
        # What asks for no name from the repository runs without one: a cache can be flushed from anywhere.
        return work_out(incident, self._settings) if asked & set(FIXED) else {}

    def _filled(
        self, incident: Incident, key: str, action: Action, names: Mapping[str, str], given: Mapping[str, str]
    ) -> Prepared | Refused:
        try:
            asked = placeholders(action)
            known = self.offering.known(incident, key, self._known(incident, action, names))
            prepared = prepare(
                key,
                action,
                known | self._about_pull_request(incident, asked, known),
                given,
                cwd=Path(self._settings.service.repository),
                secrets=self._secrets,
            )
            if self.offering.of(incident)[key].foreign:
                refuse_remote_words(prepared.command)
            return self._shipped.furnish(prepared)
        except CommandError as error:
            return Refused(reason=str(error))

    def _about_pull_request(
        self, incident: Incident, asked: frozenset[str], known: Mapping[str, str]
    ) -> dict[str, str]:
        told = self._shipped.known(incident, known) if any(name.startswith("pull_request_") for name in asked) else {}
        if BODY in asked and self.body is not None:
            told[BODY] = self.body(incident.id)
        return told

    def _proven(self, incident: Incident, action: Action, given: Mapping[str, str]) -> Incident | Refused:
        """The incident with what this command would ship compared anew; noted in the log where it is news."""
        names = incident.names or work_out(incident, self._settings)
        if isinstance(names, Refused):
            return names
        known = self._known(incident, action, names)
        for name in ("tag", "branch"):
            if default := action.parameters.get(name):
                known[name] = given.get(name) or fill(default, known, f"parameters.{name}")
        order = candidates(action) or ("tag", "branch")
        proof = self.prover.prove(incident, known, order)
        if proof is None:
            # Not for the log: it is no news that a tag is made later.
            wanted = " or ".join(known[name] for name in order if known.get(name)) or "the candidate"
            missing = unproven(known.get("production_tag", ""), wanted, f"{wanted} does not exist yet")
            return replace(incident, change=Proven(proof=missing, at=incident.moments["declared"]))
        if self._session.rehearses:
            return replace(incident, change=Proven(proof=proof, at=self._session.now()))
        answer = self._session.dispatch(incident.id, i.ProveChange(proof=proof))
        newest = self._session.incident(incident.id)
        if isinstance(answer, Refused) or newest is None:
            return answer if isinstance(answer, Refused) else Refused(reason="there is no such incident")
        if newest.change is None or newest.change.proof != proof:
            return Refused(reason="another console has just compared another candidate; look again")
        return newest

    def _known(self, incident: Incident, action: Action, names: Mapping[str, str]) -> dict[str, str]:
        environment = action.environment if "{" not in action.environment else ""
        return {
            "incident": incident.id,
            "title": clean(incident.title),
            "level": incident.level,
            "service": self._settings.service.name,
            "repository": self._settings.service.repository,
            "production_branch": self._settings.service.production.branch,
            "environment": environment or PRODUCTION,
            "percent": "100",
            **names,
        }

    def propose(
        self, name: str, key: str, given: Mapping[str, str], stops: str = ""
    ) -> tuple[Proposal, Prepared] | Refused:
        """What a person is asked to confirm, with the command behind it.

        `stops`: the run that was confirmed to be stopped first; that it has ended since takes nothing from the yes.
        """
        incident = self._session.incident(name)
        if incident is not None and (other := self.elsewhere(incident)):
            return Refused(reason=other)
        prepared = self.prepared(name, key, given)
        incident = self._session.incident(name)
        if isinstance(prepared, Refused) or incident is None:
            return prepared if isinstance(prepared, Refused) else Refused(reason="there is no such incident")
        action = self.offering.as_given(incident, key, given) or self.actions(incident)[key]
        shipping = MINIMAL_CHANGE in action.guards
        if shipping:
            found = self._proven(incident, action, given)
            if isinstance(found, Refused):
                return found
            incident = found
        proof = incident.change.proof if shipping and incident.change else None
        if proof is not None:
            change = f"{proof.live_commit}..{proof.candidate_commit}"
            prepared = Prepared(replace(prepared.command, change=change), prepared.secret_env)
        environment = prepared.command.environment
        way = in_the_way(self._session.picture().incidents, incident, key, action.key, environment, stops)
        back = goes_back(incident, key, action.key)
        prepared = self._bound(incident, action, _as_safe_as_known(prepared, incident, way), way.stops, stops, back)
        return self._shown(incident, prepared, way, given, proof, back), prepared

    def _bound(
        self, incident: Incident, action: Action, prepared: Prepared, rival: Run | None, stops: str, back: bool
    ) -> Prepared:
        """The command with all that a yes to it is a yes to."""
        prepared = with_refs(frozen(prepared), back=back)
        command = replace(
            prepared.command,
            stops=rival.id if rival else stops,
            around=steering(os.environ),
            after=last_change(incident, prepared.command.action, prepared.command.environment),
        )
        return with_checkout(Prepared(command, prepared.secret_env), action, incident.names.get("branch", ""))

    def _shown(
        self,
        incident: Incident,
        prepared: Prepared,
        way: InTheWay,
        given: Mapping[str, str],
        proof: Proof | None,
        back: bool,
    ) -> Proposal:
        """The command as a person reads it."""
        command = prepared.command
        past = passed_over(incident, command.argv, command.environment) if back else ""
        # Nothing rides along on the way back.
        rides = command.environment == PRODUCTION and not command.action.startswith("rollback")
        window = command.undo_window
        return Proposal(
            incident=incident.id,
            action=command.action,
            title=command.title,
            command=command.shown(),
            folder=command.cwd,
            environment=command.environment,
            production=PRODUCTION in (command.environment, _sent_to(command)),
            target=command.target,
            danger=str(command.danger),
            fingerprint=command.fingerprint,
            undo=command.undo or (f"run {command.undo_action}" if command.undo_action else ""),
            undo_until=f"for {format_duration(window)} after it ended" if window else "",
            riding=riding(incident, self._settings, given) if rides else (),
            checks=self._checks(incident, prepared, way),
            variables=command.variables(),
            values=dict(given),
            change=proof,
            cancel_with=command.cancel_with,
            terminal=command.terminal,
            beware=(
                *_doubts(incident, command),
                *self.offering.hosted.beware(command.action, command.argv),
                *_stops(incident, command.argv, given),
                *filter(None, (past,)),
            ),
            owes=f"{command.owes.action}: {command.owes.why}" if command.owes else "",
            files=dict(command.files),
            refs=dict(command.refs),
            after=command.after,
            around={name: clean(mask(value)) for name, value in command.around},
            stops=command.stops,
            stopping=way.words(incident, host()) if back else "",
        )

    def _checks(self, incident: Incident, prepared: Prepared, way: InTheWay) -> tuple[Check, ...]:
        command = prepared.command
        answers = guard.check(
            command.guards,
            incident,
            self._session.by.actor,
            str(command.danger),
            command.environment,
            self._session.now(),
            stops=command.stops,
            next_door=way.next_door,
        )
        return (*answers, *of_checkout(prepared, incident))


def _sent_to(command: Command) -> str:
    """The environment that a request is sent to; empty: it is none, or it only reads."""
    words = command.argv
    if words[0] != REQUEST or command.danger == Danger.FREE or "--environment" not in words[:-1]:
        return ""
    return words[words.index("--environment") + 1]


def _doubts(incident: Incident, command: Command) -> tuple[str, ...]:
    """Why a way back is not known to be safe, or leads nowhere."""
    live = live_already(incident, command.shown(), command.environment)
    found = doubt(incident.ways_back.values(), command.action)
    return (found or live,) if found or live else ()


def _stops(incident: Incident, argv: Sequence[str], given: Mapping[str, str]) -> tuple[str, ...]:
    keeps = "backport" in argv and "--keep" in argv
    return will_stop(incident, given.get("onto", "")) if keeps else ()


def _as_safe_as_known(prepared: Prepared, incident: Incident, way: InTheWay) -> Prepared:
    """A way back that is not known to be safe asks for the target to be typed; one that is stays quick.

    What needed a second person to begin, such as a migration, is not cut off by one key either, and nothing is cut off
    without a yes.
    """
    command = prepared.command
    if way.cuts_off and command.danger == Danger.FREE:
        command = replace(command, danger=Danger.CONFIRM)
        prepared = Prepared(command, prepared.secret_env)
    if command.danger != Danger.CONFIRM or not command.target:
        return prepared
    if not way.grave and not doubt(incident.ways_back.values(), command.action):
        return prepared
    return Prepared(replace(command, danger=Danger.TYPED), prepared.secret_env)
