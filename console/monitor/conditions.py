"""The condition language: `[STATUS] == 200`, `len([BODY].items) > 0`, `[BODY].name == pat(ok*)`.

Syntax and meaning are those of Gatus, so that conditions can be carried over; `[VALUE]`, the number of a metrics or
prometheus probe, is our own and compares as a fraction, not as a whole number. Where Gatus takes a mistake for plain
text (an unknown placeholder, a function left open, two comparisons in one) this refuses it when it is read.
"""

import math
import re
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from warroom.console.domain.verdict import ConditionResult
from warroom.console.monitor import glob
from warroom.console.monitor.gonumbers import (
    comparable,
    format_span,
    parse_float,
    parse_integer,
    parse_span,
)
from warroom.console.monitor.jsonpath import Document, byte_length

INVALID = "(INVALID)"
SHOWN_LIMIT = 200
"""Characters of one measured value that are shown."""
_PATTERN_SHOWN_LIMIT = 25
"""The same for a value held against a pattern; Gatus's number, which counts bytes but cuts characters."""
_SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
"""What counts as space: Unicode's White_Space, and nothing Python adds to it."""
_OPERATORS = ("==", "!=", "<=", ">=", ">", "<")
"""In the order in which they are looked for when no placeholder says which one is meant."""
_OPERATOR = re.compile(" (==|!=|<=|>=|>|<) ")
_BRACKETS = re.compile(r"\[[A-Za-z_]+\]")
_MEASURED = re.compile(r"(?:(?:len|has)\()?\[[A-Za-z_]+\]")
_BODY = "[BODY]"
_VALUE = "[VALUE]"
_SPANS = ("[CERTIFICATE_EXPIRATION]",)
"""Shown as spans, not as milliseconds."""
_PLACEHOLDERS = ("[STATUS]", "[RESPONSE_TIME]", _BODY, "[CONNECTED]", "[IP]", "[CERTIFICATE_EXPIRATION]", _VALUE)
_UNSUPPORTED = ("[DNS_RCODE]", "[DOMAIN_EXPIRATION]", "[CONTEXT]")


class ConditionError(ValueError):
    """A condition that cannot be read; the message says what is wrong and shows a right one."""


class Function(Enum):
    """What is done with an operand."""

    NONE = ""
    LEN = "len("
    HAS = "has("
    PAT = "pat("
    ANY = "any("


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of a comparison."""

    text: str
    """As written, without the space around it."""
    function: Function = Function.NONE
    placeholder: str = ""
    """`[STATUS]`, `[BODY]` …; empty for plain text."""
    path: str | None = None
    """The path behind `[BODY]`; none for the whole body."""

    @property
    def inner(self) -> str:
        """The text between the parentheses of its function."""
        return self.text[len(self.function.value) : -1] if self.function is not Function.NONE else self.text


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison, read and checked."""

    text: str
    left: Operand
    operator: str
    right: Operand

    @property
    def sides(self) -> tuple[Operand, Operand]:
        """Both operands."""
        return self.left, self.right

    def uses(self, placeholder: str) -> bool:
        """Whether it looks at this placeholder, e.g. `[BODY]`."""
        return any(side.placeholder == placeholder for side in self.sides)


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
    document: Document = field(default_factory=lambda: Document(b""))


@lru_cache(maxsize=1024)
def parse(text: str) -> Condition:
    """Read a condition.

    Raises:
        ConditionError: it is none.
    """
    match = _comparison(text)
    left, right = (_operand(side.strip(_SPACE)) for side in (text[: match.start()], text[match.end() :]))
    condition = Condition(text, left, match[1], right)
    _check_sides(condition)
    return condition


def check_condition(text: str, kind: str = "http") -> str | None:
    """What is wrong with a condition of a probe of this kind, with an example of a right one; none if nothing is."""
    try:
        condition = parse(text)
    except ConditionError as error:
        return str(error)
    if condition.uses(_VALUE) and kind == "http":
        return '[VALUE] belongs to metrics and prometheus probes; an http probe has e.g. "[STATUS] == 200"'
    return None


