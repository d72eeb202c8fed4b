"""Paths into a body: `data.users[0].name`, walked as Gatus walks them.

What a path finds is text, as Go prints it: numbers are floating-point (`1234567` reads `1.234567e+06`), an object is
its JSON without spaces and with sorted keys, an array is `[1 2 map[a:b]]`. A text counts bytes, an array its elements.
"""

import json
import math
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from warroom.console.domain.conditions.gonumbers import format_float

_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "�"
_INDEX = re.compile(r"[+-]?[0-9]+", re.ASCII)
_PRINTED_EXPONENT_FROM = 6
"""Printing writes an exponent from 1e+06 on and below 1e-04 …"""
_JSON_EXPONENT_FROM = 21
_JSON_EXPONENT_BELOW = -6
"""… while JSON writes one from 1e+21 on and below 1e-6."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a path led to, as text, and its length."""

    text: str
    length: int


class Document:
    """A body that is read as JSON when a path asks for it, once."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    @cached_property
    def text(self) -> str:
        """The body as text; bytes that are not UTF-8 stay themselves, as lone surrogates."""
        return self.raw.decode("utf-8", "surrogateescape")

    @cached_property
    def _parsed(self) -> tuple[Any, str | None]:
        try:
            return json.loads(
                _SURROGATE.sub(_REPLACEMENT, self.text),
                parse_int=_number,
                parse_float=_number,
                parse_constant=_refuse,
            ), None
        except RecursionError:
            return None, "nested too deeply"
        except ValueError as error:
            return None, str(error)

    @property
    def problem(self) -> str | None:
        """Why the body is not JSON; none if it is."""
        return self._parsed[1]

    def find(self, path: str) -> Found | None:
        """What is at the path; none if nothing is, or if the body is not JSON.

        An empty path is the whole body, read only if it is an array.
        """
        if not path and not (self.raw[:1] == b"[" and self.raw[-1:] == b"]"):
            return Found(self.text, len(self.raw))
        value, problem = self._parsed
        if problem is not None:
            return None
        try:
            return _walk(_keys(path), value)
        except RecursionError:
            return None


def byte_length(text: str) -> int:
    """The length of a text in bytes."""
    return len(text.encode("utf-8", "surrogateescape"))


def _number(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("a number is too large")
    return number


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


def _keys(path: str) -> list[str]:
    """Split at the dots outside brackets."""
    keys, start, depth = [], 0, 0
    for position, char in enumerate(path):
        depth += (char == "[") - (char == "]")
        if char == "." and depth == 0:
            keys.append(path[start:position])
            start = position + 1
    keys.append(path[start:])
    return keys


def _walk(keys: list[str], value: Any) -> Found | None:
    for position, key in enumerate(keys):
        value = _step(key, value)
        last = position == len(keys) - 1
        match value:
            case None:
                return None
            case dict() if not last:
                continue
            case str():
                return Found(_clean(value), byte_length(_clean(value))) if last else None
            case list():
                return Found(printed(value), len(value))
            case _:
                text = minified(value) if isinstance(value, dict) else printed(value)
                return Found(text, byte_length(text))
    return None


def _step(key: str, value: Any) -> Any:
    if key.endswith("]") and "[" in key:
        return _element(key, value)
    if isinstance(value, dict):
        return value.get(key)
    return value  # an array or a plain value stands for itself, whatever the key


def _element(key: str, value: Any) -> Any:
    """Follow `name[0]`, `[0]` or `[0][1]`; text after the first index that is not an index is passed over."""
    start = depth = 0
    for position, char in enumerate(key):
        if char == "[":
            start, depth = position, depth + 1
        elif char == "]" and depth == 1:
            break
    else:
        return None
    digits = key[start + 1 : position]
    if not _INDEX.fullmatch(digits) or len(digits) > 19:
        return None
    index = int(digits)
    name, rest = key[:start], key[position + 1 :]
    array = value if not name else value.get(name) if isinstance(value, dict) else None
    if not isinstance(array, list) or not 0 <= index < len(array):
        return None
    return _step(rest, array[index]) if rest.startswith("[") else array[index]


def printed(value: Any) -> str:
    """A JSON value as Go prints it."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return "true" if value else "false"
        case float():
            return format_float(value, _PRINTED_EXPONENT_FROM)
        case str():
            return _clean(value)
        case list():
            return "[" + " ".join(printed(item) for item in value) + "]"
        case _:
            return "map[" + " ".join(f"{_clean(key)}:{printed(value[key])}" for key in sorted(value)) + "]"


def minified(value: Any) -> str:
    """A JSON value as Go writes JSON: no spaces, sorted keys, `<`, `>` and `&` escaped."""
    match value:
        case float():
            return re.sub(r"e-0(\d)$", r"e-\1", format_float(value, _JSON_EXPONENT_FROM, _JSON_EXPONENT_BELOW))
        case list():
            return "[" + ",".join(map(minified, value)) + "]"
        case dict():
            return "{" + ",".join(f"{minified(key)}:{minified(value[key])}" for key in sorted(value)) + "}"
        case str():
            text = json.dumps(_clean(value), ensure_ascii=False)
            for char in "<>&\u2028\u2029":
                text = text.replace(char, f"\\u{ord(char):04x}")
            return text
        case _:
            return json.dumps(value)


def _clean(text: str) -> str:
    return _SURROGATE.sub(_REPLACEMENT, text)
