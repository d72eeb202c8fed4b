"""The error rate over time: the readings, the limit, the times without readings, and what was done meanwhile."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from warroom.console.domain import events as e
from warroom.console.domain.model import Run, RunState
from warroom.console.reports.answers import ERROR_RATE, goes_back, unit, version_of
from warroom.console.reports.blocks import Block, Text
from warroom.console.reports.pictures import Chart, Line, Mark, Point, Share, Span
from warroom.console.reports.source import Material, Reading

MARGIN = timedelta(minutes=10)
"""Shown before impact and after the end, as far as there are readings."""
_MISSED = 3
"""Readings that must be missing in a row before the line is broken."""


def error_rate(material: Material) -> tuple[Block, ...]:
    """The chart; a sentence where no reading was kept."""
    probes = [one.probe for one in material.incident.verdicts.values() if one.role == ERROR_RATE]
    begin, end = material.incident.moments["impact"] - MARGIN, _end(material)
    lines = tuple(
        Line(probe, tuple(_points(found)))
        for probe in dict.fromkeys(probes)
        if (found := [one for one in material.samples if one.probe == probe and begin <= one.at <= end])
    )
    known = [point.at for line in lines for point in line.points if point.value is not None]
    if not known:
        return (Text("No reading of the error rate was kept."),)
    begin, end = max(begin, min(known)), min(end, max(*known, _last_deed(material) or known[-1]))
    begin = min(begin, material.incident.moments["impact"])
    limit, words = _limit(material)
    return (
        Chart(
            title="Error rate",
            unit=unit(material),
            begin=begin,
            end=max(end, begin + timedelta(seconds=1)),
            lines=lines,
            gaps=tuple(gap for line in lines for gap in _gaps(line.points, begin, end)),
            limit=limit,
            limit_text=words,
            marks=tuple(sorted(_marks(material, begin, end), key=lambda mark: mark.at)),
            shares=_joined(_shares(material, begin, end)),
        ),
    )


def _end(material: Material) -> datetime:
    known = material.incident.moments
    over = known.get("resolved") or known.get("mitigated")
    return material.now if over is None else over + MARGIN


def _last_deed(material: Material) -> datetime | None:
    known = material.incident.moments
    return known.get("resolved") or known.get("mitigated")


def _points(samples: Sequence[Reading]) -> Iterator[Point]:
    for sample in samples:
        good = sample.value is not None and math.isfinite(sample.value)
        yield Point(sample.at, sample.value if good else None)


def _gaps(points: Sequence[Point], begin: datetime, end: datetime) -> Iterator[Span]:
    """Where several readings in a row are missing or say nothing; also before the first and after the last."""
    known = [point.at for point in points if point.value is not None]
    usual = median([(later - earlier).total_seconds() for earlier, later in pairwise(known)] or [60.0])
    longest = timedelta(seconds=_MISSED * max(usual, 1.0))
    for earlier, later in pairwise([begin, *known, end]):
        if later - earlier > longest:
            yield Span(earlier, later)


def _limit(material: Material) -> tuple[float | None, str]:
    """The protocol's figure: of its thresholds, else of the gates of its rollouts."""
    for threshold in material.incident.playbook.threshold:
        if threshold.role == ERROR_RATE and threshold.below is not None:
            return threshold.below, f"limit {threshold.below:g} {threshold.unit}".strip()
    for strategy in material.incident.playbook.strategy.values():
        for gate in strategy.gate:
            if gate.role == ERROR_RATE and gate.below is not None:
                return gate.below, f"limit {gate.below:g} {unit(material)}".strip()
    return None, ""


def _marks(material: Material, begin: datetime, end: datetime) -> Iterator[Mark]:
    known = material.incident.moments
    for name, kind in (("impact", "incident"), ("declared", "incident"), ("mitigated", "good"), ("resolved", "good")):
        if name in known and begin <= known[name] <= end:
            yield Mark(known[name], kind, name)
    for run in material.incident.runs.values():
        at = run.ended_at or run.started_at or run.requested_at
        if not run.rollout and changes_production(run) and begin <= at <= end:
            yield _deed(material, run, at)


def changes_production(run: Run) -> bool:
    """Whether a run was meant to change what users get."""
    return run.environment not in ("", "staging") and (run.danger != "free" or run.marks == "deployed")


def _deed(material: Material, run: Run, at: datetime) -> Mark:
    version = version_of(material, run)
    words = run.title if version in run.title else f"{run.title} {version}"
    if run.state in (RunState.FAILED, RunState.LOST, RunState.CANCELLED):
        return Mark(at, "failed", f"{words} {'outcome unknown' if run.state is RunState.LOST else run.state}")
    return Mark(at, "rollback" if goes_back(material, run) else "deploy", words)


def _shares(material: Material, begin: datetime, end: datetime) -> Iterator[Share]:
    """The stages of the rollouts, cut where a rollout was held, resumed, done or given up."""
    open_at: dict[str, tuple[datetime, int, bool]] = {}

    def close(rollout: str, at: datetime) -> Iterator[Share]:
        if rollout in open_at:
            since, percent, held = open_at.pop(rollout)
            if since < at:
                yield Share(max(since, begin), at, percent, held)

    for recorded in material.records:
        event, at = recorded.event, min(recorded.at, end)
        match event:
            case e.StageEntered(rollout=key, percent=percent):
                yield from close(key, at)
                open_at[key] = (at, percent, False)
            case e.RolloutHeld(rollout=key) | e.RolloutResumed(rollout=key) if key in open_at:
                percent = open_at[key][1]
                yield from close(key, at)
                open_at[key] = (at, percent, isinstance(event, e.RolloutHeld))
            case e.RolloutAborted(rollout=key):
                yield from close(key, at)
            case _:
                pass
    for key in tuple(open_at):
        yield from close(key, end)


def _joined(shares: Iterator[Share]) -> tuple[Share, ...]:
    """Neighbours that say the same as one: a hold that was lifted at once changed nothing."""
    joined: list[Share] = []
    for share in sorted(shares, key=lambda one: one.begin):
        last = joined[-1] if joined else None
        if last and (last.end, last.percent, last.held) == (share.begin, share.percent, share.held):
            joined[-1] = Share(last.begin, share.end, share.percent, share.held)
        else:
            joined.append(share)
    return tuple(joined)
