"""The limits a chart and a table show: where a condition says that a figure is too high, or too low."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from warroom.config.settings import Probe
from warroom.console.domain.conditions.gonumbers import comparable
from warroom.console.domain.conditions.language import CERTIFICATE, VALUE, Condition, number_of, parse
from warroom.console.domain.watch.verdict import Sample
from warroom.console.monitor.samples import Of

RESPONSE_TIME = "[RESPONSE_TIME]"
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


_TIMED = ("http", "tcp")
"""Kinds that read no number of their own."""
_EITHER = ("dns", "command")
"""Kinds that may read one: a dns probe counts answers, which seldom says anything."""


MEASURED: Mapping[Of, str] = {"value": VALUE, "latency": RESPONSE_TIME, "certificate": CERTIFICATE}
"""What conditions call each figure."""
_DAY_MS = 24 * 3600 * 1000.0


def figure_drawn(probe: Probe, last: Sample | None) -> Of:
    """What of a probe's readings is drawn and held against a limit: the number it reads, how long that took, or the
    days until its certificate ends, where that is all that a limit is set for."""
    if probe.kind in _TIMED:
        only_certificate = _uses(probe, CERTIFICATE) and not _uses(probe, RESPONSE_TIME)
        return "certificate" if only_certificate and probe.worse_than_baseline is None else "latency"
    if probe.kind not in _EITHER or _uses(probe, VALUE):
        return "value"
    return "latency" if probe.kind == "dns" or last is None or last.value is None else "value"


def _uses(probe: Probe, measured: str) -> bool:
    return any(parse(text).uses(measured) for text in (*probe.conditions, *probe.warn))


class Bound(NamedTuple):
    """A figure that what is measured must not cross."""

    figure: float
    holds: bool
    """The figure itself is still within: `<=`."""


def upper_limit(conditions: Sequence[str], measured: str = VALUE) -> Bound | None:
    """The lowest figure that what is measured must stay below; none where no condition names one."""
    return min(_bounds(conditions, measured, "<"), default=None)


def lower_limit(conditions: Sequence[str], measured: str = VALUE) -> Bound | None:
    """The highest figure that what is measured must stay above; none where no condition names one."""
    return max(_bounds(conditions, measured, ">"), key=lambda bound: (bound.figure, not bound.holds), default=None)


def _bounds(conditions: Sequence[str], measured: str, side: str) -> Iterator[Bound]:
    for condition in map(parse, conditions):
        operator, text = _against(condition, measured)
        figure = _figure(text, measured) if operator in (side, f"{side}=") else None
        if figure is not None:
            yield Bound(figure, operator.endswith("="))


def _figure(text: str, measured: str) -> float | None:
    """The number of a limit; of a time in milliseconds, of a certificate in days."""
    if measured == VALUE:
        return number_of(text)
    milliseconds = float(comparable(text))
    return milliseconds / _DAY_MS if measured == CERTIFICATE else milliseconds


def _against(condition: Condition, measured: str) -> tuple[str, str]:
    """How what is measured is compared, and with what: `500 > [RESPONSE_TIME]` is `<` and `500`."""
    if condition.left.placeholder == measured:
        return condition.operator, condition.right.text
    if condition.right.placeholder == measured:
        return _MIRRORED.get(condition.operator, ""), condition.left.text
    return "", ""
