"""Probes of kind `metrics`: scrape the Prometheus text format, compute the rate here.

With `metric` the value is that series as it stands. With `numerator` it is what that counter grew by over the window,
divided by the growth of `denominator`, or by the seconds if there is none; times `scale`.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from warroom.config.settings import Probe
from warroom.console.domain.time.duration import format_duration
from warroom.console.domain.watch.verdict import Sample
from warroom.console.monitor.exchange import Answer
from warroom.console.monitor.http import Web
from warroom.console.monitor.probes.document import NoValue
from warroom.console.monitor.probes.judge import judged_value, no_data
from warroom.console.monitor.probes.question import request_of
from warroom.console.monitor.probes.rates import Growth, Scrape, Window
from warroom.console.monitor.probes.selector import Selector, parse_selector

PAGE_LIMIT = 8 * 1024 * 1024
"""Bytes of a page of metrics that are read: pages of large programs exceed what a health body may have."""
_EXEMPLAR = re.compile(r"""\s#\s\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\.)*",?)*\}\s+\S+(?:\s+\S+)?\s*$""")
"""What OpenMetrics writes behind a sample."""
_ACCEPT = {"accept": "text/plain;version=0.0.4"}


async def read(probe: Probe, web: Web, window: Window) -> Sample:
    """Scrape once. Without a number, or without a rate yet, the sample is unknown, with the reason."""
    request = request_of(probe, method=probe.method, body=probe.body)
    answer = await web.ask(replace(request, headers=_ACCEPT | dict(request.headers), body_limit=PAGE_LIMIT))
    if answer.error is not None:
        return no_data(probe, answer, answer.error)
    try:
        value = _gauge(probe, answer) if probe.metric else _rate(probe, answer, window)
        if not math.isfinite(value):
            raise NoValue(f"no data: the metric gives {value}")
    except NoValue as error:
        return no_data(probe, answer, str(error))
    return judged_value(probe, answer, value)


def _gauge(probe: Probe, answer: Answer) -> float:
    found = _series(answer, parse_selector(probe.metric))
    if not found:
        raise NoValue(f"no data: nothing matches {probe.metric}")
    if len(found) > 1:
        raise NoValue(f"{len(found)} series match {probe.metric}: expected one, add labels")
    return next(iter(found.values())) * probe.scale


def _rate(probe: Probe, answer: Answer, window: Window) -> float:
    numerator = _series(answer, parse_selector(probe.numerator))
    if not numerator and not _declared(answer, parse_selector(probe.numerator).name):
        raise NoValue(f"no data: nothing matches {probe.numerator}")
    denominator = _series(answer, parse_selector(probe.denominator)) if probe.denominator else {}
    if probe.denominator and not denominator:
        raise NoValue(f"no data: nothing matches {probe.denominator}")
    growth = window.add(Scrape(answer.at, numerator, denominator))
    if growth is None:
        raise NoValue("no rate yet: it takes two scrapes")
    return _divided(growth, probe) * probe.scale


def _divided(growth: Growth, probe: Probe) -> float:
    if not probe.denominator:
        return growth.numerator / growth.span.total_seconds()
    if growth.denominator <= 0:
        raise NoValue(f"no data: no traffic in the last {format_duration(max(growth.span, probe.span))}")
    return growth.numerator / growth.denominator


def _series(answer: Answer, selector: Selector) -> dict[str, float]:
    """The series of a page that a selector means, by name and labels.

    Raises:
        NoValue: there is no such page.
    """
    if answer.status != 200:
        raise NoValue(f"status {answer.status} instead of a page of metrics")
    if answer.cut:
        raise NoValue(f"the page of metrics is longer than {PAGE_LIMIT // 1024 // 1024} MiB")
    try:
        found = list(_parsed(answer.body.decode("utf-8", "replace"), selector.name))
    except (ValueError, IndexError, KeyError):
        raise NoValue("not a page of metrics in the Prometheus text format") from None
    # Newer formats name a counter without its suffix and write it with one: either is meant, the exact one first.
    for name in (selector.name, f"{selector.name}_total"):
        series = {
            f"{name}{sorted(labels.items())}": value
            for written, labels, value in found
            if written == name and selector.takes(labels) and not math.isnan(value)
        }
        if series:
            return series
    return {}


def _declared(answer: Answer, name: str) -> bool:
    """Whether a page knows a metric, even if no series of it is born yet: no error so far is 0, a typo is not."""
    names = "|".join(re.escape(each) for each in {name, name.removesuffix("_total")})
    return (
        re.search(rf"^(?:#\s*(?:TYPE|HELP)\s+)?(?:{names})[\s{{]", answer.body.decode("utf-8", "replace"), re.M)
        is not None
    )


def _parsed(page: str, name: str) -> Iterator[tuple[str, Mapping[str, str], float]]:
    """The samples of one name. The other lines are left out first: reading them is what takes time."""
    from prometheus_client.parser import text_string_to_metric_families

    lines = [_EXEMPLAR.sub("", line) for line in page.split("\n") if line.lstrip().startswith(name)]
    for family in text_string_to_metric_families("\n".join(lines) + "\n"):
        for sample in family.samples:
            yield sample.name, sample.labels, sample.value
