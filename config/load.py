"""Finding and reading `warroom.toml`, with what the environment and the command line lay over it."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warroom.config.errors import Problem
from warroom.config.reading import Check, Reading
from warroom.config.settings import Settings
from warroom.config.source import read_toml

FILE = "warroom.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A configuration, read and checked."""

    settings: Settings
    """Paths in it (`service.repository`, `playbook`, `store`) are absolute."""
    path: Path | None
    """The file; none when variables and options said everything."""
    folder: Path
    """What relative paths started from."""
    secrets: tuple[str, ...] = field(repr=False)
    """Values to mask wherever they turn up, longest first."""
    warnings: tuple[Problem, ...]
    origins: Mapping[str, str]
    """Where each value that was given comes from, by dotted key: the file's name, a variable, or `option`."""


def find_file(start: Path, *, config_home: Path | None = None) -> Path | None:
    """The nearest `warroom.toml` from a folder upwards, else the one in the XDG config folder."""
    start = start.absolute()
    for folder in (start, *start.parents):
        if os.path.lexists(folder / FILE):
            return folder / FILE
    if config_home is None:
        from platformdirs import user_config_path

        config_home = user_config_path("warroom")
    path = config_home / FILE
    return path if os.path.lexists(path) else None


def load(
    start: Path,
    *,
    file: Path | None = None,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, Any] | None = None,
    checks: Sequence[Check] = (),
    config_home: Path | None = None,
) -> Loaded | None:
    """The configuration that holds in a folder.

    Args:
        start: the folder the search starts in; relative paths in variables and options start here too.
        file: this file and no other.
        environ: the environment; `os.environ` when left out.
        overrides: values above all others, by dotted key: `{"store": "sqlite:///room.db"}`.
        checks: further checks, from layers above this one.
        config_home: stands for the XDG config folder.

    Returns:
        None when there is no file and the environment doesn't name a service either.

    Raises:
        ConfigError: with everything that is wrong, in the order of the file.
    """
    environ = os.environ if environ is None else environ
    path = file.absolute() if file else find_file(start, config_home=config_home)
    name = _shown(path, start) if path else "environment"
    written = read_toml(path, name) if path else {}
    reading = Reading(written, name, path.parent if path else start.absolute(), start.absolute(), environ)
    reading.lay_over(overrides or {})
    if path is None and not (isinstance(reading.raw.get("service"), dict) and reading.raw["service"].get("name")):
        return None
    settings = reading.settings(checks)
    return Loaded(
        settings=settings,
        path=path,
        folder=reading.folder,
        secrets=reading.secrets(settings),
        warnings=tuple(reading.warnings(path)),
        origins=reading.origins(),
    )


def _shown(path: Path, start: Path) -> str:
    """What errors call a file: short where it lies in or below the folder one stands in."""
    start = start.absolute()
    return str(path.relative_to(start)) if path.is_relative_to(start) else str(path)
