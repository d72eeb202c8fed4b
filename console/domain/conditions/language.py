"""The condition language: `[STATUS] == 200`, `len([BODY].items) > 0`, `[BODY].name == pat(ok*)`.

Syntax and meaning are those of Gatus, so that conditions can be carried over; `[VALUE]`, the number that a
probe reads, is our own and compares as a fraction, not as a whole number. Where Gatus takes a mistake for plain
text (an unknown placeholder, a function left open, two comparisons in one) this refuses it when it is read.
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from warroom.console.domain.conditions.gonumbers import parse_float, parse_integer

SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
"""What counts as space: Unicode's White_Space, and nothing Python adds to it."""
_OPERATORS = ("==", "!=", "<=", ">=", ">", "<")
"""In the order in which they are looked for when no placeholder says which one is meant."""
_OPERATOR = re.compile(" (==|!=|<=|>=|>|<) ")
_BRACKETS = re.compile(r"\[[A-Za-z_]+\]")
_MEASURED = re.compile(r"(?:(?:len|has)\()?\[[A-Za-z_]+\]")
BODY = "[BODY]"
VALUE = "[VALUE]"
STATUS = "[STATUS]"
CERTIFICATE = "[CERTIFICATE_EXPIRATION]"
RCODE = "[DNS_RCODE]"
_PLACEHOLDERS = (STATUS, "[RESPONSE_TIME]", BODY, "[CONNECTED]", "[IP]", CERTIFICATE, VALUE, RCODE)
_UNSUPPORTED = ("[DOMAIN_EXPIRATION]", "[CONTEXT]")
_COUNTING = ("metrics", "prometheus", "sentry", "alertmanager", "statuspage", "command", "dns")
_WEB = ("http", "metrics", "prometheus", "sentry", "alertmanager", "statuspage")
_MEASURED_BY = {
    VALUE: _COUNTING,
    STATUS: (*_WEB, "command"),
    CERTIFICATE: (*_WEB, "tcp"),
    "[IP]": (*_WEB, "tcp", "dns"),
    RCODE: ("dns",),
}
"""The kinds of probes that know a placeholder; the others are known to all."""
_EXAMPLES = {"http": "[STATUS] == 200", "tcp": "[CONNECTED] == true", "dns": "[DNS_RCODE] == NOERROR"}


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


@lru_cache(maxsize=1024)
def parse(text: str) -> Condition:
    """Read a condition.

    Raises:
        ConditionError: it is none.
    """
    match = _comparison(text)
    left, right = (_operand(side.strip(SPACE)) for side in (text[: match.start()], text[match.end() :]))
    condition = Condition(text, left, match[1], right)
    _check_sides(condition)
    return condition


def check_condition(text: str, kind: str = "http") -> str | None:
    """What is wrong with a condition of a probe of this kind, with an example of a right one; none if nothing is."""
    try:
        condition = parse(text)
    except ConditionError as error:
        return str(error)
    for placeholder, kinds in _MEASURED_BY.items():
        if condition.uses(placeholder) and kind not in kinds:
            listed = f"{', '.join(kinds[:-1])} and {kinds[-1]}" if len(kinds) > 1 else kinds[0]
            example = _EXAMPLES.get(kind, "[VALUE] < 1")
            article = "an" if kind[0] in "aeh" else "a"
            return f'{placeholder} belongs to {listed} probes; {article} {kind} probe has e.g. "{example}"'
    return None


def _comparison(text: str) -> re.Match[str]:
    """Find the operator that compares: the one next to a placeholder, else the first in Gatus's order."""
    found = list(_OPERATOR.finditer(text))
    if not found:
        raise ConditionError(
            f'{_quoted(text)} compares nothing: expected spaces around an operator, e.g. "[STATUS] == 200"'
        )
    for match in found:
        if _MEASURED.match(text[: match.start()].strip(SPACE)):
            return match
    for match in found:
        if _MEASURED.match(text[match.end() :].strip(SPACE)):
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
    if name == BODY and rest[:1] in (".", "["):
        return Operand(text, function, name, rest.removeprefix("."))
    if rest:
        example = "[BODY].status" if name == BODY else name
        raise ConditionError(f'{_quoted(inner)}: nothing can follow {name} like this, e.g. "{example} == 200"')
    return Operand(text, function, name)


def _check_sides(condition: Condition) -> None:
    for side, other in (condition.sides, condition.sides[::-1]):
        if side.placeholder or side.function is not Function.NONE:
            continue
        for match in _OPERATOR.finditer(side.text):
            if match[1] == condition.operator or condition.operator not in ("==", "!="):
                raise ConditionError(f"{_quoted(condition.text)} compares more than once; write two conditions")
        if _BRACKETS.fullmatch(side.text) and other.placeholder != BODY:
            raise ConditionError(f"{side.text} is no placeholder; there are {', '.join(_PLACEHOLDERS)}")
        if other.placeholder == VALUE and other.function is Function.NONE and number_of(side.text) is None:
            raise ConditionError(f'{_quoted(side.text)} is no number to hold [VALUE] against, e.g. "[VALUE] < 0.5"')
    if condition.uses(VALUE) and any(side.function is not Function.NONE for side in condition.sides):
        raise ConditionError('[VALUE] is a number and takes no function, e.g. "[VALUE] < 0.5"')


def number_of(text: str) -> float | None:
    """The number a text stands for, as `[VALUE]` is held against; none if it is none."""
    integer = parse_integer(text)
    return parse_float(text) if integer is None else float(integer)


def _quoted(text: str) -> str:
    return f'"{text}"'
