"""Numbers and spans as Gatus reads and writes them, which is how Go does.

The syntax is that of Go's language specification (integer and floating-point literals) and of its `time` package;
integers are 64-bit. Conditions judged elsewhere keep their meaning here, down to `0x1F`, `0b10`, `1_000` and `1.5h`.
"""

import math
import re
from decimal import Decimal

INT64_MIN = -(2**63)
INT64_MAX = 2**63 - 1

_INTEGER = re.compile(
    r"(?P<sign>[+-]?)(?:0[bB](?P<b2>(?:_?[01])+)|0[oO](?P<b8>(?:_?[0-7])+)|0[xX](?P<b16>(?:_?[0-9a-fA-F])+)"
    r"|(?P<old8>0(?:_?[0-7])*)|(?P<b10>[1-9](?:_?[0-9])*))",
    re.ASCII,
)
_BASES = {"b2": 2, "b8": 8, "b16": 16, "old8": 8, "b10": 10}
_DIGITS = "[0-9](?:_?[0-9])*"
_HEX_DIGITS = "[0-9a-fA-F](?:_?[0-9a-fA-F])*"
_DECIMAL = re.compile(rf"[+-]?(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?", re.ASCII)
_HEXADECIMAL = re.compile(
    rf"[+-]?0[xX](?:_?{_HEX_DIGITS}(?:\.(?:{_HEX_DIGITS})?)?|\.{_HEX_DIGITS})[pP][+-]?{_DIGITS}", re.ASCII
)
_SPECIAL = re.compile(r"[+-]?inf(?:inity)?|nan", re.IGNORECASE | re.ASCII)
_SPAN = re.compile(r"(?P<sign>[+-]?)(?P<parts>(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)", re.ASCII)
_SPAN_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_NANOSECONDS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_LONGEST = 400
"""No number worth reading is longer; longer text is refused unread."""


def parse_integer(text: str) -> int | None:
    """Read a 64-bit integer with an optional base prefix; none if it is not one."""
    match = _INTEGER.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        return None
    name = next(name for name in _BASES if match[name] is not None)
    number = int(match[name].replace("_", ""), _BASES[name])
    number = -number if match["sign"] == "-" else number
    return number if INT64_MIN <= number <= INT64_MAX else None


def parse_float(text: str) -> float | None:
    """Read a floating-point number; none if it is not one, or too large for one."""
    if len(text) > _LONGEST:
        return None
    if _SPECIAL.fullmatch(text):
        return float(text)
    try:
        if _DECIMAL.fullmatch(text):
            number = float(text.replace("_", ""))
        elif _HEXADECIMAL.fullmatch(text):
            number = float.fromhex(text.replace("_", ""))
        else:
            return None
    except OverflowError:
        return None
    return None if math.isinf(number) else number


def parse_span(text: str) -> int | None:
    """Read a span such as `1h30m` or `-1.5s`, in nanoseconds; none if it is not one."""
    if text in ("0", "+0", "-0"):
        return 0
    match = _SPAN.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        return None
    total = 0
    for whole, fraction, unit in _SPAN_PART.findall(match["parts"]):
        size = _NANOSECONDS[unit]
        total += int(whole or "0") * size + (int(fraction) * size // 10 ** len(fraction) if fraction else 0)
    total = -total if match["sign"] == "-" else total
    return total if INT64_MIN <= total <= INT64_MAX else None


def span_milliseconds(nanoseconds: int) -> int:
    """Whole milliseconds of a span, cut towards zero."""
    return nanoseconds // 10**6 if nanoseconds >= 0 else -(-nanoseconds // 10**6)


def comparable(text: str) -> int:
    """The whole number that `<`, `<=`, `>` and `>=` compare: a span in milliseconds, an integer, a float cut towards
    zero; anything else is 0.
    """
    span = parse_span(text)
    if span:
        return span_milliseconds(span)
    integer = parse_integer(text)
    if integer is not None:
        return integer
    number = parse_float(text)
    if number is None:
        return 0
    if math.isnan(number) or not -(2.0**63) <= number < 2.0**63:
        return INT64_MIN  # what the conversion yields on the machines that Gatus runs on
    return int(number)


def format_float(number: float, exponent_from: int = 6, exponent_below: int = -4) -> str:
    """Write a number with the fewest digits that read back the same; the exponent has at least two digits.

    Args:
        exponent_from: decimal exponents from here on are written as such (`1e+21`).
        exponent_below: and those below this one.
    """
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "+Inf" if number > 0 else "-Inf"
    sign, digits, exponent = Decimal(repr(number)).as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits)).lstrip("0")
    point = len(text) + exponent
    text = text.rstrip("0")
    minus = "-" if sign else ""
    if not text:
        return minus + "0"
    power = point - 1
    if power < exponent_below or power >= exponent_from:
        mantissa = text[0] + ("." + text[1:] if len(text) > 1 else "")
        return f"{minus}{mantissa}e{'-' if power < 0 else '+'}{abs(power):02d}"
    if point <= 0:
        return f"{minus}0.{'0' * -point}{text}"
    if len(text) <= point:
        return minus + text + "0" * (point - len(text))
    return f"{minus}{text[:point]}.{text[point:]}"


def format_span(milliseconds: int) -> str:
    """Write a span in whole seconds without empty ends: `336h`, `1h30m`, `1h0m15s`, `0s`."""
    total = abs(milliseconds) // 1000
    if not total:
        return "0s"
    hours, rest = divmod(total, 3600)
    minutes, seconds = divmod(rest, 60)
    text = "-" if milliseconds < 0 else ""
    if hours:
        text += f"{hours}h"
    if minutes or (hours and seconds):
        text += f"{minutes}m"
    return text + (f"{seconds}s" if seconds else "")
