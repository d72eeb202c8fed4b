"""What an incident is offered: the console's actions, the protocol's, the platform's, and the team's own over all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from warroom.config.secrets import unset
from warroom.config.settings import Settings
from warroom.config.vocabulary import YES_KEYS
from warroom.console.actions.buttons import main_branch
from warroom.console.actions.buttons.platform import Hosted, shown_title
from warroom.console.actions.buttons.playbook_commands import as_action, commands_of, guards_for
from warroom.console.actions.buttons.shipped import MINIMAL_CHANGE, Shipped, guarded
from warroom.console.actions.buttons.tools import Tools
from warroom.console.actions.git.actions import GIT_ACTIONS
from warroom.console.actions.template import names
from warroom.console.domain.action import Action, Danger
from warroom.console.domain.model import Incident
from warroom.console.domain.playbook import Playbook
from warroom.console.domain.view import Parameter

Source = Literal["console", "command", "platform", "playbook", "team"]
_PLAYBOOKS_KEPT = 16
SINCE = "since"
"""The parameter of a proof that the console fills by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """An action, where it comes from, and what is in its way."""

    action: Action
    source: Source
    title: str
    """As the bar has it: names that are known already are in it."""
    blocked: str = ""
    """Why it can't be used: an option that is not set, a program that is missing."""
    program: tuple[str, ...] = ()
    """Its command, as far as the options tell: what is looked for."""
    there: bool = True
    """Its program is there, as far as is known."""
    asks: tuple[Parameter, ...] = ()
    """What somebody gives it, in its order."""

    @property
    def foreign(self) -> bool:
        """Neither the team nor the console wrote it: it is a platform's, or what a protocol has in mind."""
        return self.source in ("command", "platform")


