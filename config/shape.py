"""What a file may hold at any place, read off the dataclasses: the known keys, the kind of value, an example."""

import dataclasses
import functools
import types
import typing
from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from typing import Any

from warroom.config.errors import STAND_IN, Loc
from warroom.console.domain.time.limit import Limit

_BY_NAME = {
    "name": '"shop"',
    "url": '"https://example.com/health"',
    "argv": '["./ops/flush", "--zone", "{environment}"]',
    "conditions": '["[STATUS] == 200"]',
    "warn": '["[VALUE] < 0.1"]',
    "title": '"Deploy to staging"',
    "every": '"15s"',
    "timeout": '"5s"',
    "roles": '["commander"]',
    "key": '"assess"',
    "text": '"Find the affected services"',
    "body": '"{{ title }}: {{ impact }}"',
    "after": '"15m"',
    "call": '["on-call"]',
    "percent": "10",
    "id": '"our-protocol"',
    "level": "1",
    "query": '"sum(rate(http_requests_total[1m]))"',
}


@functools.cache
def hints(shape: type) -> Mapping[str, Any]:
    """The type of each field of a dataclass, with what `Annotated` adds taken off."""
    named = typing.get_type_hints(shape)
    return {field.name: _bare(named[field.name]) for field in dataclasses.fields(shape)}


def _bare(hint: Any) -> Any:
    """`X | None` is X: a file has no way to write nothing."""
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        return next(each for each in typing.get_args(hint) if each is not types.NoneType)
    return hint


def type_at(shape: Any, loc: Loc) -> Any:
    """The type expected at a place; `None` where nothing is known."""
    for part in loc:
        shape = hints(shape).get(str(part)) if is_table(shape) else _item(shape)
    return shape


def _item(shape: Any) -> Any:
    arguments = typing.get_args(shape)
    if typing.get_origin(shape) is tuple:
        return arguments[0]
    return arguments[1] if _is_mapping(shape) else None


def is_table(shape: Any) -> bool:
    """Whether a table with fixed keys stands here."""
    return isinstance(shape, type) and dataclasses.is_dataclass(shape)


def _is_mapping(shape: Any) -> bool:
    return typing.get_origin(shape) is Mapping


def is_list(shape: Any) -> bool:
    """Whether a list stands here."""
    return typing.get_origin(shape) is tuple


def keys_of(shape: Any) -> tuple[str, ...]:
    """The keys a table may have."""
    return tuple(hints(shape)) if is_table(shape) else ()


def choices_of(shape: Any) -> tuple[str, ...]:
    """The words a value may be; none where any text will do."""
    if typing.get_origin(shape) is typing.Literal:
        return tuple(each for each in typing.get_args(shape) if each)
    return tuple(each.value for each in shape) if isinstance(shape, type) and issubclass(shape, Enum) else ()


def expected(shape: Any, loc: Loc) -> tuple[str, str]:
    """What kind of value a place takes, in words, and an example of one."""
    choices = choices_of(shape)
    if choices:
        return "expected one of " + ", ".join(f'"{each}"' for each in choices), ""
    if is_list(shape):
        if is_table(_item(shape)):
            return "expected a list of tables", f"[[{_header(loc)}]]"
        return "expected a list of texts in square brackets", _named(loc, '["a", "b"]')
    if is_table(shape) and shape is not Limit:
        in_list = bool(loc) and isinstance(loc[-1], int)
        return "expected a table", f"[[{_header(loc)}]]" if in_list else f"[{_header(loc)}]"
    if _is_mapping(shape):
        return "expected a table", f"[{_header(loc)}]"
    return _expected_scalar(shape, loc)


def _expected_scalar(shape: Any, loc: Loc) -> tuple[str, str]:
    match shape:
        case _ if shape is bool:
            return "expected true or false, without quotes", "true"
        case _ if shape is int:
            return "expected a whole number, without quotes", _named(loc, "3")
        case _ if shape is float:
            return "expected a number, without quotes", "1.5"
        case _ if shape is timedelta:
            return "expected a duration", _named(loc, '"15m"')
        case _ if shape is Limit:
            return "expected a limit", '"30m"'
        case _:
            return "expected text in quotes", _named(loc, '"text"')


def stand_in(shape: Any, loc: Loc, number: int) -> Any:
    """A harmless value that fits, so that the rest of a broken file can still be looked at."""
    choices = choices_of(shape)
    if choices:
        return choices[0]
    if (is_table(shape) and shape is not Limit) or _is_mapping(shape):
        return {}
    if is_list(shape):
        return [] if is_table(_item(shape)) else ["true"]
    if shape in (bool, int, float):
        return {bool: False, int: 1, float: 1.0}[shape]
    if shape in (timedelta, Limit):
        return "1s"
    return "https://example.com" if loc and loc[-1] == "url" else f"{STAND_IN}{number}"


def has_default(shape: Any, key: str) -> bool:
    """Whether a key may be left out."""
    fields = {field.name: field for field in dataclasses.fields(shape)} if is_table(shape) else {}
    field = fields.get(key)
    return field is not None and (
        field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
    )


def _header(loc: Loc) -> str:
    return ".".join(part for part in loc if isinstance(part, str))


def _named(loc: Loc, otherwise: str) -> str:
    return _BY_NAME.get(str(loc[-1]), otherwise) if loc and isinstance(loc[-1], str) else otherwise
