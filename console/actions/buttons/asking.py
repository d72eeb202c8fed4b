"""Asking a platform about its ways back: whether it lets us in, whether the target is there, what would undo them."""

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from warroom.config.settings import Settings
from warroom.console.actions.buttons.platform import Hosted
from warroom.console.actions.command import Command
from warroom.console.actions.runs.environment import unattended
from warroom.console.actions.runs.masking import mask
from warroom.console.actions.template import CommandError, fill, fill_element
from warroom.console.actions.template import names as names_in
from warroom.console.actions.ways_back import Told
from warroom.console.bounded_run import NoAnswer, run_bounded
from warroom.console.domain.conditions.evaluation import Facts, evaluate
from warroom.console.domain.conditions.jsonpath import Document
from warroom.console.domain.conditions.language import parse
from warroom.console.domain.platform import LIVE, Exists, Platform
from warroom.console.domain.text import clean

_GIT = ("git", "warroom-git")
_ASK_SECONDS = 10.0
_KEEP_SECONDS = 60.0
_MOST_BYTES = 4 * 1024 * 1024
NOTHING: Mapping[str, str] = MappingProxyType({})
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,252}")
"""What a name read from the platform may be before it goes into another command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one reading of the platform gave."""

    status: int
    """Of the tool; 124: it gave no answer, 127: it can't be run."""
    out: bytes = b""
    said: str = ""
    """Its last word of complaint."""

    @property
    def heard(self) -> bool:
        """The tool answered, well or not."""
        return self.status not in (124, 127)

    def fits(self, conditions: tuple[str, ...]) -> bool:
        """Whether there are conditions and all of them hold."""
        facts = Facts(status=self.status, connected=True, document=Document(self.out))
        return bool(conditions) and all(evaluate(parse(condition), facts).ok for condition in conditions)


@dataclass(slots=True, kw_only=True)
class _Known:
    """The values that readings are filled with; what one of them learns the next ones know."""

    values: dict[str, str]
    given: frozenset[str] = field(default_factory=frozenset)
    """Options that somebody has set: nothing that is read replaces them."""

    def learn(self, pattern: str, out: bytes) -> None:
        """Take the named groups of what was printed, where they look like names."""
        found = re.search(pattern, out.decode("utf-8", "replace").strip()) if pattern else None
        for name, value in (found.groupdict() if found else {}).items():
            if value and name not in self.given and _SAFE.fullmatch(value):
                self.values[name] = value


class Asking:
    """Asks the platform about its ways back. Calls run its tools, which only read, and block; off the loop only."""

    def __init__(self, hosted: Hosted, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._hosted = hosted
        self._settings = settings
        self._clock = clock
        self._kept: dict[tuple[str, ...], tuple[float, Answer]] = {}

    def __call__(self, action: str, command: Command | None, names: Mapping[str, str] = NOTHING) -> Told:
        """What is known of going back by this command; none: what it needs somebody has to give first.

        Args:
            names: the incident's own, e.g. `previous_tag`.
        """
        platform = self._hosted.platform
        if platform is not None and command is not None and command.argv[0] in _GIT and not self._hosted.main_deploys:
            branch = self._settings.service.production.branch
            return Told(then=f"nothing deploys {branch} by itself here: what is reverted is to be deployed after it")
        if platform is None or not _its_own(platform, action, command):
            return Told()
        told = Told(
            no_access=self._no_access(platform),
            undone_by=self._undone_by(platform),
            left_behind=platform.not_rolled_back,
            asks=self._asks(platform, action) if command is None else "",
        )
        found = next((one for one in platform.exists if one.action == action), None)
        return self._with_target(told, found, names) if found and command is not None else told

    def _asks(self, platform: Platform, action: str) -> str:
        """The options that somebody has to give at the button."""
        wanted = [name for word in platform.action[action].argv for name in names_in(word) if name in platform.options]
        missing = [name for name in dict.fromkeys(wanted) if name not in self._hosted.values]
        told = (f"{platform.options[name].meaning}, e.g. {platform.options[name].example}" for name in missing)
        return f"asks for {'; '.join(told)}" if missing else ""

    def _no_access(self, platform: Platform) -> str:
        live = platform.action.get(LIVE)
        argv = self._filled(live.argv, self._known()) if live else ()
        if not live or not argv:
            return ""
        env = {name: self._word(text) for name, text in live.env.items()}
        answer = self._ask(argv, env)
        return "" if answer.status == 0 else answer.said or f"{argv[0]} ended with {answer.status}"

    def _undone_by(self, platform: Platform) -> str:
        known, unread = self._known(), ""
        for one in platform.undone_by:
            argv = self._filled(one.argv, known)
            if not argv:
                continue
            answer = self._ask(argv, {})
            if answer.status != 0:
                unread = unread or fill(one.unread, known.values, "undone_by")
                continue
            known.learn(one.learns, answer.out)
            if answer.fits(one.conditions):
                return fill(one.says, known.values, "undone_by")
        return unread

    def _with_target(self, told: Told, one: Exists, names: Mapping[str, str]) -> Told:
        known = self._known()
        known.values = {**names, **known.values}
        argv = self._filled(one.argv, known)
        if not argv:
            return told
        env = self._hosted.platform.action[one.action].env if self._hosted.platform else {}
        answer = self._ask(argv, {name: self._word(text) for name, text in env.items()})
        conditions = tuple(fill(condition, known.values, "exists") for condition in one.conditions)
        there = answer.fits(conditions) if answer.heard else None
        return replace(told, target=fill(one.target, known.values, "exists"), there=there)

    def _filled(self, argv: tuple[str, ...], known: _Known) -> tuple[str, ...]:
        """The command; empty: it asks for an option that nobody knows."""
        try:
            return tuple(fill_element(word, known.values, LIVE) for word in argv)
        except CommandError:
            return ()

    def _word(self, text: str) -> str:
        try:
            return fill(text, self._known().values, LIVE)
        except CommandError:
            return ""

    def _known(self) -> _Known:
        always = {"service": self._settings.service.name, "environment": "production"}
        return _Known(values={**always, **self._hosted.values}, given=self._hosted.given)

    def _ask(self, argv: tuple[str, ...], env: Mapping[str, str]) -> Answer:
        """What was asked within a minute is not asked again."""
        kept = self._kept.get(argv)
        if kept is not None and self._clock() - kept[0] < _KEEP_SECONDS:
            return kept[1]
        answer = self._run(argv, env)
        self._kept[argv] = self._clock(), answer
        return answer

    def _run(self, argv: tuple[str, ...], env: Mapping[str, str]) -> Answer:
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
            return Answer(status=127, said=f"{clean(argv[0])} cannot be run: {error.strerror}")
        except NoAnswer:
            return Answer(status=124, said=f"{clean(argv[0])} gave no answer in {_ASK_SECONDS:g} s")
        if answer.cut:
            return Answer(status=124, said=f"{clean(argv[0])} answered more than {_MOST_BYTES // 1024 // 1024} MiB")
        complaint = answer.err.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return Answer(status=answer.status, out=answer.out, said=clean(mask(complaint))[:200])


def _its_own(platform: Platform, key: str, command: Command | None) -> bool:
    """Whether a command runs the platform's tool: a team's own of the same key may be another thing."""
    action = platform.action.get(key)
    return action is not None and (command is None or action.argv[:1] == command.argv[:1])
