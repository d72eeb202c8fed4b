"""From an action and values to a command: everything a person says yes to, frozen."""

import hashlib
import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path

from warroom.console.actions import programs
from warroom.console.actions.runs.masking import MASK, mask
from warroom.console.actions.template import CommandError, fill, fill_element, names
from warroom.console.domain.action import Action, Danger, Owes
from warroom.console.domain.text import clean

_INTERPRETERS = frozenset(
    {"sh", "bash", "dash", "ksh", "zsh", "python", "python3", "node", "ruby", "perl", "php", "deno", "bun", "pwsh"}
)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One run to be; nothing in it changes any more. Values of secret variables are no part of it."""

    action: str
    """The action's key."""
    title: str
    argv: tuple[str, ...]
    """As it is shown and kept; `run_argv` is what the machine gets."""
    cwd: str
    env: tuple[tuple[str, str], ...] = ()
    """Variables added for the command, without the secret ones."""
    secret_env: tuple[str, ...] = ()
    """Names of the variables whose values are secret; the values are given to the runner beside the command."""
    danger: Danger = Danger.CONFIRM
    target: str = ""
    environment: str = ""
    """The environment it changes; empty: none."""
    timeout: timedelta = timedelta(minutes=10)
    cancel_with: str = "INT"
    """The first signal of a cancel: `INT` or `TERM`."""
    terminal: bool = False
    """It gets a terminal of its own."""
    undo: str = ""
    undo_action: str = ""
    undo_window: timedelta | None = None
    verify: str = ""
    guards: tuple[str, ...] = ()
    marks: str = ""
    owes: Owes | None = None
    """What its success leaves to be done."""
    files: tuple[tuple[str, str], ...] = ()
    """Its program and the files of its folder that its words name, each with its state: a yes is to these as well."""
    change: str = ""
    """The commits it would put in place of each other: a yes is to these, whatever their names come to mean."""
    stops: str = ""
    """The run that is stopped first, by its id: a yes is to stopping this one and no other."""
    checkout: str = ""
    """What is checked out, in words, where it takes the code from there."""
    fix: str = ""
    """The newest commit of the fix, when all of it is in there."""
    refs: tuple[tuple[str, str], ...] = ()
    """The branches and tags that its words name, and `HEAD` where that counts, each with its commit."""
    around: tuple[tuple[str, str], ...] = ()
    """Variables of the console that tell tools where to go (a profile, a cluster): it inherits them."""
    after: str = ""
    """The last run that changed the same before it, by its id: a yes is to what that one left behind."""

    @property
    def run_argv(self) -> tuple[str, ...]:
        """What is executed: the words of `argv`, with the name of a program of ours replaced by that program."""
        return programs.run_argv(self.argv)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over everything frozen here: a yes is bound to it, so any later change voids the yes.

        Values of secrets have no part in it: nobody saw them, and a digest of them would be kept in the log.
        """
        frozen = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), default=timedelta.total_seconds)
        return hashlib.sha256(frozen.encode()).hexdigest()

    @property
    def stage_print(self) -> str:
        """The fingerprint of a stage of a rollout, which may run an hour later and on another machine.

        What was there before, what is checked out, where programs and files of the machine lie and which files the
        stages themselves write has no part in it; the team's own program has, also one that an interpreter reads.
        """
        return replace(
            self,
            files=tuple(one for one in self.files if one[0] == self._own_program()),
            change=self.change.partition("..")[2],
            refs=tuple(one for one in self.refs if one[0] != "HEAD"),
            around=tuple(one for one in self.around if "/" not in one[1]),
            after="",
            checkout="",
            fix="",
        ).fingerprint

    def _own_program(self) -> str:
        """The word that names what the team wrote: the program, or what an interpreter is given; empty: none does."""
        if "/" in self.argv[0]:
            return self.argv[0]
        read = self.argv[0] in _INTERPRETERS
        return next((word for word in self.argv[1:] if not word.startswith("-")), "") if read else ""

    def shown(self) -> str:
        """The argv as one shell line, secrets masked: for reading and for copying, never for running."""
        return clean(mask(shlex.join(self.argv)))

    def variables(self) -> dict[str, str]:
        """The variables added for it, secrets masked."""
        return {name: clean(mask(value)) for name, value in self.env} | dict.fromkeys(self.secret_env, MASK)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A command with the secrets it needs, which are kept apart so that nothing prints or stores them."""

    command: Command
    secret_env: Mapping[str, str]
    """Values of the command's secret variables."""

    def __repr__(self) -> str:
        return f"Prepared({self.command!r})"