class Offering:
    """Puts the layers together, lowest first: console, protocol's commands, platform, protocol's actions, team.

    A platform's own comes before the command that a protocol has in mind for the same thing: it is told to ask nobody,
    and what it did is read back. A team replaces either by an action of its own.
    """

    def __init__(self, settings: Settings, shipped: Shipped) -> None:
        self._settings = settings
        self._shipped = shipped
        self.hosted = Hosted(settings)
        self.tools = Tools(Path(settings.service.repository))
        self._made: dict[int, tuple[Playbook, dict[str, Offered]]] = {}

    def of(self, incident: Incident) -> Mapping[str, Offered]:
        """Everything, by key. Does not block."""
        made = self.by_playbook(incident.playbook)
        return {key: self._now(incident, key, one) for key, one in made.items()}

    def as_given(self, incident: Incident, key: str, given: Mapping[str, str]) -> Action | None:
        """The action with these values for its parameters: what it is pointed at can make it a deploy."""
        one = self.by_playbook(incident.playbook).get(key)
        return self._raised(incident, key, self._now(incident, key, one), given).action if one else None

    def missing(self, incident: Incident, key: str) -> str:
        """What keeps an action from running, looked for now; empty: nothing. Blocks."""
        one = self.by_playbook(incident.playbook).get(key)
        if one is None or one.blocked or not one.foreign:
            return one.blocked if one else ""
        return self.tools.look(one.program)

    def known(self, incident: Incident, key: str, known: Mapping[str, str]) -> dict[str, str]:
        """The values an action is filled with: the platform's options go first in what is the platform's."""
        one = self.by_playbook(incident.playbook).get(key)
        values = self.hosted.values
        return {**known, **values} if one is not None and one.foreign else {**values, **known}

    def _now(self, incident: Incident, key: str, one: Offered) -> Offered:
        one = self._raised(incident, key, one, {})
        if not one.foreign:
            return one
        missing = self.tools.missing(one.program)
        title = shown_title(one.title, incident.names) if "{" in one.title else one.title
        return replace(one, title=title, blocked=one.blocked or missing, there=not missing)

    def _raised(self, incident: Incident, key: str, one: Offered, given: Mapping[str, str]) -> Offered:
        """Where a push to production's branch deploys, what does that has a deploy's class, lock and guards."""
        branch = self._settings.service.production.branch
        if not self.hosted.main_deploys or one.action.environment:
            return one
        known = {"production_branch": branch, **one.action.parameters, **given}
        if not main_branch.reaches_main(main_branch.filled(one.action.argv, known), branch):
            return one
        playbook, offered = incident.playbook, self._offered(incident.playbook)
        guards: tuple[str, ...] = ()
        if one.source != "team" and not main_branch.goes_back(incident, key):
            asked = guards_for("deploy-production", Danger.TYPED, "production", offered, playbook)
            guards = (*asked, MINIMAL_CHANGE)
        proof = main_branch.PROOF if main_branch.PROOF in offered else ""
        return replace(one, action=main_branch.as_deploy(one.action, guards, proof))

    def _foreign(self, source: Source, action: Action, blocked: str) -> Offered:
        values = self.hosted.values
        known = {name: values.get(name) or f"{{{name}}}" for name in names(action.title)}
        program = tuple(shown_title(word, values) for word in action.argv)
        title = shown_title(action.title, known) if known else action.title
        asks = tuple(self.hosted.asks(name, default) for name, default in action.parameters.items() if name != SINCE)
        return Offered(action=action, source=source, title=title, blocked=blocked, program=program, asks=asks)

    def by_playbook(self, playbook: Playbook) -> Mapping[str, Offered]:
        """Everything, by key, as it is before an incident has changed anything about it."""
        kept = self._made.get(id(playbook))
        if kept is not None and kept[0] is playbook:
            return kept[1]
        made = self._assembled(playbook)
        while len(self._made) >= _PLAYBOOKS_KEPT:
            self._made.pop(next(iter(self._made)), None)
        self._made[id(playbook)] = playbook, made
        return made

    def _assembled(self, playbook: Playbook) -> dict[str, Offered]:
        team = self._settings.action
        found: dict[str, Offered] = {}
        for actions in (GIT_ACTIONS, self._shipped.actions(playbook)):
            found |= {
                key: _plain("console", action, self._shipped.lacking.get(key, "")) for key, action in actions.items()
            }
        found |= dict(self._commands(playbook))
        found |= dict(self._platform(playbook))
        found |= {key: _plain("playbook", action) for key, action in playbook.action.items()}
        found |= {key: _plain("team", action, unset(action)) for key, action in team.items()}
        found = {key: replace(one, action=guarded(key, one.action, one.foreign)) for key, one in found.items()}
        return _one_key_each(found)

    def _commands(self, playbook: Playbook) -> Iterator[tuple[str, Offered]]:
        commands = commands_of(playbook, self.hosted.id)
        offered = self._offered(playbook)
        for key, argv in commands.items():
            if not argv or key in self._settings.action:
                continue
            offer = self.hosted.offer(as_action(key, argv, playbook, offered))
            if offer is not None:
                yield key, self._foreign("command", offer.action, offer.blocked)

    def _platform(self, playbook: Playbook) -> Iterator[tuple[str, Offered]]:
        offered = self._offered(playbook)
        for key, offer in self.hosted.offers().items():
            action = offer.action
            asked = guards_for(key, action.danger, action.environment, offered, playbook)
            guards = tuple(dict.fromkeys((*action.guards, *asked)))
            yield key, self._foreign("platform", replace(action, guards=guards), offer.blocked)

    def _offered(self, playbook: Playbook) -> set[str]:
        """What somebody here can press."""
        commands = (key for key, argv in commands_of(playbook, self.hosted.id).items() if argv)
        return {*commands, *playbook.action, *self._settings.action, *self.hosted.offers()}


def _plain(source: Source, action: Action, blocked: str = "") -> Offered:
    asks = tuple(Parameter(name=name, default=default) for name, default in action.parameters.items())
    return Offered(action=action, source=source, title=action.title, blocked=blocked, asks=asks)


def _one_key_each(found: dict[str, Offered]) -> dict[str, Offered]:
    """Where two want the same key, the higher layer has it. None has a key that says yes."""
    taken: set[str] = set(YES_KEYS)
    rank = ("team", "playbook", "platform", "command", "console")
    for key, one in sorted(found.items(), key=lambda item: rank.index(item[1].source)):
        if one.action.key and one.action.key in taken:
            found[key] = replace(one, action=replace(one.action, key=""))
        taken.add(one.action.key)
    return found