def evaluate(condition: Condition, facts: Facts) -> ConditionResult:
    """Hold a condition against what was measured. Never raises, whatever the body is."""
    left, right = (_resolve(side, facts) for side in condition.sides)
    if condition.uses(_VALUE):
        ok, shown = _compare_numbers(condition.operator, left, right), (left, right)
    elif condition.operator in ("==", "!="):
        ok = _equal(condition.left, left, condition.right, right) is (condition.operator == "==")
        shown = left, right
    else:
        numbers = comparable(left), comparable(right)
        ok = _ordered(condition.operator, *numbers)
        shown = _number_shown(condition.left, numbers[0]), _number_shown(condition.right, numbers[1])
    return ConditionResult(condition.text, ok, condition.text if ok else _display(condition, *shown))


def _comparison(text: str) -> re.Match[str]:
    """Find the operator that compares: the one next to a placeholder, else the first in Gatus's order."""
    found = list(_OPERATOR.finditer(text))
    if not found:
        raise ConditionError(
            f'{_quoted(text)} compares nothing: expected spaces around an operator, e.g. "[STATUS] == 200"'
        )
    for match in found:
        if _MEASURED.match(text[: match.start()].strip(_SPACE)):
            return match
    for match in found:
        if _MEASURED.match(text[match.end() :].strip(_SPACE)):
            return match
    return min(found, key=lambda match: (_OPERATORS.index(match[1]), match.start()))


def _operand(text: str) -> Operand:
    function = next((f for f in Function if f.value and text.startswith(f.value)), Function.NONE)
    if function is not Function.NONE and not text.endswith(")"):
        raise ConditionError(f'{_quoted(text)} lacks its closing parenthesis, e.g. "len([BODY].items) > 0"')
    if function in (Function.PAT, Function.ANY):
        return Operand(text, function)
    inner = text[len(function.value) : -1] if function is not Function.NONE else text
    brackets = _BRACKETS.match(inner)
    name = brackets[0].upper() if brackets else ""
    if name not in _PLACEHOLDERS:
        if name in _UNSUPPORTED:
            raise ConditionError(f"{name} is not measured here; there are {', '.join(_PLACEHOLDERS)}")
        if function is not Function.NONE:
            raise ConditionError(
                f'{_quoted(text)}: {function.value}…) takes a placeholder, e.g. "{function.value}[BODY].items)"'
            )
        return Operand(text)
    rest = inner[len(name) :]
    if name == _BODY and rest[:1] in (".", "["):
        return Operand(text, function, name, rest.removeprefix("."))
    if rest:
        example = "[BODY].status" if name == _BODY else name
        raise ConditionError(f'{_quoted(inner)}: nothing can follow {name} like this, e.g. "{example} == 200"')
    return Operand(text, function, name)


def _check_sides(condition: Condition) -> None:
    for side, other in (condition.sides, condition.sides[::-1]):
        if side.placeholder or side.function is not Function.NONE:
            continue
        for match in _OPERATOR.finditer(side.text):
            if match[1] == condition.operator or condition.operator not in ("==", "!="):
                raise ConditionError(f"{_quoted(condition.text)} compares more than once; write two conditions")
        if _BRACKETS.fullmatch(side.text) and other.placeholder != _BODY:
            raise ConditionError(f"{side.text} is no placeholder; there are {', '.join(_PLACEHOLDERS)}")
        if other.placeholder == _VALUE and other.function is Function.NONE and _number(side.text) is None:
            raise ConditionError(f'{_quoted(side.text)} is no number to hold [VALUE] against, e.g. "[VALUE] < 0.5"')
    if condition.uses(_VALUE) and any(side.function is not Function.NONE for side in condition.sides):
        raise ConditionError('[VALUE] is a number and takes no function, e.g. "[VALUE] < 0.5"')


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
        return document.text.strip(_SPACE)
    if whole and side.function is Function.HAS:
        return "true" if document.text.strip(_SPACE) else "false"
    found = document.find(side.path or "")
    if side.function is Function.HAS:
        return "true" if found else "false"
    if found is None:
        return str(byte_length(document.text.strip(_SPACE))) if whole else f"{side.text} {INVALID}"
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
    return any(option.strip(_SPACE) == text for option in options.split(","))


def _compare_numbers(operator: str, left: str, right: str) -> bool:
    first, second = _number(left), _number(right)
    if first is None or second is None or math.isnan(first) or math.isnan(second):
        return False
    match operator:
        case "==":
            return first == second
        case "!=":
            return first != second
        case _:
            return _ordered(operator, first, second)


def _number(text: str) -> float | None:
    integer = parse_integer(text)
    return parse_float(text) if integer is None else float(integer)


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


def _quoted(text: str) -> str:
    return f'"{text}"'
