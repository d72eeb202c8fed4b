"""One file on its way to settings: secrets filled in, variables and options laid over, checked, paths resolved."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from warroom.config import layers
from warroom.config.checks import Known, check_settings
from warroom.config.errors import ConfigError, Loc, Problem, Problems, dotted, undotted
from warroom.config.platform_files import check_options, load_platform
from warroom.config.playbook_files import action_keys, check_reference, is_file_reference
from warroom.config.secrets import SHORTEST, expand, literal_secrets, url_passwords
from warroom.config.settings import Probe, Settings
from warroom.config.validate import validate
from warroom.config.vocabulary import COMMAND_OPTIONS

NO_PLATFORM = "script"
"""Programs of a team's own: whatever options it has, it may have them."""

Check: TypeAlias = Callable[[Settings], Iterable[Problem]]
"""A check from a layer above: it names keys (`probe[2].conditions[0]`); which file that is, is known here."""


class Reading:
    """One file on its way to settings, with the layers above it."""

    def __init__(
        self, written: dict[str, Any], name: str, folder: Path, start: Path, environ: Mapping[str, str]
    ) -> None:
        self._written, self._name, self._start, self._environ = written, name, start, environ
        self.folder = folder
        self._above: dict[Loc, str] = {}
        self._problems = Problems(self._named)
        self._wanting: list[tuple[Loc, str, str]] = []
        self.raw, self._taken, self._lacking = expand(written, environ, self._problems)

    def lay_over(self, overrides: Mapping[str, Any]) -> None:
        """Put variables, then options, over what the file says."""
        for setting in (*layers.from_environment(self._environ, self.raw), *layers.from_options(overrides)):
            layers.apply(self.raw, setting)
            self._above[setting.loc] = setting.origin

    def settings(self, checks: Sequence[Check]) -> Settings:
        """The settings, with paths made absolute.

        Raises:
            ConfigError: something is wrong; says everything that is.
        """
        settings = validate(Settings, self.raw, self._problems)
        foreign: tuple[Problem, ...] = ()
        if settings is not None:
            known = Known(lambda: self._actions(settings), _guards)
            for loc, problem, example in self._check(settings, known):
                self._add(loc, problem, example)
            foreign = self._foreign(settings, checks)
        found = (*self._problems.in_order_of(self.raw), *foreign)
        if found or settings is None:
            raise ConfigError(found)
        return self._with_paths(settings)

    def _check_playbook(self, settings: Settings) -> Iterator[tuple[Loc, str, str]]:
        """A playbook that can't be found is a problem here; what is wrong inside it, its own reader says."""
        try:
            check_reference(self._playbook(settings), self.folder)
        except ConfigError as error:
            for problem in error.problems:
                yield ("playbook",), problem.problem, problem.example

    def _check(self, settings: Settings, known: Known) -> Iterator[tuple[Loc, str, str]]:
        yield from self._check_playbook(settings)
        yield from self._check_platform(settings)
        yield from check_settings(settings, known)

    def _check_platform(self, settings: Settings) -> Iterator[tuple[Loc, str, str]]:
        """A platform that can't be used, and options it does not know; what is missing only greys its buttons."""
        name, given = settings.service.platform, settings.service.platform_options
        if name == NO_PLATFORM:
            return
        try:
            platform = load_platform(self._path(name, ("service", "platform")), self.folder)
        except ConfigError as error:
            for problem in error.problems:
                where = f"{problem.file}: {problem.key}: " if problem.key else ""
                yield ("service", "platform"), f"{where}{problem.problem}", problem.example
            return
        for option, trouble, example in check_options(platform, given, COMMAND_OPTIONS):
            if option in given:
                yield ("service", "platform_options", option), trouble, example
            else:
                self._wanting.append((("service", "platform_options", option), trouble, example))

    def _path(self, ref: str, loc: Loc) -> str:
        """A reference as it stands in the file; whole where a variable or an option gave it."""
        return self._absolute(ref, loc) if loc in self._above and is_file_reference(ref) else ref

    def _playbook(self, settings: Settings) -> str:
        """The reference as written in the file; whole where a variable or an option gave it."""
        ref, above = settings.playbook, ("playbook",) in self._above
        return self._absolute(ref, ("playbook",)) if above and is_file_reference(ref) else ref

    def _actions(self, settings: Settings) -> tuple[str, ...]:
        return (*self._protocols(settings), *self._platforms(settings))

    def _protocols(self, settings: Settings) -> tuple[str, ...]:
        try:
            return action_keys(self._playbook(settings), self.folder)
        except ConfigError:
            return ()

    def _platforms(self, settings: Settings) -> tuple[str, ...]:
        ref = self._path(settings.service.platform, ("service", "platform"))
        try:
            return tuple(load_platform(ref, self.folder).action)
        except ConfigError:
            return ()

    def _foreign(self, settings: Settings, checks: Sequence[Check]) -> tuple[Problem, ...]:
        """What the checks from above say, into the order of the file where the key can be read back."""
        rest = []
        for problem in (problem for check in checks for problem in check(settings)):
            loc = undotted(problem.key)
            if loc is None:
                rest.append(replace(problem, file=problem.file or self._name))
            else:
                self._add(loc, problem.problem, problem.example)
        return tuple(rest)

    def _add(self, loc: Loc, problem: str, example: str) -> None:
        """Note what a check found, unless the place was spoken of, or waits for a variable."""
        waits = any(loc[:length] in self._lacking for length in range(len(loc) + 1))
        if not waits and not self._problems.spoken_of(loc):
            self._problems.add(loc, problem, example)

    def _with_paths(self, settings: Settings) -> Settings:
        repository = self._absolute(settings.service.repository, ("service", "repository"))
        playbook, store = settings.playbook, settings.store
        if is_file_reference(playbook):
            playbook = self._absolute(playbook, ("playbook",))
        if store.startswith("sqlite:///") and not store.startswith("sqlite:////"):
            store = "sqlite:///" + self._absolute(store.removeprefix("sqlite:///"), ("store",))
        elif store and "://" not in store:
            store = self._absolute(store, ("store",))
        platform = settings.service.platform
        if is_file_reference(platform):
            platform = self._absolute(platform, ("service", "platform"))
        service = replace(settings.service, repository=repository, platform=platform)
        probes = tuple(self._probe_with_paths(index, probe) for index, probe in enumerate(settings.probe))
        return replace(settings, service=service, playbook=playbook, store=store, probe=probes)

    def _probe_with_paths(self, index: int, probe: Probe) -> Probe:
        def absolute(key: str, path: str) -> str:
            return self._absolute(path, ("probe", index, key)) if path else ""

        return replace(
            probe,
            ca=absolute("ca", probe.ca),
            client_cert=absolute("client_cert", probe.client_cert),
            client_key=absolute("client_key", probe.client_key),
        )

    def _absolute(self, text: str, loc: Loc) -> str:
        return os.path.normpath(self._base(loc) / Path(text).expanduser())

    def _base(self, loc: Loc) -> Path:
        return self._start if loc in self._above else self.folder

    def _named(self, loc: Loc) -> tuple[str, str]:
        """The file and key under which a place was written."""
        for length in range(len(loc), 0, -1):
            origin = self._above.get(loc[:length], "")
            if origin:
                return ("command line", dotted(loc)) if origin == "option" else ("environment", origin)
        return self._name, dotted(loc)

    def secrets(self, settings: Settings) -> tuple[str, ...]:
        """Everything to mask: what `${}` took, what stands literally in the file, passwords in the store's URL."""
        literal = {secret for _, _, secret in literal_secrets(self._written) if len(secret) >= SHORTEST}
        return tuple(sorted(self._taken | literal | url_passwords(settings.store), key=lambda each: (-len(each), each)))

    def warnings(self, path: Path | None) -> Iterator[Problem]:
        """Literal secrets, options of the platform that are missing, and variables that look misspelt."""
        found = Problems(lambda loc: (self._name, dotted(loc)))
        for loc, what, _ in literal_secrets(self._written):
            variable = "".join(c if c.isalnum() else "_" for c in str(loc[-1])).upper()
            found.add(loc, f"{what} stands in the file; take it from the environment", f'"${{{variable}}}"')
        secrets = found.in_order_of(self._written)
        yield from secrets
        if secrets and path and path.stat().st_mode & 0o077:
            yield Problem(self._name, "", "holds secrets and can be read by others", f"chmod 600 {path.name}")
        for loc, variable in self._lacking.items():
            trouble = f"the environment variable {variable} is not set, so this {loc[0]} is out of order"
            yield Problem(self._name, dotted(loc), trouble, f"export {variable}=…")
        for loc, trouble, example in self._wanting:
            yield Problem(self._name, dotted(loc), trouble, example)
        for name, meant in layers.stray(self._environ):
            yield Problem("environment", name, f'no such setting, did you mean "{meant}"?')

    def origins(self) -> Mapping[str, str]:
        """Where each value comes from."""
        found = {dotted(loc): self._name for loc in _leaves(self._written)}
        return found | {dotted(loc): origin for loc, origin in self._above.items()}


def _guards() -> Collection[str]:
    # Imported here: it draws in every event and intent, which reading a file of settings can do without.
    from warroom.console.domain.guard import GUARDS

    return tuple(GUARDS)


def _leaves(raw: Mapping[str, Any]) -> Iterator[Loc]:
    todo: list[tuple[Loc, Any]] = [((), raw)]
    while todo:
        loc, value = todo.pop()
        if isinstance(value, dict):
            todo.extend(((*loc, key), each) for key, each in value.items())
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            todo.extend(((*loc, index), each) for index, each in enumerate(value))
        else:
            yield loc
