"""Raw tables into dataclasses, with every mistake said at once and in our own words."""

import datetime
import functools
import json
from typing import TYPE_CHECKING, Any, TypeVar, cast

from warroom.config.errors import Loc, Problems, quoted, unknown
from warroom.config.shape import (
    choices_of,
    expected,
    has_default,
    is_table,
    keys_of,
    stand_in,
    type_at,
)

if TYPE_CHECKING:
    from pydantic import TypeAdapter
    from pydantic_core import ErrorDetails

T = TypeVar("T")
_ROUNDS = 20


@functools.cache
def adapter(shape: Any) -> "TypeAdapter[Any]":
    """Pydantic's reader for a shape: made when first needed, since importing it costs 70 ms."""
    from pydantic import TypeAdapter

    return TypeAdapter(shape)


def validate(shape: type[T], raw: dict[str, Any], problems: Problems) -> T | None:
    """The raw tables as a `shape`; each mistake goes to `problems`.

    A file with mistakes gives what can be made of it with harmless values in their place, so that further checks
    can look at the rest; nobody may use that for anything else. None: not even that could be made.
    """
    from pydantic import ValidationError

    work = cast(dict[str, Any], _plain(raw, (), problems))
    for _ in range(_ROUNDS):
        try:
            # By way of JSON, because that is where pydantic can be strict and still turns tables into dataclasses.
            return cast(T, adapter(cast(Any, shape)).validate_json(json.dumps(work), strict=True))
        except ValidationError as error:
            found = error.errors(include_url=False)
        for number, detail in enumerate(found):
            loc = detail["loc"]
            if not problems.spoken_of(loc):
                problems.add(loc, *_in_words(shape, detail))
            _repair(work, shape, detail, number)
    return None


def _plain(value: Any, loc: Loc, problems: Problems) -> Any:
    """A copy without dates: TOML has them, no key here takes one."""
    if isinstance(value, dict):
        return {key: _plain(each, (*loc, key), problems) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each, (*loc, index), problems) for index, each in enumerate(value)]
    if isinstance(value, datetime.date | datetime.time):
        problems.add(loc, "expected text, not a date; put it in quotes", f'"{value.isoformat()}"')
        return value.isoformat()
    return value


def _in_words(shape: type, detail: "ErrorDetails") -> tuple[str, str]:
    loc = detail["loc"]
    here = type_at(shape, loc)
    match detail["type"]:
        case "unexpected_keyword_argument":
            return unknown("unknown key", str(loc[-1]), keys_of(type_at(shape, loc[:-1]))), ""
        case "missing":
            _, example = expected(here, loc)
            return "missing", example if example.startswith("[") and _is_header(here) else f"{loc[-1]} = {example}"
        case "value_error":
            said = str(detail.get("ctx", {}).get("error", ""))
            problem, _, example = said.partition(", e.g. ")
            return problem, example or expected(here, loc)[1]
        case "literal_error" | "enum" if isinstance(detail["input"], str):
            choices = choices_of(here)
            return unknown(f"{quoted(detail['input'])} is not known here", detail["input"], choices), (
                "" if choices else expected(here, loc)[1]
            )
        case _:
            return expected(here, loc)


def _is_header(shape: Any) -> bool:
    words, _ = expected(shape, ("x",))
    return "table" in words


def _repair(work: dict[str, Any], shape: type, detail: "ErrorDetails", number: int) -> None:
    """Put something harmless where the mistake is, without moving anything else."""
    loc = detail["loc"]
    if not loc:
        return
    parent: Any = work
    for part in loc[:-1]:
        parent = parent[part] if _holds(parent, part) else None
    if not isinstance(parent, dict | list):
        return
    last = cast(Any, loc[-1])
    around = type_at(shape, loc[:-1])
    if isinstance(parent, dict) and is_table(around) and (last not in keys_of(around) or has_default(around, last)):
        parent.pop(last, None)
    else:
        parent[last] = stand_in(type_at(shape, loc), loc, number)


def _holds(parent: Any, part: str | int) -> bool:
    if isinstance(parent, dict):
        return part in parent
    return isinstance(parent, list) and isinstance(part, int) and part < len(parent)
