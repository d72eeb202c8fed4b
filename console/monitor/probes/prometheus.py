"""Probes of kind `prometheus`: an instant query to the HTTP API of Prometheus and what is compatible with it.

`GET {url}/api/v1/query?query=…` answers `{"status", "data": {"resultType", "result"}, "errorType", "error"}`; values
are texts and may be `NaN` or `+Inf`; an empty result is a success without data.
"""

import json
import math
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from warroom.config.settings import Probe
from warroom.console.domain.verdict import Sample
from warroom.console.monitor.exchange import Answer, Request
from warroom.console.monitor.http import Web
from warroom.console.monitor.probes.http import request_of
from warroom.console.monitor.probes.judge import judged_value, no_data
from warroom.console.monitor.reasons import short

_PATH = "/api/v1/query"


class NoValue(Exception):
    """The answer holds no number; the message says why."""


async def read(probe: Probe, web: Web) -> Sample:
    """Ask once. Whatever is not a finite number is unknown, with the reason."""
    answer = await web.ask(_query(probe))
    if answer.error is not None:
        return no_data(probe, answer, answer.error)
    try:
        return judged_value(probe, answer, _value(answer))
    except NoValue as error:
        return no_data(probe, answer, str(error))


def _query(probe: Probe) -> Request:
    parts = urlsplit(probe.url)
    path = parts.path.rstrip("/")
    path = path if path.endswith(_PATH) else path + _PATH
    query = "&".join(filter(None, (parts.query, urlencode({"query": probe.query}))))
    return replace(request_of(probe), url=parts._replace(path=path, query=query, fragment="").geturl())


def _value(answer: Answer) -> float:
    if answer.cut:
        raise NoValue("the answer is too long: narrow the query")
    envelope = _envelope(answer)
    if envelope.get("status") != "success":
        raise NoValue(short(f"{envelope.get('errorType', 'error')}: {envelope.get('error', 'no reason given')}"))
    data = envelope.get("data")
    kind, result = (data.get("resultType"), data.get("result")) if isinstance(data, dict) else (None, None)
    match kind, result:
        case "scalar", [_, text]:
            return _number(text)
        case "vector", []:
            raise NoValue("no data: the query matches nothing")
        case "vector", [{"value": [_, text]}]:
            return _number(text)
        case "vector", [_, _, *_]:
            raise NoValue(f"{len(result)} series: expected one, e.g. sum(…) around the query")
        case _:
            raise NoValue(f"expected a number, the query gives a {short(str(kind), 40)}")


def _envelope(answer: Answer) -> dict[str, Any]:
    """The answer as an object; errors come as one too, with statuses from 400 up, unless a proxy answers."""
    try:
        envelope = json.loads(answer.body)
    except (ValueError, RecursionError):
        envelope = None
    if isinstance(envelope, dict) and "status" in envelope:
        return envelope
    raise NoValue(f"status {answer.status}, and not an answer of the Prometheus API")


def _number(text: object) -> float:
    try:
        number = float(text) if isinstance(text, str) else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise NoValue(f"no data: the query gives {short(str(text), 40)}")
    return number
