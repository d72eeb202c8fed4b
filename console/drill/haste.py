"""Waiting times of a protocol, shortened for a drill. Limits stay as they are: those are for people to keep."""

from dataclasses import replace
from datetime import timedelta

from warroom.console.domain.playbook import Clock, Playbook
from warroom.console.domain.strategy import Threshold
from warroom.console.domain.time.limit import Limit


def hasten(playbook: Playbook, pace: float) -> Playbook:
    """The playbook with everything that is only sat out divided by `pace`."""
    if pace == 1:
        return playbook
    return replace(
        playbook,
        clock=tuple(_clock(clock, pace) for clock in playbook.clock),
        threshold=tuple(_threshold(threshold, pace) for threshold in playbook.threshold),
        decision=replace(playbook.decision, objection=_span(playbook.decision.objection, pace)),
    )


def _clock(clock: Clock, pace: float) -> Clock:
    if not clock.window:
        return clock
    return replace(
        clock,
        limit=None if clock.limit is None else _limit(clock.limit, pace),
        limits={level: _limit(limit, pace) for level, limit in clock.limits.items()},
    )


def _threshold(threshold: Threshold, pace: float) -> Threshold:
    return replace(threshold, watch=_span(threshold.watch, pace))


def _limit(limit: Limit, pace: float) -> Limit:
    return replace(limit, min=_span(limit.min, pace), max=_span(limit.max, pace))


def _span(span: timedelta | None, pace: float) -> timedelta | None:
    # Whole seconds: that is what clocks show, and what a playbook can be written down with.
    return None if span is None else max(timedelta(seconds=round(span.total_seconds() / pace)), timedelta(seconds=1))
