"""What stands above the file: `WARROOM_*` variables, and what the command line says."""

import itertools
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from warroom.config.errors import Loc, nearest
from warroom.config.settings import Settings
from warroom.config.shape import choices_of, hints, is_list, is_table, keys_of, type_at

PREFIX = "WARROOM_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One value from outside the file."""

    loc: Loc
    value: Any
    origin: str
    """The variable's name, or `option`."""


def from_environment(environ: Mapping[str, str], raw: Mapping[str, Any]) -> Iterator[Setting]:
    """The settings that variables give: `WARROOM_STORE`, `WARROOM_SERVICE__NAME`, `WARROOM_PROBE__0__URL`.

    A variable whose first part is no setting is somebody else's and is left alone (`stray` names near misses).
    """
    for name in sorted(environ):
        if name.startswith(PREFIX):
            loc = _way(name[len(PREFIX) :].split("__"), raw)
            if loc and str(loc[0]) in hints(Settings):
                yield Setting(loc, _value(environ[name], loc), name)


def stray(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Variables that look like misspelt settings, with the name that was probably meant."""
    for name in sorted(environ):
        first = name[len(PREFIX) :].split("__")[0].lower() if name.startswith(PREFIX) else ""
        if first and first not in hints(Settings) and (near := nearest(first, hints(Settings))):
            yield name, PREFIX + near.upper() + name[len(PREFIX) + len(first) :]


def from_options(options: Mapping[str, Any]) -> Iterator[Setting]:
    """The settings a caller gives, under dotted keys: `{"service.name": "shop"}`."""
    for key, value in options.items():
        yield Setting(tuple(key.split(".")), value, "option")


def apply(raw: dict[str, Any], setting: Setting) -> None:
    """Put a setting into the tables, making the tables on the way; something that is no table gives way to one."""
    here: Any = raw
    for part, following in itertools.pairwise(setting.loc):
        child = here.get(part) if isinstance(here, dict) else here[part]
        if not isinstance(child, list if isinstance(following, int) else dict):
            child = here[part] = {}
        here = child
    here[setting.loc[-1]] = setting.value


def _way(parts: list[str], raw: Mapping[str, Any]) -> Loc:
    """The place a variable's name means: case and dashes follow what the file or the shape has."""
    loc: Loc = ()
    here: Any = raw
    for part in parts:
        shape = type_at(Settings, loc)
        if is_list(shape):
            if not (part.isdecimal() and isinstance(here, list) and int(part) < len(here)):
                return ()
            loc, here = (*loc, int(part)), here[int(part)]
            continue
        known = keys_of(shape) if is_table(shape) else tuple(here) if isinstance(here, dict) else ()
        key = next((each for each in known if _same(each, part)), part.lower())
        loc, here = (*loc, key), here.get(key) if isinstance(here, dict) else None
    return loc


def _same(key: str, part: str) -> bool:
    return key.casefold().replace("-", "_") == part.casefold().replace("-", "_")


def _value(text: str, loc: Loc) -> Any:
    """A variable's text as the kind of value its place takes; left as text where it does not fit."""
    shape = type_at(Settings, loc)
    if shape is bool:
        return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}.get(
            text.lower(), text
        )
    if shape is None or shape is str or choices_of(shape):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError):
        return text
