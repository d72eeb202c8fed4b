"""What a service's platform brings to an incident: its buttons, their options, and what it tells of a way back."""

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from warroom.config.errors import ConfigError
from warroom.config.platform_files import load_platform
from warroom.config.settings import Settings
from warroom.config.vocabulary import COMMAND_OPTIONS
from warroom.console.actions.command import Command
from warroom.console.actions.runs.environment import unattended
from warroom.console.actions.runs.masking import mask
from warroom.console.actions.template import CommandError, fill, fill_element, names
from warroom.console.actions.ways_back import Told
from warroom.console.bounded_run import NoAnswer, run_bounded
from warroom.console.domain.action import Action
from warroom.console.domain.conditions.evaluation import Facts, evaluate
from warroom.console.domain.conditions.jsonpath import Document
from warroom.console.domain.conditions.language import parse
from warroom.console.domain.platform import LIVE, Platform
from warroom.console.domain.text import clean

_ASK_SECONDS = 10.0
_KEEP_SECONDS = 60.0
_MOST_BYTES = 4 * 1024 * 1024
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
        return {**{name: value for name, value in self._given.items() if value}, **found}

    def offers(self) -> dict[str, Offer]:
        """The platform's own buttons; those whose options open nothing here are left out."""
        if self.platform is None:
            return {}
        offered = {key: self.offer(action) for key, action in self.platform.action.items()}
        return {key: offer for key, offer in offered.items() if offer is not None}

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


class Asking:
    """Asks the platform about its ways back. Calls run its tools, which only read, and block; off the loop only."""

    def __init__(self, hosted: Hosted, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._hosted = hosted
        self._settings = settings
        self._clock = clock
        self._kept: dict[tuple[str, ...], tuple[float, tuple[int, bytes, str]]] = {}

    def __call__(self, action: str, command: Command | None) -> Told:
        """What is known of going back by this command; none: what it needs somebody has to give first."""
        platform = self._hosted.platform
        if platform is None or not _its_own(platform, action, command):
            return Told()
        return Told(
            no_access=self._no_access(platform),
            undone_by=self._undone_by(platform),
            left_behind=platform.not_rolled_back,
        )

    def _no_access(self, platform: Platform) -> str:
        live = platform.action.get(LIVE)
        argv = self._filled(live.argv) if live else ()
        if not live or not argv:
            return ""
        env = {name: self._word(text) for name, text in live.env.items()}
        status, _, said = self._ask(argv, env)
        return "" if status == 0 else said or f"{argv[0]} ended with {status}"

    def _undone_by(self, platform: Platform) -> str:
        for one in platform.undone_by:
            argv = self._filled(one.argv)
            if not argv:
                continue
            status, out, _ = self._ask(argv, {})
            facts = Facts(status=status, connected=True, document=Document(out))
            if status == 0 and all(evaluate(parse(condition), facts).ok for condition in one.conditions):
                return one.says
        return ""

    def _filled(self, argv: tuple[str, ...]) -> tuple[str, ...]:
        """The command; empty: it asks for an option that is not set."""
        try:
            return tuple(fill_element(word, self._known(), "live") for word in argv)
        except CommandError:
            return ()

    def _word(self, text: str) -> str:
        try:
            return fill(text, self._known(), "live")
        except CommandError:
            return ""

    def _known(self) -> Mapping[str, str]:
        return {"service": self._settings.service.name, "environment": "production", **self._hosted.values}

    def _ask(self, argv: tuple[str, ...], env: Mapping[str, str]) -> tuple[int, bytes, str]:
        """Exit status, output and the last word of complaint; what was asked within a minute is not asked again."""
        kept = self._kept.get(argv)
        if kept is not None and self._clock() - kept[0] < _KEEP_SECONDS:
            return kept[1]
        answer = self._run(argv, env)
        self._kept[argv] = self._clock(), answer
        return answer

    def _run(self, argv: tuple[str, ...], env: Mapping[str, str]) -> tuple[int, bytes, str]:
        try:
            answer = run_bounded(
                argv,
                _ASK_SECONDS,
                _MOST_BYTES,
                cwd=self._settings.service.repository,
                env=unattended(os.environ, env),
                own_group=True,
            )
        except OSError as error:
            return 127, b"", f"{clean(argv[0])} cannot be run: {error.strerror}"
        except NoAnswer:
            return 124, b"", f"{clean(argv[0])} gave no answer in {_ASK_SECONDS:g} s"
        if answer.cut:
            return 124, b"", f"{clean(argv[0])} answered more than {_MOST_BYTES // 1024 // 1024} MiB"
        complaint = answer.err.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return answer.status, answer.out, clean(mask(complaint))[:200]


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


def _its_own(platform: Platform, key: str, command: Command | None) -> bool:
    """Whether a command runs the platform's tool: a team's own of the same key may be another thing."""
    action = platform.action.get(key)
    return action is not None and (command is None or action.argv[:1] == command.argv[:1])
