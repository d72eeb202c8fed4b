"""Whether a configured probe can be read at all, said when it is loaded."""

from collections.abc import Iterator
from datetime import timedelta

from warroom.config.checks import url_problem
from warroom.config.errors import dotted
from warroom.config.probe_check import check_probe_keys
from warroom.config.settings import Probe
from warroom.console.domain.conditions.language import check_condition
from warroom.console.monitor.probes.selector import check_selector

SHORTEST_INTERVAL = timedelta(seconds=1)
"""More often is a load test."""


def check_probe(probe: Probe) -> tuple[tuple[str, str], ...]:
    """Everything wrong with a probe: the key (`conditions[1]`) and the problem with an example of a right one."""
    found = dict(_problems(probe))
    for loc, problem, example in check_probe_keys(probe, url_problem):
        said = problem if not example or "e.g." in problem else f"{problem}, e.g. {example}"
        found.setdefault(dotted(loc), said)
    return tuple(found.items())


def _problems(probe: Probe) -> Iterator[tuple[str, str]]:
    if not probe.name.strip():
        yield "name", 'expected a name, e.g. "api /health"'
    for key, texts in (("conditions", probe.conditions), ("warn", probe.warn)):
        for index, text in enumerate(texts):
            yield from _named(f"{key}[{index}]", check_condition(text, probe.kind))
    if probe.every < SHORTEST_INTERVAL:
        yield "every", 'expected at least a second, e.g. "5s"'
    if probe.kind == "metrics":
        yield from _metrics_problems(probe)


def _metrics_problems(probe: Probe) -> Iterator[tuple[str, str]]:
    if probe.metric and probe.numerator:
        yield (
            "metric",
            'a metrics probe needs either metric, e.g. "queue_depth", or numerator, e.g. "http_errors_total"',
        )
    if probe.denominator and not probe.numerator:
        yield "denominator", "a denominator needs a numerator, e.g. 'http_requests_total{code=~\"5..\"}'"
    for key, text in (("metric", probe.metric), ("numerator", probe.numerator), ("denominator", probe.denominator)):
        if text:
            yield from _named(key, check_selector(text))


def _named(key: str, problem: str | None) -> Iterator[tuple[str, str]]:
    if problem is not None:
        yield key, problem