def prepare(
    key: str,
    action: Action,
    known: Mapping[str, str],
    given: Mapping[str, str] | None = None,
    *,
    cwd: Path,
    secrets: Mapping[str, str] | None = None,
) -> Prepared:
    """Fill an action: `known` are the incident's facts, `given` a person's parameters, `secrets` values by name.

    Raises:
        CommandError: the action can't be filled; the message names action, element, placeholder and the known names.
    """
    secrets = secrets or {}
    values = _parameters(key, action, known, given or {})
    env, secret_env = _environment(key, action, values, secrets)
    command = Command(
        action=key,
        title=fill(action.title, values, f"action.{key}: title"),
        argv=_argv(key, action, values, secrets),
        cwd=str(cwd),
        env=tuple(env.items()),
        secret_env=tuple(secret_env),
        danger=action.danger,
        target=fill(action.target, values, f"action.{key}: target"),
        environment=fill(action.environment, values, f"action.{key}: environment"),
        timeout=action.timeout,
        cancel_with=action.cancel_with,
        terminal=action.terminal,
        undo=fill(action.undo, values, f"action.{key}: undo"),
        undo_action=action.undo_action,
        undo_window=action.undo_window,
        verify=action.verify,
        guards=action.guards,
        marks=action.marks,
        owes=action.owes,
    )
    if command.danger in (Danger.TYPED, Danger.TWO) and not command.target.strip():
        raise CommandError(
            f'action.{key}: target: class "{command.danger}" needs a target to type, e.g. "{{environment}}"'
        )
    return Prepared(command, secret_env)


def placeholders(action: Action) -> frozenset[str]:
    """Names that an action asks the incident for: every placeholder that is no parameter of its own.

    Raises:
        CommandError: a template is malformed.
    """
    asked: set[str] = set()
    given: set[str] = set()
    for parameter, default in action.parameters.items():
        # One whose default is the incident's own name for it asks for that name.
        asked.update(set(names(default)) - given)
        given.add(parameter)
    words = (action.title, action.target, action.environment, action.undo)
    for template in (*action.argv, *action.env.values(), *words):
        asked.update(set(names(template)) - given)
    return frozenset(asked)


def _parameters(key: str, action: Action, known: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    declared = ", ".join(action.parameters) or "none"
    for name in given:
        if name not in action.parameters:
            raise CommandError(f"action.{key}: {name!r} is no parameter of it; parameters: {declared}")
    values = dict(known)
    for name, default in action.parameters.items():
        where = f"action.{key}: parameters.{name}"
        value = given.get(name) or fill(default, values, where)
        if not value:
            raise CommandError(f"{where}: must be given, e.g. {name}=VALUE")
        values[name] = value
    return values


def _argv(key: str, action: Action, values: Mapping[str, str], secrets: Mapping[str, str]) -> tuple[str, ...]:
    if not action.argv or not action.argv[0]:
        raise CommandError(f'action.{key}: argv: is empty; expected words, e.g. ["./ops/deploy", "{{environment}}"]')
    argv = []
    for index, template in enumerate(action.argv):
        where = f"action.{key}: argv[{index}]"
        for name in names(template, where):
            if name in secrets:
                raise CommandError(f"{where}: {{{name}}} is a secret, and everyone can read argv: pass it in env")
        element = fill_element(template, values, where)
        if "\0" in element:
            raise CommandError(f"{where}: holds a NUL character")
        if _holds_secret(element, secrets):
            raise CommandError(f"{where}: holds a secret, and everyone can read argv: pass it in env")
        argv.append(element)
    return tuple(argv)


def _environment(
    key: str, action: Action, values: Mapping[str, str], secrets: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    plain: dict[str, str] = {}
    secret: dict[str, str] = {}
    for variable, template in action.env.items():
        where = f"action.{key}: env.{variable}"
        if not _VARIABLE.fullmatch(variable):
            raise CommandError(f"{where}: is no name of a variable: expected letters, digits and _")
        value = fill(template, values, where, secrets)
        if "\0" in value:
            raise CommandError(f"{where}: holds a NUL character")
        named = any(name in secrets for name in names(template, where))
        (secret if named or _holds_secret(value, secrets) else plain)[variable] = value
    return plain, secret


def _holds_secret(text: str, secrets: Mapping[str, str]) -> bool:
    # Shorter ones are parts of ordinary words.
    return any(len(secret) >= 6 and secret in text for secret in secrets.values())
