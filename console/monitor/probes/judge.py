"""From what was measured to a sample."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from warroom.config.settings import Probe
from warroom.console.domain.conditions.evaluation import Facts, evaluate
from warroom.console.domain.conditions.jsonpath import Document
from warroom.console.domain.conditions.language import Condition, parse
from warroom.console.domain.text import clean
from warroom.console.domain.time.duration import format_duration
from warroom.console.domain.watch.verdict import ConditionResult, Sample, Status
from warroom.console.monitor.exchange import Answer
from warroom.console.monitor.probes.secrecy import MASK, is_secret_header
from warroom.console.monitor.reasons import short

_DEFAULT_CONDITIONS = {
    "http": ("[CONNECTED] == true", "[STATUS] < 400"),
    "tcp": ("[CONNECTED] == true",),
    "dns": ("[DNS_RCODE] == NOERROR", "has([BODY]) == true"),
    "command": ("[STATUS] == 0",),
    "alertmanager": ("[VALUE] == 0",),
    "statuspage": ("[VALUE] < 2",),
}
"""What holds a probe that names no condition."""
_DEFAULT_WARN = {"statuspage": ("[VALUE] == 0",)}
"""What marks one that names no limit at all."""
_UNIT_LIMIT = 20
RAW_LIMIT = 2000
_HEADERS_SHOWN = 12
_HEADER_LIMIT = 120
"""Bytes of an answer that a sample shows."""


def conditions_of(probe: Probe) -> tuple[Condition, ...]:
    """The conditions of a probe, read.

    Raises:
        ConditionError: one of them is none.
    """
    return tuple(map(parse, probe.conditions or _DEFAULT_CONDITIONS.get(probe.kind, ())))


def warnings_of(probe: Probe) -> tuple[Condition, ...]:
    """The softer limits of a probe, read.

    Raises:
        ConditionError: one of them is none.
    """
    texts = probe.warn if probe.warn or probe.conditions else _DEFAULT_WARN.get(probe.kind, ())
    return tuple(map(parse, texts))


def expects_silence(probe: Probe) -> bool:
    """Whether a condition on `[CONNECTED]` can make good that there was no connection."""
    return any(condition.uses("[CONNECTED]") for condition in conditions_of(probe))


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
    if answer.hold:
        asks = f"asks to be left alone for {format_duration(answer.hold)}"
        error = f"{short(error, 140)}; {asks}" if error else asks
    return Sample(
        probe=probe.name,
        at=answer.at,
        status=status,
        latency_ms=answer.latency_ms,
        unit=probe.unit[:_UNIT_LIMIT],
        error=short(error) if error else None,
        reached=answer.reached,
        hold=answer.hold,
        raw=answer.body[:RAW_LIMIT].decode("utf-8", "replace"),
        head=head_of(answer),
        certificate_left=answer.certificate_left or None,
    )


def head_of(answer: Answer) -> tuple[str, ...]:
    """The status and the headers of an answer; what may be a secret is not shown."""
    if not answer.status:
        return ()
    lines = [
        f"{name}: {MASK if is_secret_header(name) else value[:_HEADER_LIMIT]}"
        for name, value in list(answer.headers.items())[:_HEADERS_SHOWN]
    ]
    return (f"HTTP {answer.status}", *lines)


def no_data(probe: Probe, answer: Answer, reason: str) -> Sample:
    """Nothing was learnt: unknown, with the reason."""
    return sample_of(probe, answer, Status.UNKNOWN, answer.error or reason)


def unknown(probe: Probe, at: datetime, reason: str) -> Sample:
    """Nothing was even asked: unknown, with the reason."""
    return Sample(probe=probe.name, at=at, status=Status.UNKNOWN, error=short(reason), unit=probe.unit[:_UNIT_LIMIT])


def held(sample: Sample, probe: Probe, facts: Facts) -> Sample:
    """The sample with its conditions held against the facts: ok if all hold."""
    results = tuple(_harmless(evaluate(condition, facts)) for condition in conditions_of(probe))
    status = Status.OK if all(result.ok for result in results) else Status.FAILING
    warning = _warning(probe, facts)
    return replace(sample, status=status, conditions=results, warned=bool(warning), warning=warning)


def judged_value(probe: Probe, answer: Answer, value: float, details: Sequence[str] = ()) -> Sample:
    """The sample of a probe that reads a number."""
    sample = replace(sample_of(probe, answer, Status.OK, None), value=value, details=tuple(details))
    return held(sample, probe, replace(facts_of(answer), value=value))


def _harmless(result: ConditionResult) -> ConditionResult:
    """What was measured may be any text."""
    return result if result.ok else replace(result, shown=clean(result.shown))


def _warning(probe: Probe, facts: Facts) -> str:
    """Which softer limit does not hold; empty if all do."""
    for condition in warnings_of(probe):
        result = evaluate(condition, facts)
        if not result.ok:
            return short(result.shown)
    left = timedelta(milliseconds=facts.certificate_ms)
    if left and left < probe.certificate_warning:
        return f"the certificate ends in {_coarse(left)}" if left > timedelta(0) else "the certificate has ended"
    return ""


def _coarse(span: timedelta) -> str:
    if span >= timedelta(days=2):
        return f"{span.days} days"
    return format_duration(timedelta(minutes=max(span // timedelta(minutes=1), 1)))
