"""Answers that are JSON, read without trusting them."""

import json
import math
from typing import Any

from warroom.console.monitor.exchange import Answer
from warroom.console.monitor.reasons import short

LIST_LIMIT = 8 * 1024 * 1024
"""Bytes of an answer that lists things: in a storm of alerts it is long, and then it matters."""


class NoValue(Exception):
    """The answer holds nothing to judge; the message says why."""


def document(answer: Answer, whose: str) -> Any:
    """The JSON of a good answer.

    Raises:
        NoValue: there is none; `whose` is what was asked for, e.g. `Statuspage`.
    """
    if answer.error is not None:
        raise NoValue(answer.error)
    if answer.status != 200:
        raise NoValue(f"status {answer.status} from {whose}{_said(answer)}")
    if answer.cut:
        raise NoValue(f"the answer of {whose} is too long")
    try:
        return json.loads(answer.body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise NoValue(f"not the JSON of {whose}{_type(answer)}") from None


def finite(value: object) -> float | None:
    """A number as one that can be reckoned with; none if it is none. True and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def text_of(value: object, limit: int = 120) -> str:
    """A text from outside, made harmless and short; empty if it is none."""
    return short(value, limit) if isinstance(value, str) else ""


def tables(value: object) -> list[dict[str, Any]]:
    """The objects of a list, whatever else is in it."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def web_address(value: object) -> str:
    """An address that a person may be shown; empty if it is not one of the web."""
    text = value if isinstance(value, str) else ""
    plain = text.isprintable() and " " not in text and len(text) <= 1000
    return text if plain and text.startswith(("https://", "http://")) else ""


def _said(answer: Answer) -> str:
    """What a service says to its refusal: a text, or one under a usual name."""
    try:
        found = json.loads(answer.body[:10_000])
    except (ValueError, RecursionError):
        return ""
    if isinstance(found, dict):
        found = next((found[name] for name in ("detail", "message", "error") if isinstance(found.get(name), str)), "")
    said = text_of(found)
    return f": {said}" if said else ""


def _type(answer: Answer) -> str:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return f" but {short(kind, 40)}" if kind and kind != "application/json" else ""


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")
