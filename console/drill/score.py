"""The score of a drill: what the clocks say, what was skipped, how long it took."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from warroom.console.domain.applying import phases_of, steps_of
from warroom.console.domain.model import Incident, StepMark
from warroom.console.domain.time.clocks import OBJECTIONS, ClockReading, ClockState, read_clocks

_OF_THE_ROOM = ("phase", "escalation", OBJECTIONS)
"""Clocks that judge nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How a drill went."""

    clocks: tuple[ClockReading, ...]
    waived: tuple[str, ...]
    """Steps that were skipped with a waiver."""
    missed: tuple[str, ...]
    """Required steps that nobody did."""
    to_mitigate: timedelta | None
    to_resolve: timedelta | None
    longest_silence: timedelta | None
    """The longest time stakeholders heard nothing, from the declaration to the end."""

    @property
    def passed(self) -> bool:
        """Resolved, and inside every clock."""
        late = (ClockState.BREACHED, ClockState.MISSED)
        return self.to_resolve is not None and not any(clock.state in late for clock in self.clocks)


def score(incident: Incident, now: datetime) -> Score:
    """Judge a drill by its own log."""
    missed = [
        step.key
        for phase in phases_of(incident)
        for step in steps_of(incident, phase)
        if step.required and incident.mark(step.key) in (StepMark.OPEN, StepMark.REGRESSED)
    ]
    waived = [key for key, state in incident.steps.items() if state.mark is StepMark.WAIVED]
    return Score(
        clocks=tuple(clock for clock in read_clocks(incident, now) if clock.key not in _OF_THE_ROOM),
        waived=tuple(waived),
        missed=tuple(missed),
        to_mitigate=_from_impact(incident, "mitigated"),
        to_resolve=_from_impact(incident, "resolved"),
        longest_silence=_silence(incident, now),
    )


def _from_impact(incident: Incident, moment: str) -> timedelta | None:
    end = incident.moments.get(moment)
    return None if end is None else end - incident.moments["impact"]


def _silence(incident: Incident, now: datetime) -> timedelta | None:
    end = incident.moments.get("resolved", now)
    heard = [sent.at for sent in incident.messages if sent.at <= end]
    marks = [incident.moments["declared"], *heard, end]
    return max((later - earlier for earlier, later in pairwise(marks)), default=None)


def lines(result: Score) -> tuple[str, ...]:
    """The score as a person reads it."""
    words = ["score: " + ("passed" if result.passed else "not passed")]
    words += [f"  {clock.title}: {clock.state} ({_span(clock.elapsed)} of {clock.limit})" for clock in result.clocks]
    for name, span in (("mitigated", result.to_mitigate), ("resolved", result.to_resolve)):
        words.append(f"  {name}: " + (f"{_span(span)} after impact" if span is not None else "not"))
    if result.longest_silence is not None:
        words.append(f"  longest silence: {_span(result.longest_silence)}")
    words.append("  skipped: " + (", ".join(result.waived) or "nothing"))
    words.append("  left undone: " + (", ".join(result.missed) or "nothing"))
    return tuple(words)


def _span(span: timedelta) -> str:
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    return f"{minutes}:{seconds:02d}"
