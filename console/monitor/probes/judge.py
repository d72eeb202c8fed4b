"""From what was measured to a sample."""

from dataclasses import replace
from datetime import datetime

from warroom.config.settings import Probe
from warroom.console.domain.conditions import Condition, parse
from warroom.console.domain.evaluation import Facts, evaluate
from warroom.console.domain.jsonpath import Document
from warroom.console.domain.verdict import Sample, Status
from warroom.console.monitor.exchange import Answer
from warroom.console.monitor.reasons import short

DEFAULT_HTTP_CONDITIONS = ("[CONNECTED] == true", "[STATUS] < 400")
"""What holds an http probe that names no condition."""
_UNIT_LIMIT = 20


def conditions_of(probe: Probe) -> tuple[Condition, ...]:
    """The conditions of a probe, read.

    Raises:
        ConditionError: one of them is none.
    """
    texts = probe.conditions or (DEFAULT_HTTP_CONDITIONS if probe.kind == "http" else ())
    return tuple(map(parse, texts))


def facts_of(answer: Answer) -> Facts:
    """What conditions can look at."""
    return Facts(
        status=answer.status,
        response_ms=answer.latency_ms or 0.0,
        connected=answer.status > 0,
        ip=answer.ip,
        certificate_ms=int(answer.certificate_left.total_seconds() * 1000),
        document=Document(answer.body),
    )


def sample_of(probe: Probe, answer: Answer, status: Status, error: str | None) -> Sample:
    """A sample of an exchange, without conditions."""
    return Sample(
        probe=probe.name,
        at=answer.at,
        status=status,
        latency_ms=answer.latency_ms,
        unit=probe.unit[:_UNIT_LIMIT],
        error=short(error) if error else None,
        reached=answer.reached,
        hold=answer.hold,
    )


def no_data(probe: Probe, answer: Answer, reason: str) -> Sample:
    """Nothing was learnt: unknown, with the reason."""
    return sample_of(probe, answer, Status.UNKNOWN, answer.error or reason)


def unknown(probe: Probe, at: datetime, reason: str) -> Sample:
    """Nothing was even asked: unknown, with the reason."""
    return Sample(probe=probe.name, at=at, status=Status.UNKNOWN, error=short(reason), unit=probe.unit[:_UNIT_LIMIT])


def held(sample: Sample, probe: Probe, facts: Facts) -> Sample:
    """The sample with its conditions held against the facts: ok if all hold."""
    results = tuple(evaluate(condition, facts) for condition in conditions_of(probe))
    status = Status.OK if all(result.ok for result in results) else Status.FAILING
    return replace(sample, status=status, conditions=results, warned=_warned(probe, facts))


def judged_value(probe: Probe, answer: Answer, value: float) -> Sample:
    """The sample of a metrics or prometheus probe that has a value."""
    sample = replace(sample_of(probe, answer, Status.OK, None), value=value)
    return held(sample, probe, replace(facts_of(answer), value=value))


def _warned(probe: Probe, facts: Facts) -> bool:
    results = [evaluate(parse(text), facts) for text in probe.warn]
    return not all(result.ok for result in results)
