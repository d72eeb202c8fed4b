"""Probes of kind `prometheus`: the query API of Prometheus and what is compatible with it.

`GET {url}/api/v1/query?query=…` answers `{"status", "data": {"resultType", "result"}, "errorType", "error"}`; values
are texts and may be `NaN` or `+Inf`; an empty result is a success without data. Of several series the worst by the
conditions counts: the highest where a limit is an upper one, the lowest where it is a lower one.
"""

import contextlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from warroom.config.settings import Probe
from warroom.console.domain.conditions.language import VALUE, Condition, number_of
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.monitor.exchange import Answer, Request
from warroom.console.monitor.http import Web
from warroom.console.monitor.probes.document import LIST_LIMIT, NoValue, text_of
from warroom.console.monitor.probes.judge import conditions_of, judged_value, no_data, warnings_of
from warroom.console.monitor.probes.question import below, request_of
from warroom.console.monitor.reasons import short

_INSTANT, _RANGE = "/api/v1/query", "/api/v1/query_range"
_LONG_QUERY = 1500
"""Characters from which a query is posted: proxies refuse longer addresses."""
MOST_POINTS = 11_000
"""Prometheus refuses to answer with more points of a series."""
CHART_POINTS = 360
"""Points that fill a chart of the widest screen, two to a column and some to spare."""
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_SHOWN_WARNINGS = 3
_DIRECTION = {"<": 1.0, "<=": 1.0, ">": -1.0, ">=": -1.0}


class Line(NamedTuple):
    """One number of an answer, and the labels of its series."""

    value: float
    labels: Mapping[str, Any]


async def read(probe: Probe, web: Web) -> Sample:
    """Ask once. Whatever is not a finite number is unknown, with the reason."""
    answer = await web.ask(_question(probe, _INSTANT, {}))
    try:
        envelope = _envelope(answer)
        sample = _judged(probe, answer, list(_lines(envelope)))
        return replace(sample, details=(*sample.details, *_warnings(envelope)))
    except NoValue as error:
        return no_data(probe, answer, str(error))


def _judged(probe: Probe, answer: Answer, lines: list[Line]) -> Sample:
    """The worst line, judged. One without end, which no limit can be held against, is no good news of the others.

    Raises:
        NoValue: no line has a number, or the worst has no end and the others are within their limits.
    """
    finite = [line for line in lines if math.isfinite(line.value)]
    worst = _worst(probe, lines)
    if not finite:
        raise NoValue(f"no data: the query gives {_written(worst.value)}")
    counted = _worst(probe, finite)
    said: tuple[str, ...] = (
        () if len(finite) == 1 else (f"the worst of {len(finite)} series: {_named(counted.labels)}",)
    )
    endless = math.isinf(worst.value)
    if endless:
        said += (f"{_written(worst.value)}: {_named(worst.labels)}",)
    sample = judged_value(probe, answer, counted.value, said)
    if endless and sample.status is Status.OK:
        raise NoValue(f"no data: of {len(lines)} series one gives {_written(worst.value)}: {_named(worst.labels)}")
    return sample


async def past(
    probe: Probe, web: Web, since: datetime, now: datetime, points: int = CHART_POINTS
) -> tuple[Sample, ...]:
    """What the query gave between two moments, oldest first, to fill a chart; at most `points` readings.

    Each is judged like a reading of now. A moment without a number is left out; so is everything when the server can't
    tell. Readings that are made later belong behind these.
    """
    span = max(now - since, timedelta(seconds=1))
    step = max(span / min(max(points, 1), MOST_POINTS - 1), probe.every, timedelta(seconds=1))
    bounds = {
        "start": f"{since.timestamp():.3f}",
        "end": f"{now.timestamp():.3f}",
        "step": f"{step.total_seconds():.3f}",
    }
    answer = await web.ask(replace(_question(probe, _RANGE, bounds), body_limit=LIST_LIMIT))
    answered = replace(answer, latency_ms=None, body=b"", hold=timedelta(0), certificate_left=timedelta(0))
    try:
        columns = sorted(_columns(_envelope(answer)).items())
    except NoValue:
        return ()
    found: list[Sample] = []
    for at, lines in columns:
        with contextlib.suppress(NoValue):
            found.append(replace(_judged(probe, replace(answered, at=at), lines), details=()))
    return tuple(found)


def _question(probe: Probe, path: str, bounds: Mapping[str, str]) -> Request:
    parameters = urlencode({"query": probe.query, **bounds})
    base = probe.url.removesuffix(_INSTANT)
    request = request_of(probe)
    if len(parameters) <= _LONG_QUERY:
        return replace(request, url=below(base, path, parameters))
    return replace(
        request,
        url=below(base, path),
        method="POST",
        body=parameters,
        headers={**request.headers, **_FORM},
        repeatable=True,
    )


