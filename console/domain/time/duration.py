"""Spans of time as people write them: `90s`, `15m`, `1h30m`, `2d`."""

import re
from datetime import timedelta
from typing import Annotated, Any

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_WHOLE = re.compile(rf"(?:{_PART.pattern})+")


def parse_duration(text: str) -> timedelta:
    """Read a span such as `1h30m`.

    Raises:
        ValueError: the text is no span; the message shows how one is written.
    """
    compact = text.strip().lower().replace(" ", "")
    if not _WHOLE.fullmatch(compact):
        raise ValueError('expected a duration, e.g. "15m" or "1h30m"')
    try:
        return timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(compact)))
    except OverflowError:
        raise ValueError('expected a duration shorter than a century, e.g. "15m"') from None


def format_duration(span: timedelta) -> str:
    """Write a span the way `parse_duration` reads it, to the millisecond: `1h30m`."""
    milliseconds = round(span.total_seconds() * 1000)
    if milliseconds < 0:
        return "-" + format_duration(-span)
    parts = []
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)):
        count, milliseconds = divmod(milliseconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


class _DurationText:
    """Tells pydantic that a span is written as text. Core schemas are plain dicts, so the domain needs no pydantic."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        return {
            "type": "function-before",
            "function": {"type": "no-info", "function": _read},
            "schema": handler(source),
            "serialization": {"type": "function-plain", "function": format_duration, "when_used": "json"},
        }

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string", "examples": ["15m", "1h30m"], "pattern": r"^(\d+(\.\d+)?(ms|s|m|h|d))+$"}


def _read(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str):
        return parse_duration(value)
    raise ValueError('expected a duration, e.g. "15m"')


Duration = Annotated[timedelta, _DurationText()]
"""A `timedelta` that files and events write as text (`15m`)."""
