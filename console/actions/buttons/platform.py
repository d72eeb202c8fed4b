"""What a service's platform brings to an incident: its buttons and their options."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from warroom.config.errors import ConfigError
from warroom.config.platform_files import load_platform
from warroom.config.settings import Settings
from warroom.config.vocabulary import COMMAND_OPTIONS
from warroom.console.actions.command import Command
from warroom.console.actions.template import CommandError, fill, names
from warroom.console.domain.action import Action
from warroom.console.domain.platform import MAIN_DEPLOYS, Platform
from warroom.console.domain.view import Parameter

_SCRIPT = "script"
_REMOTE_WORD = re.compile(r"[A-Za-z0-9_@%+=:,./~-]+")
"""What the shell at the other end of ssh takes as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An action with what its options make of it."""

    action: Action
    blocked: str = ""
    """Why it can't be used: an option that is not set."""


class Hosted:
    """The platform of the settings, with the options of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._service = settings.service
        self._given = dict(settings.service.platform_options)
        self.problem = ""
        """Why the platform's file can't be used; empty: it can."""
        self.platform = self._load()
        self.values: Mapping[str, str] = self._values()
        """Every option that has a value; templates in defaults are filled with what is always known."""
        self.given = frozenset(name for name, value in self._given.items() if value)
        """The options that somebody has set."""
        said = self._given.get(MAIN_DEPLOYS) or ("yes" if self.platform and self.platform.main_deploys else "no")
        self.main_deploys = said == "yes"
        """A push to production's branch deploys by itself."""

    def _load(self) -> Platform | None:
        if self._service.platform == _SCRIPT and not self._given:
            return None
        try:
            return load_platform(self._service.platform, Path.cwd())
        except ConfigError as error:
            self.problem = str(error).partition("\n")[0]
            return None

    @property
    def id(self) -> str:
        """The platform's id, whatever file it came from."""
        return self.platform.id if self.platform else self._service.platform

    def _values(self) -> dict[str, str]:
        always = {"service": self._service.name, "production_branch": self._service.production.branch}
        found = {}
        for name, option in self.platform.options.items() if self.platform else ():
            if value := self._given.get(name) or fill(option.default, always, f"options.{name}"):
                found[name] = value
        return {**self._addresses(), **{name: value for name, value in self._given.items() if value}, **found}

    def _addresses(self) -> dict[str, str]:
        """Where the environments answer, as a protocol's commands ask for it: `staging_url`, `production_url`."""
        named = {f"{name}_url": url.rstrip("/") for name, url in self._service.environments.items() if url}
        return {name: url for name, url in named.items() if name in COMMAND_OPTIONS}

    def offers(self) -> dict[str, Offer]:
        """The platform's own buttons; those whose options open nothing here are left out."""
        if self.platform is None:
            return {}
        found = {key: self.offer(action) for key, action in self.platform.action.items()}
        offered = {key: offer for key, offer in found.items() if offer is not None}
        return {key: replace(offer, action=_among(offer.action, offered)) for key, offer in offered.items()}

    def asks(self, name: str, default: str) -> Parameter:
        """A parameter, with what the platform says of it."""
        option = self.platform.options.get(name) if self.platform else None
        if option is None:
            return Parameter(name=name, default=default)
        return Parameter(name=name, default=default, meaning=option.meaning, example=option.example)

    def beware(self, action: str, argv: tuple[str, ...]) -> tuple[str, ...]:
        """What hurts on this platform when this action is taken for simple, a sentence or two each."""
        own = self.platform.action.get(action) if self.platform else None
        if self.platform is None or own is None or own.argv[:1] != argv[:1]:
            return ()
        return tuple(f"{one.title}: {one.harm}" for one in self.platform.hazard if action in one.actions)

    def offer(self, action: Action) -> Offer | None:
        """An action as it is offered here: what nobody has set becomes a parameter, or blocks it, or hides it."""
        values, options = self.values, self.platform.options if self.platform else {}
        missing = [name for name in _asked(action) if name not in values and name not in action.parameters]
        if any(options[name].opens for name in missing if name in options):
            return None
        wanted = [name for name in missing if name in options and options[name].required]
        told = {name: "" for name in missing if name in options or name in COMMAND_OPTIONS}
        blocked = f"service.platform_options.{wanted[0]} is not set" if wanted else ""
        return Offer(action=replace(action, parameters={**told, **action.parameters}), blocked=blocked)


def refuse_remote_words(command: Command) -> None:
    """See that nothing in a command for another host means anything to the shell there, which reads it all again.

    Raises:
        CommandError: something does.
    """
    for word in command.argv[1:] if command.argv[0] == "ssh" else ():
        if not _REMOTE_WORD.fullmatch(word):
            raise CommandError(
                f"action.{command.action}: {word!r} would be read again by the shell of the other host; "
                "only letters, digits and @%+=:,./~_- pass"
            )


def shown_title(template: str, known: Mapping[str, str]) -> str:
    """A title for the bar: what is not known yet is named."""
    try:
        told = {name: known.get(name) or name.replace("_", " ") for name in names(template)}
    except CommandError:
        return template
    text = template.replace("{{", "{").replace("}}", "}") if not told else template
    for name, value in told.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _asked(action: Action) -> tuple[str, ...]:
    words = (*action.argv, *action.env.values(), *action.parameters.values(), action.title, action.target, action.undo)
    return tuple(dict.fromkeys(name for word in words for name in names(word)))


def _among(action: Action, offered: Mapping[str, object]) -> Action:
    """The action without proof, undo and debt that nobody here can run: an option that opens them is not set."""
    owes = action.owes if action.owes and action.owes.action in offered else None
    verify = action.verify if action.verify in offered or action.verify.startswith("probe:") else ""
    return replace(action, verify=verify, undo_action=action.undo_action * (action.undo_action in offered), owes=owes)
