"""Playbooks: the shipped ones, a team's own, and what comes out when one builds on another."""

import dataclasses
import os
from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from importlib import resources
from pathlib import Path
from typing import Any

from warroom.config.errors import ConfigError, Problem, Problems, dotted, quoted, unknown
from warroom.config.source import parse_toml, read_toml
from warroom.config.validate import validate
from warroom.console.domain.playbook import Playbook
from warroom.console.domain.time.duration import format_duration
from warroom.console.domain.time.limit import Limit


def shipped() -> tuple[str, ...]:
    """The ids of the playbooks that come with the product."""
    folder = resources.files("warroom.config") / "playbooks"
    return tuple(sorted(each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml")))


def is_file_reference(ref: str) -> bool:
    """Whether a playbook is named by a path rather than by its id."""
    return ref.endswith(".toml") or "/" in ref or os.sep in ref or ref.startswith(("~", "."))


def load_playbook(ref: str, folder: Path) -> Playbook:
    """The playbook of that id, or in that file, with what it `extends` merged in.

    Args:
        ref: an id such as `release-protocol`; or a path: absolute, or inside `folder`.
        folder: what a relative path starts from, and may not leave.

    Raises:
        ConfigError: there is none, or something is wrong with it; says everything that is.
    """
    if not is_file_reference(ref):
        return _build(_shipped_raw(ref, "playbook", ""), f"{ref}.toml")
    path = playbook_path(ref, folder)
    raw = read_toml(path, path.name)
    base = raw.get("extends", "")
    if isinstance(base, str) and base:
        raw = merge(_shipped_raw(base, path.name, "extends"), raw)
    return _build(raw, path.name)


def playbook_path(ref: str, folder: Path) -> Path:
    """The file a reference means. A relative one may not lead out of the folder, by `..` or by a link.

    Raises:
        ConfigError: it does, or there is no such file.
    """
    given = Path(ref).expanduser()
    path = given if given.is_absolute() else folder / given
    try:
        real = path.resolve()
        inside = given.is_absolute() or real.is_relative_to(folder.resolve())
        found = path.exists()
    except (OSError, RuntimeError, ValueError):
        raise ConfigError([Problem(quoted(ref), "", "is no path", '"playbooks/ours.toml"')]) from None
    if not inside:
        problem = "leads out of the folder of the configuration; write the whole path if that is meant"
        raise ConfigError([Problem(quoted(ref), "", problem, f'"{real}"')])
    if not found:
        raise ConfigError([Problem(quoted(ref), "", "there is no such file", '"playbooks/ours.toml"')])
    return path


def check_reference(ref: str, folder: Path) -> None:
    """See that there is such a playbook, without reading it.

    Raises:
        ConfigError: there is none.
    """
    if is_file_reference(ref):
        playbook_path(ref, folder)
    else:
        _known(ref, "playbook", "")


def action_keys(ref: str, folder: Path) -> tuple[str, ...]:
    """The keys of the actions a playbook brings or its steps ask for."""
    playbook = load_playbook(ref, folder)
    bound = (step.action for phase in playbook.phase for step in phase.step)
    return tuple(dict.fromkeys((*playbook.action, *(key for key in bound if key))))


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid upon `base`: tables merge, lists of tables with `key` merge by it, all else is replaced."""
    merged = dict(base)
    for key, value in over.items():
        under = merged.get(key)
        if isinstance(value, dict) and isinstance(under, dict):
            merged[key] = merge(under, value)
        elif _keyed(value) and _keyed(under):
            merged[key] = _merge_by_key(under, value)
        else:
            merged[key] = value
    return merged


def to_toml(playbook: Playbook) -> str:
    """The effective playbook as TOML, as it could be written by hand: durations as text, defaults left out."""
    import tomli_w

    return tomli_w.dumps(_plain(playbook), multiline_strings=True)


def _shipped_raw(name: str, file: str, key: str) -> dict[str, Any]:
    _known(name, file, key)
    text = (resources.files("warroom.config") / "playbooks" / f"{name}.toml").read_text("utf-8")
    return parse_toml(text, f"{name}.toml")


def _known(name: str, file: str, key: str) -> None:
    if name not in shipped():
        raise ConfigError([Problem(file, key, unknown(f"no playbook is called {quoted(name)}", name, shipped()))])


def _build(raw: dict[str, Any], file: str) -> Playbook:
    problems = Problems(lambda loc: (file, dotted(loc)))
    playbook = validate(Playbook, raw, problems)
    found = problems.in_order_of(raw)
    if found or playbook is None:
        raise ConfigError(found)
    return playbook


def _keyed(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) and "key" in each for each in value)


def _merge_by_key(base: Any, over: Any) -> list[Any]:
    """Items keep the place they have; new ones follow."""
    merged = {str(item["key"]): item for item in base}
    for item in over:
        key = str(item["key"])
        merged[key] = merge(merged[key], item) if key in merged else item
    return list(merged.values())


def _plain(value: Any) -> Any:
    match value:
        case timedelta():
            return format_duration(value)
        case Limit(min=None, max=timedelta() as longest):
            return format_duration(longest)
        case Limit(calendar=word) if word:
            return word
        case Enum():
            return value.value
        case tuple() | list():
            return [_plain(each) for each in value]
        case Mapping():
            return {key: _plain(each) for key, each in value.items()}
    if dataclasses.is_dataclass(value):
        return {name: _plain(getattr(value, name)) for name in _written(value)}
    return value


def _written(value: Any) -> list[str]:
    """The fields worth writing: what differs from the default, plain values before tables, as TOML reads best."""
    names = [
        field.name
        for field in dataclasses.fields(value)
        if getattr(value, field.name) is not None and getattr(value, field.name) != _default(field)
    ]
    return sorted(names, key=lambda name: _is_nested(getattr(value, name)))


def _default(field: "dataclasses.Field[Any]") -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _is_nested(value: Any) -> bool:
    item = value[0] if isinstance(value, tuple) and value else value
    return isinstance(item, Mapping) or (dataclasses.is_dataclass(item) and not isinstance(item, Limit))
