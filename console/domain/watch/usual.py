"""What is usual for a probe, and how far a reading is from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median

from warroom.console.domain.action import Danger
from warroom.console.domain.model import Incident, RunState
from warroom.console.domain.watch.figure import written
from warroom.console.domain.watch.verdict import ConditionResult, Sample, Status

_PRODUCTION = "production"
LEAST = 10
"""Readings that it takes to know what is usual."""
BEFORE_IMPACT = timedelta(hours=1)
BEFORE_DEPLOY = timedelta(minutes=10)
SETTLED = timedelta(minutes=5)
"""While nothing burns, the newest readings are no part of what is usual: they are what is compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """The middle of a probe's readings over a span."""

    figure: float | None = None
    """None: too few readings to tell."""
    count: int = 0
    """Readings it was told from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """What a probe's readings are held against."""

    usual: Usual = Usual()
    """Before impact; while nothing burns, over the last hour."""
    deployed: Usual | None = None
    """Before the last deploy; none: there was none."""


def figure_of(sample: Sample) -> float | None:
    """What of a reading is compared: its value, or how long the answer took where it has none."""
    return sample.latency_ms if sample.value is None else sample.value


def usual_of(samples: Iterable[Sample]) -> Usual:
    """The median of what was read; unknown of fewer than ten readings."""
    figures: list[float] = []
    for sample in samples:
        if (figure := figure_of(sample)) is not None:
            figures += [figure] * sample.readings
    return Usual(figure=median(figures) if len(figures) >= LEAST else None, count=len(figures))


def held_against(sample: Sample, usual: Usual, worst: float) -> Sample:
    """The sample, failing if it is more than `worst` times the usual, and unknown if nothing else judges it and
    nobody knows what is usual."""
    figure = figure_of(sample)
    if sample.status is Status.UNKNOWN or figure is None:
        return sample
    condition = f"[BASELINE] < {worst:g}"
    if usual.figure is None:
        word = f"{condition}: what is usual is not known yet, {usual.count} of {LEAST} readings"
        if sample.conditions:
            return replace(sample, details=(*sample.details, word))
        return replace(sample, status=Status.UNKNOWN, error=word)
    if usual.figure <= 0:
        return replace(sample, details=(*sample.details, f"{condition}: usually 0, so there is no ratio"))
    ratio = figure / usual.figure
    if ratio < worst:
        return replace(sample, conditions=(*sample.conditions, ConditionResult(condition, True, condition)))
    shown = f"[BASELINE] ({written(ratio)}) < {worst:g}, usually {_quantity(usual.figure, sample)}"
    return replace(
        sample, status=Status.FAILING, conditions=(*sample.conditions, ConditionResult(condition, False, shown))
    )


def compared(sample: Sample, yardstick: Yardstick) -> str:
    """`4.3x the usual 210 ms; 1.2x of before the deploy (690 ms)`; empty where there is nothing to compare."""
    figure = figure_of(sample)
    if figure is None or sample.status is Status.UNKNOWN:
        return ""
    words = []
    usual, deployed = yardstick.usual, yardstick.deployed
    if usual.figure is not None:
        words.append(f"{_times(figure, usual.figure)} usual {_quantity(usual.figure, sample)}")
    elif usual.count:
        words.append(f"what is usual is not known: {usual.count} of {LEAST} readings")
    if deployed is not None and deployed.figure is not None:
        before = _quantity(deployed.figure, sample)
        words.append(f"{_change(figure, deployed.figure)} since the deploy ({before} before)")
    elif deployed is not None:
        words.append("too few readings before the deploy")
    return "; ".join(words)


def burning_since(incidents: Iterable[Incident], service: str) -> datetime | None:
    """Since when the service is hurt, by its open incidents; none: nothing burns."""
    return min((one.moments["impact"] for one in incidents if one.service == service and not one.over), default=None)


def deployed_at(incidents: Iterable[Incident], service: str) -> datetime | None:
    """When production was last changed by a run, as far as incidents know; what only looked at it changed nothing."""
    return max(
        (
            run.started_at
            for one in incidents
            if one.service == service
            for run in one.runs.values()
            if run.environment == _PRODUCTION and run.danger != Danger.FREE
            if run.state is RunState.SUCCEEDED and run.started_at is not None
        ),
        default=None,
    )


def span_of(samples: Sequence[Sample], since: datetime, until: datetime) -> tuple[Sample, ...]:
    """The samples from `since` on and before `until`."""
    return tuple(sample for sample in samples if since <= sample.at < until)


def _quantity(figure: float, sample: Sample) -> str:
    unit = "ms" if sample.value is None else sample.unit
    return f"{written(figure)} {unit}".rstrip()


def _times(figure: float, usual: float) -> str:
    if usual <= 0:
        return "against the"
    times = figure / usual
    return f"{times:.2g}x the" if times < 10 else f"{written(round(times))}x the"


def _change(figure: float, before: float) -> str:
    if before <= 0:
        return "changed" if figure != before else "unchanged"
    change = (figure / before - 1) * 100
    return "unchanged" if abs(change) < 1 else f"{change:+.0f} %"
