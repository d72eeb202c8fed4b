"""Whether a configured probe can be read at all, said when it is loaded."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from warroom.config.settings import Probe
from warroom.console.domain.conditions import check_condition
from warroom.console.monitor.probes.selector import check_selector

SHORTEST_INTERVAL = timedelta(seconds=1)
"""More often is a load test."""


def check_probe(probe: Probe) -> tuple[tuple[str, str], ...]:
    """Everything wrong with a probe: the key (`conditions[1]`) and the problem with an example of a right one."""
    return tuple(_problems(probe))


def _problems(probe: Probe) -> Iterator[tuple[str, str]]:
    if not probe.name.strip():
        yield "name", 'expected a name, e.g. "api /health"'
    yield from _named("url", _check_url(probe.url))
    for key, texts in (("conditions", probe.conditions), ("warn", probe.warn)):
        for index, text in enumerate(texts):
            yield from _named(f"{key}[{index}]", check_condition(text, probe.kind))
    if probe.every < SHORTEST_INTERVAL:
        yield "every", 'expected at least a second, e.g. "5s"'
    if probe.timeout <= timedelta(0):
        yield "timeout", 'expected more than nothing, e.g. "3s"'
    for key, count in (("failures", probe.failures), ("successes", probe.successes)):
        if count < 1:
            yield key, "expected at least 1, e.g. 3"
    if probe.kind == "prometheus" and not probe.query.strip():
        yield "query", "a prometheus probe needs a query, e.g. 'sum(rate(http_requests_total[1m]))'"
    if probe.kind == "metrics":
        yield from _metrics_problems(probe)


def _metrics_problems(probe: Probe) -> Iterator[tuple[str, str]]:
    if bool(probe.metric) is bool(probe.numerator):
        yield (
            "metric",
            'a metrics probe needs either metric, e.g. "queue_depth", or numerator, e.g. "http_errors_total"',
        )
    if probe.denominator and not probe.numerator:
        yield "denominator", "a denominator needs a numerator, e.g. 'http_requests_total{code=~\"5..\"}'"
    for key, text in (("metric", probe.metric), ("numerator", probe.numerator), ("denominator", probe.denominator)):
        if text:
            yield from _named(key, check_selector(text))
    if probe.window <= timedelta(0):
        yield "window", 'expected more than nothing, e.g. "1m"'


def _named(key: str, problem: str | None) -> Iterator[tuple[str, str]]:
    if problem is not None:
        yield key, problem


def _check_url(text: str) -> str | None:
    example = 'expected an http or https address, e.g. "https://example.com/health"'
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return example
    return None if usable and text == text.strip() and text.isprintable() and " " not in text else example