def _envelope(answer: Answer) -> dict[str, Any]:
    """The answer as an object; errors come as one too, with statuses from 400 up, unless a proxy answers."""
    if answer.error is not None:
        raise NoValue(answer.error)
    if answer.cut:
        raise NoValue("the answer is too long: narrow the query")
    try:
        envelope = json.loads(answer.body)
    except (ValueError, RecursionError):
        envelope = None
    if not isinstance(envelope, dict) or "status" not in envelope:
        raise NoValue(f"status {answer.status}, and not an answer of the Prometheus API")
    if envelope.get("status") != "success":
        raise NoValue(short(f"{envelope.get('errorType', 'error')}: {envelope.get('error', 'no reason given')}"))
    return envelope


def _lines(envelope: Mapping[str, Any]) -> Iterator[Line]:
    """The numbers of an instant answer, with or without an end; what is none is left out, unless nothing remains."""
    kind, result = _result(envelope)
    found: list[tuple[object, Mapping[str, Any]]] = []
    match kind, result:
        case "scalar", [_, text]:
            found = [(text, {})]
        case "vector", []:
            raise NoValue("no data: the query matches nothing")
        case "vector", [*items] if all(_is_point(item) for item in items):
            found = [(item["value"][1], _labels(item)) for item in items]
        case _:
            raise NoValue(f"expected a number, the query gives a {short(str(kind), 40)}")
    numbers = [Line(number, labels) for text, labels in found if (number := _number(text)) is not None]
    if not numbers:
        raise NoValue(f"no data: the query gives {short(str(found[0][0]), 40)}")
    yield from numbers


def _columns(envelope: Mapping[str, Any]) -> dict[datetime, list[Line]]:
    """The numbers of a range answer by their moments."""
    kind, result = _result(envelope)
    if kind != "matrix" or not isinstance(result, list):
        raise NoValue(f"expected a range, the query gives a {short(str(kind), 40)}")
    columns: dict[datetime, list[Line]] = {}
    for series in result:
        values = series.get("values") if isinstance(series, dict) else None
        for point in values if isinstance(values, list) else ():
            match point:
                case [int() | float() as moment, text] if (number := _number(text)) is not None:
                    columns.setdefault(_moment(moment), []).append(Line(number, _labels(series)))
    return columns


def _result(envelope: Mapping[str, Any]) -> tuple[Any, Any]:
    data = envelope.get("data")
    return (data.get("resultType"), data.get("result")) if isinstance(data, dict) else (None, None)


def _is_point(item: object) -> bool:
    return isinstance(item, dict) and isinstance(item.get("value"), list) and len(item["value"]) == 2


def _labels(series: Mapping[str, Any]) -> Mapping[str, Any]:
    labels = series.get("metric")
    return labels if isinstance(labels, dict) else {}


def _moment(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise NoValue("a moment that no calendar has") from None


def _number(text: object) -> float | None:
    try:
        number = float(text) if isinstance(text, str) else math.nan
    except ValueError:
        return None
    return None if math.isnan(number) else number


def _written(value: float) -> str:
    """A number without end as Prometheus writes it."""
    return "+Inf" if value > 0 else "-Inf"


def _worst(probe: Probe, lines: list[Line]) -> Line:
    """Of several series the one that counts: the highest below an upper limit, the lowest above a lower one."""
    if len(lines) == 1:
        return lines[0]
    for condition in (*conditions_of(probe), *warnings_of(probe)):
        upwards = _upwards(condition)
        if upwards is not None:
            return max(lines, key=lambda line: (upwards * line.value, _named(line.labels)))
        if condition.uses(VALUE):
            return _furthest(condition, lines)
    raise NoValue(
        f"{len(lines)} series, and no condition says which is worst: expected one, e.g. sum(…) around the query"
    )


def _furthest(condition: Condition, lines: list[Line]) -> Line:
    """Of several series the furthest from the number that is wanted, or the nearest to the one that is not."""
    side = condition.right if condition.left.placeholder == VALUE else condition.left
    meant = number_of(side.text) or 0.0
    sign = -1.0 if condition.operator == "!=" else 1.0
    return max(lines, key=lambda line: (sign * abs(line.value - meant), _named(line.labels)))


def _upwards(condition: Condition) -> float | None:
    """1: a higher value is worse, -1: a lower one; none: the condition says neither."""
    direction = _DIRECTION.get(condition.operator)
    if direction is None or not condition.uses(VALUE):
        return None
    return direction if condition.left.placeholder == VALUE else -direction


def _named(labels: Mapping[str, Any]) -> str:
    return short(", ".join(f"{name}={value}" for name, value in sorted(labels.items())) or "without labels", 120)


def _warnings(envelope: Mapping[str, Any]) -> Iterator[str]:
    for key in ("warnings", "infos"):
        said = envelope.get(key)
        for text in said[:_SHOWN_WARNINGS] if isinstance(said, list) else ():
            if line := text_of(text):
                yield f"{key.removesuffix('s')}: {line}"
