"""Probes of kind `http`: ask an address, hold the conditions against the answer."""

from collections.abc import Sequence
from dataclasses import replace

from warroom.config.settings import Probe
from warroom.console.domain.conditions.evaluation import Facts
from warroom.console.domain.conditions.language import Condition
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.monitor.exchange import Answer
from warroom.console.monitor.http import Web
from warroom.console.monitor.probes.judge import conditions_of, expects_silence, facts_of, held, sample_of
from warroom.console.monitor.probes.question import request_of
from warroom.console.monitor.reasons import short

_LONG = "the body is longer than {limit} KiB"


async def read(probe: Probe, web: Web) -> Sample:
    """Ask once. A target that cannot be asked, or not within the time limit, is failing.

    Only a condition on `[CONNECTED]` can make a failed exchange good: somebody expects it to fail.
    """
    request = request_of(probe, method=probe.method, body=probe.body)
    answer = await web.ask(request)
    facts = facts_of(answer)
    conditions = conditions_of(probe)
    sample = held(sample_of(probe, answer, Status.UNKNOWN, _error(answer, request.body_limit)), probe, facts)
    if sample.status is Status.OK and _spoilt(probe, answer, conditions):
        sample = replace(sample, status=Status.FAILING)
    if sample.status is Status.FAILING and sample.error is None:
        sample = replace(sample, error=_not_json(conditions, facts))
    return sample


def _error(answer: Answer, limit: int) -> str | None:
    if answer.error is None and answer.cut:
        return _LONG.format(limit=limit // 1024)
    return answer.error


def _spoilt(probe: Probe, answer: Answer, conditions: Sequence[Condition]) -> bool:
    """Whether the exchange failed although every condition holds."""
    if answer.error is not None:
        return answer.status > 0 or not expects_silence(probe)
    return answer.cut and any(condition.uses("[BODY]") for condition in conditions)


def _not_json(conditions: Sequence[Condition], facts: Facts) -> str | None:
    """Why the paths of the conditions led nowhere, if that is because the body is not JSON."""
    walks = any(side.path is not None for condition in conditions for side in condition.sides)
    if not walks or facts.document.problem is None:
        return None
    return short(f"the body is not JSON: {facts.document.problem}")
