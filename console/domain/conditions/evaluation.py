"""Holding conditions against what was measured."""

import math
from dataclasses import dataclass, field

from warroom.console.domain.conditions import glob
from warroom.console.domain.conditions.gonumbers import comparable, format_span, parse_integer, parse_span
from warroom.console.domain.conditions.jsonpath import Document, byte_length
from warroom.console.domain.conditions.language import SPACE, VALUE, Condition, Function, Operand, number_of
from warroom.console.domain.watch.verdict import ConditionResult

INVALID = "(INVALID)"
SHOWN_LIMIT = 200
"""Characters of one measured value that are shown."""
_PATTERN_SHOWN_LIMIT = 25
"""The same for a value held against a pattern; Gatus's number, which counts bytes but cuts characters."""
_SPANS = ("[CERTIFICATE_EXPIRATION]",)
"""Shown as spans, not as milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was measured, for conditions to be held against."""

    status: int = 0
    """The HTTP status; 0: there was no answer."""
    response_ms: float = 0.0
    connected: bool = False
    ip: str = ""
    certificate_ms: int = 0
    """Until the certificate ends; 0: there is none."""
    value: float = math.nan
    rcode: str = ""
    """What a name server said, e.g. `NOERROR`."""
    document: Document = field(default_factory=lambda: Document(b""))


def evaluate(condition: Condition, facts: Facts) -> ConditionResult:
    """Hold a condition against what was measured. Never raises, whatever the body is."""
    left, right = (_resolve(side, facts) for side in condition.sides)
    if condition.uses(VALUE):
        # The value itself, not its shown form, which is rounded.
        first, second = (facts.value if side.placeholder == VALUE else number_of(side.text) for side in condition.sides)
        ok, shown = _compare_numbers(condition.operator, first, second), (left, right)
    elif condition.operator in ("==", "!="):
        ok = _equal(condition.left, left, condition.right, right) is (condition.operator == "==")
        shown = left, right
    else:
        numbers = comparable(left), comparable(right)
        ok = _ordered(condition.operator, *numbers)
        shown = _number_shown(condition.left, numbers[0]), _number_shown(condition.right, numbers[1])
    return ConditionResult(condition.text, ok, condition.text if ok else _display(condition, *shown))


def _resolve(side: Operand, facts: Facts) -> str:
    match side.placeholder:
        case "[STATUS]":
            text = str(facts.status)
        case "[RESPONSE_TIME]":
            text = str(int(facts.response_ms))
        case "[CONNECTED]":
            text = "true" if facts.connected else "false"
        case "[IP]":
            text = facts.ip
        case "[CERTIFICATE_EXPIRATION]":
            text = str(facts.certificate_ms)
        case "[DNS_RCODE]":
            text = facts.rcode
        case "[VALUE]":
            return f"{facts.value:.6g}" if abs(facts.value) < 1e6 else repr(facts.value)
        case "[BODY]":
            return _resolve_body(side, facts.document)
        case _:
            return side.text
    match side.function:
        case Function.LEN:
            return str(byte_length(text))
        case Function.HAS:
            return "true" if text else "false"
        case _:
            return text


def _resolve_body(side: Operand, document: Document) -> str:
    whole = side.path is None
    if whole and side.function is Function.NONE:
        return document.text.strip(SPACE)
    if whole and side.function is Function.HAS:
        return "true" if document.text.strip(SPACE) else "false"
    found = document.find(side.path or "")
    if side.function is Function.HAS:
        return "true" if found else "false"
    if found is None:
        return str(byte_length(document.text.strip(SPACE))) if whole else f"{side.text} {INVALID}"
    return str(found.length) if side.function is Function.LEN else found.text


def _equal(left: Operand, left_text: str, right: Operand, right_text: str) -> bool:
    """Equality of texts, or of integers if both are; a pattern or a list on one side decides."""
    for function, decide in ((Function.PAT, glob.matches), (Function.ANY, _is_among)):
        if left.function is function and right.function is not function:
            return decide(left.inner, right_text)
        if right.function is function and left.function is not function:
            return decide(right.inner, left_text)
    if left.function in (Function.PAT, Function.ANY):  # both sides: what stands in them is compared
        left_text, right_text = left.inner, right.inner
    first, second = parse_integer(left_text), parse_integer(right_text)
    return first == second if first is not None and second is not None else left_text == right_text


def _is_among(options: str, text: str) -> bool:
    return any(option.strip(SPACE) == text for option in options.split(","))


def _compare_numbers(operator: str, first: float | None, second: float | None) -> bool:
    if first is None or second is None or math.isnan(first) or math.isnan(second):
        return False
    match operator:
        case "==":
            return first == second
        case "!=":
            return first != second
        case _:
            return _ordered(operator, first, second)


def _ordered(operator: str, first: float, second: float) -> bool:
    match operator:
        case "<":
            return first < second
        case "<=":
            return first <= second
        case ">":
            return first > second
        case _:
            return first >= second


def _number_shown(side: Operand, number: int) -> str:
    as_span = side.text in _SPANS or parse_span(side.text) is not None
    return format_span(number) if as_span else str(number)


def _display(condition: Condition, left_text: str, right_text: str) -> str:
    left = _side_shown(condition.left, left_text, condition.right.function is Function.PAT)
    right = _side_shown(condition.right, right_text, condition.left.function is Function.PAT)
    return f"{left} {condition.operator} {right}"


def _side_shown(side: Operand, text: str, against_pattern: bool) -> str:
    if against_pattern and byte_length(text) > _PATTERN_SHOWN_LIMIT:
        text = f"{text[:_PATTERN_SHOWN_LIMIT]}...(truncated)"
    if text == side.text or text == f"{side.text} {INVALID}":
        return text
    if len(text) > SHOWN_LIMIT:
        text = text[:SHOWN_LIMIT] + "…"
    return f"{side.text} ({text})".encode("utf-8", "surrogateescape").decode("utf-8", "replace")
