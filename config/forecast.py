"""Sums over a playbook: can its own phases keep the limits it sets?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from warroom.config.finding import Finding, error, warning
from warroom.console.domain.playbook import Clock, Playbook
from warroom.console.domain.strategy import Strategy
from warroom.console.domain.time.duration import format_duration
from warroom.console.domain.time.limit import Limit

_FROM_THE_START = ("impact", "detected", "declared", "acknowledged")
_NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Span:
    """From the start to a moment: when everything takes as little, and as much, as the phases allow."""

    best: timedelta
    worst: timedelta

    def __str__(self) -> str:
        best, worst = format_duration(self.best), format_duration(self.worst)
        return best if best == worst else f"{best} at best and {worst} at worst"


def phase_ends(playbook: Playbook) -> dict[str, Span]:
    """When each phase is over, counted from the start of the incident, along the way of a hotfix.

    A phase written as an offset (`by`) ends there; one written as a range adds to what came before.
    """
    ends: dict[str, Span] = {}
    best = worst = _NOTHING
    for phase in playbook.phase:
        if phase.decision not in ("", "hotfix"):
            continue
        longest = phase.max or phase.min or _NOTHING
        shortest = phase.min if phase.min is not None else longest
        best, worst = (phase.by, phase.by) if phase.by else (best + shortest, worst + longest)
        ends[phase.key] = Span(best, worst)
    return ends


def reached(playbook: Playbook, moment: str) -> Span | None:
    """When a moment is reached by the phases' own times; none for moments that no phase decides."""
    ends = phase_ends(playbook)
    if moment.startswith("phase:") and moment.endswith(":done"):
        return ends.get(moment.removeprefix("phase:").removesuffix(":done"))
    if moment == "resolved" and ends:
        return ends.get(playbook.resolved_after or list(ends)[-1])
    return list(ends.values())[-1] if moment == "closed" and ends else None


def check_clocks_hold(playbook: Playbook) -> Iterator[Finding]:
    """Limits the phases can't keep (an error), or keep only with luck (a warning), with the sums."""
    for index, clock in enumerate(playbook.clock):
        span = _stop_of(playbook, clock)
        if span is None or clock.starts not in _FROM_THE_START or clock.restarts or span.worst <= _NOTHING:
            continue
        for level, limit in _limits(playbook, clock).items():
            if limit.max is not None and (sentence := _verdict(span, limit.max)):
                say = error if span.best > limit.max else warning
                yield say(f"clock[{index}].limits.{level}", f"{level} {clock.title}: {sentence}")
    yield from _check_rollouts(playbook)


def _limits(playbook: Playbook, clock: Clock) -> dict[str, Limit]:
    found = {level: clock.limit_for(level) for level in playbook.level}
    return {level: limit for level, limit in found.items() if limit is not None}


def _stop_of(playbook: Playbook, clock: Clock) -> Span | None:
    """A clock stops at the first of its moments that comes; along the phases that is the earliest."""
    spans = [span for stop in clock.stops if (span := reached(playbook, stop)) is not None]
    return min(spans, key=lambda span: span.worst, default=None)


def _verdict(span: Span, limit: timedelta) -> str:
    allowed = format_duration(limit)
    if span.best > limit:
        return f"can't be kept: the phases up to there take {span}, the limit is {allowed}"
    if span.worst > limit:
        return f"holds only with luck: the phases up to there take {span}, the limit is {allowed}"
    if span.worst == limit:
        return f"leaves nothing to spare: the phases up to there take {span}, the limit is {allowed}"
    return ""


def _check_rollouts(playbook: Playbook) -> Iterator[Finding]:
    """A rollout that outlasts the phase it belongs to."""
    phase = next((each for each in playbook.phase if any(step.ticked_by == "rollout" for step in each.step)), None)
    if phase is None or phase.max is None:
        return
    shortest = phase.min or phase.max
    for key, strategy in playbook.strategy.items():
        takes = rollout_time(strategy)
        if takes >= shortest and takes > _NOTHING:
            left = "more than" if takes > phase.max else "all of" if takes == phase.max else "most of"
            yield warning(
                f"strategy.{key}",
                f"the bake times add up to {format_duration(takes)}, {left} the phase {phase.key} "
                f"({format_duration(shortest)} to {format_duration(phase.max)})",
            )


def rollout_time(strategy: Strategy) -> timedelta:
    """From the first share to the last one, the last bake included."""
    return sum((stage.bake for stage in strategy.stage), _NOTHING)
