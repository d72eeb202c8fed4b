"""The limits a chart and a table show: where a condition says that a figure is too high, or too low."""

from collections.abc import Iterator, Sequence
from typing import Literal

from warroom.config.settings import Probe
from warroom.console.domain.conditions.language import VALUE, Condition, number_of, parse
from warroom.console.domain.watch.verdict import Sample

RESPONSE_TIME = "[RESPONSE_TIME]"
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


_TIMED = ("http", "tcp")
"""Kinds that read no number of their own."""
_EITHER = ("dns", "command")
"""Kinds that may read one: a dns probe counts answers, which seldom says anything."""


def figure_drawn(probe: Probe, last: Sample | None) -> Literal["value", "latency"]:
    """What of a probe's readings is drawn and held against a limit: the number it reads, or how long that took."""
    if probe.kind in _TIMED:
        return "latency"
    if probe.kind not in _EITHER or any(parse(text).uses(VALUE) for text in (*probe.conditions, *probe.warn)):
        return "value"
    return "latency" if probe.kind == "dns" or last is None or last.value is None else "value"


def upper_limit(conditions: Sequence[str], measured: str = VALUE) -> float | None:
    """The lowest figure that what is measured must stay below; none where no condition names one."""
    return min(_figures(conditions, measured, ("<", "<=")), default=None)


def lower_limit(conditions: Sequence[str], measured: str = VALUE) -> float | None:
    """The highest figure that what is measured must stay above; none where no condition names one."""
    return max(_figures(conditions, measured, (">", ">=")), default=None)


def _figures(conditions: Sequence[str], measured: str, operators: tuple[str, ...]) -> Iterator[float]:
    for condition in map(parse, conditions):
        operator, text = _against(condition, measured)
        figure = number_of(text) if operator in operators else None
        if figure is not None:
            yield figure


def _against(condition: Condition, measured: str) -> tuple[str, str]:
    """How what is measured is compared, and with what: `500 > [RESPONSE_TIME]` is `<` and `500`."""
    if condition.left.placeholder == measured:
        return condition.operator, condition.right.text
    if condition.right.placeholder == measured:
        return _MIRRORED.get(condition.operator, ""), condition.left.text
    return "", ""
