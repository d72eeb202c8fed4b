"""Why the clocks stand as they do, in plain lines: from which moment, to which, by whose word, and what is ahead."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from warroom.console.domain.checklist import find_step
from warroom.console.domain.model import Incident, State
from warroom.console.domain.playbook import Clock
from warroom.console.domain.strategy import Threshold
from warroom.console.domain.time import moments
from warroom.console.domain.time.clocks import OBJECTIONS, ClockReading
from warroom.console.domain.time.duration import format_duration
from warroom.console.domain.time.forecast import ClockForecast, Forecast, PhaseAhead, rough
from warroom.console.domain.time.implied import clocks_of
from warroom.console.domain.time.no_return import RECENT, ROLLBACK, Measure, Measured, PointOfNoReturn, measured_runs

_NAMED = {
    "impact": "users began to feel it",
    "detected": "it was detected",
    "declared": "it was declared",
    "acknowledged": "somebody acknowledges it",
    "decided": "it is decided",
    "deployed": "the fix is deployed",
    "mitigated": "the pain stops",
    "resolved": "it is resolved",
    "closed": "it is closed",
    moments.ROLLOUT_DONE: "the rollout is done",
    moments.ROLLOUT_ABORTED: "the rollout is given up",
    moments.PRODUCTION_CHANGED: "production last changed",
}
_ROOM = {
    "phase": "the range the playbook gives this phase",
    "escalation": "the ladder: the next who are to be called",
    "level": "the room itself: the level is only assumed",
    OBJECTIONS: "the playbook's time for objections",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A clock of the playbook behind a reading; none where the clock is the room's own."""

    clock: Clock | None
    implied: bool = False
    """No `[[clock]]` names it: it follows from a threshold, a document, a duty or the merge back."""


def origin(incident: Incident, reading: ClockReading) -> Origin:
    """What set a clock."""
    named = next((one for one in incident.playbook.clock if one.key == reading.key), None)
    if named is not None:
        return Origin(clock=named)
    return Origin(clock=next((one for one in clocks_of(incident) if one.key == reading.key), None), implied=True)


def moment_words(incident: Incident, name: str) -> str:
    """A moment as a sentence's end: `it is resolved`, `the phase Assess is over`."""
    if name in _NAMED:
        return _NAMED[name]
    kind, _, key = name.partition(":")
    if kind == "phase":
        phase, _, end = key.rpartition(":")
        title = next((one.title for one in incident.playbook.phase if one.key == phase), phase)
        return f"the phase {title} {'is over' if end == 'done' else 'begins'}"
    if kind == "step":
        step = find_step(incident, key)
        return f"ticked: {step.text if step else key}"
    if kind == "document":
        document = incident.playbook.document.get(key)
        return f"{document.title if document else key} is signed"
    if kind == "message":
        message = incident.playbook.message.get(key)
        return f"{message.title if message else key} is sent"
    plain = {"audience": f"{key} were last told", "action": f"{key} succeeds", "duty": f"{key} is done"}
    return plain.get(kind, name)


def clock_reasons(incident: Incident, reading: ClockReading) -> Iterator[str]:
    """From which moment to which; the limit with its marks; and who set it."""
    set_by = origin(incident, reading)
    clock = set_by.clock
    yield _span(incident, reading, clock)
    yield _marks(reading, clock.warn if clock else 0.75)
    if clock is None:
        yield f"set by {_ROOM.get(reading.key, 'the room')}"
        return
    by = f"set by {incident.playbook.id}"
    at_level = f" for {incident.level}" if incident.level in clock.limits else ""
    follows = ", which asks for it without a clock of its own" if set_by.implied else ""
    only = f"; it counts because {clock.only_if} was said" if clock.only_if else ""
    yield by + at_level + follows + only


def _span(incident: Incident, reading: ClockReading, clock: Clock | None) -> str:
    start = f"{reading.started_at:%H:%M:%S} UTC"
    if clock is None:
        ends = {"phase": ", until its steps are settled", "escalation": ", since it was declared"}
        return f"runs since {start}{ends.get(reading.key, '')}"
    since = moment_words(incident, clock.starts)
    if clock.restarts and reading.started_at == incident.moments.get(clock.restarts):
        since = moment_words(incident, clock.restarts)
    stops = " or ".join(moment_words(incident, name) for name in clock.stops)
    if clock.restarts:
        audience = clock.restarts.removeprefix("audience:")
        again = f"with each word to {audience}" if audience != clock.restarts else f"each time {clock.restarts} comes"
        return f"since {since} ({start}), anew {again}; until {stops}"
    return f"since {since} ({start}), until {stops}"


def _marks(reading: ClockReading, warn: float) -> str:
    limit = f"{'to sit out' if reading.kind == 'window' else 'limit'} {reading.limit}"
    if reading.due_at is None:
        return f"{limit}: the team's calendar names no such day yet"
    parts = [f"{limit}: due {_stamp(reading.due_at, reading.now)}"]
    if reading.early_at is not None:
        parts.append(f"lower mark {_stamp(reading.early_at, reading.now)}")
    if reading.kind == "limit" and not reading.stopped and warn < 1:
        at = reading.started_at + (reading.due_at - reading.started_at) * warn
        parts.append(f"{'warned' if at <= reading.now else 'warns'} at {_stamp(at, reading.now)}")
    if reading.stopped_at is not None:
        parts.append(f"stopped {_stamp(reading.stopped_at, reading.now)}")
    return ", ".join(parts)


def _stamp(at: datetime, now: datetime) -> str:
    return f"{at:%H:%M:%S} UTC" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M} UTC"


def forecast_reasons(found: ClockForecast) -> Iterator[str]:
    """Whether a clock can be met, the sum behind it, and the phases that are counted."""
    yield f"forecast: {found.words} ({found.reason})"
    yield f"counted: {', '.join(found.phases)}"


def phase_reason(phase: PhaseAhead) -> str:
    """What a phase that is ahead still takes."""
    if not phase.timed:
        return "no time set: it adds nothing, and proves nothing"
    best, worst = rough(phase.best, up=True), rough(phase.worst, up=True)
    span = best if best == worst else f"{best} to {worst}"
    return f"{span} to go" + (f"; {rough(phase.overrun)} past its time" if phase.overrun else "")


def road_reason(incident: Incident, ahead: Forecast) -> str:
    """Along which way the phases are counted."""
    if incident.over:
        return f"it is {incident.state}: nothing is ahead"
    if not ahead.ahead:
        return "no phase is ahead"
    if incident.decision is None:
        return "nothing is decided yet: the way of a hotfix is counted, the longer one"
    return f"the way of a {incident.decision.choice} is counted, as was decided"


def point_reasons(incident: Incident, others: Iterable[Incident], point: PointOfNoReturn, verify: str) -> Iterator[str]:
    """The sum behind the point of no return, and the runs that were measured."""
    everyone = (*others, incident)
    yield f"{point.clock} is due {_stamp(point.due_at, point.now)}"
    yield f"less {_measure('the rollback', point.rollback)}"
    yield from _runs(measured_runs(everyone, incident, ROLLBACK))
    yield f"less {_measure('the check that it worked', point.verify)}"
    yield from _runs(measured_runs(everyone, incident, verify))


def _measure(what: str, found: Measure) -> str:
    span = rough(found.span, up=True)
    if found.source == "measured":
        slowest = f"the slowest of the newest {found.runs} runs" if found.runs > 1 else "as the only run took"
        return f"{span} for {what}: {slowest}"
    if found.source == "playbook":
        return f"{span} for {what}: the longest the playbook gives it; nothing was measured yet"
    return f"{span} for {what}: assumed, a round guess; nothing was measured yet"


def _runs(runs: tuple[Measured, ...]) -> Iterator[str]:
    for run in reversed(runs[-RECENT:]):
        seconds = timedelta(seconds=round(run.span.total_seconds()))
        yield f"  {run.run} of {run.incident}, {run.at:%Y-%m-%d %H:%M} UTC: {format_duration(seconds)}"


def no_point_reason(incident: Incident) -> str:
    """Why there is no point of no return."""
    if incident.state is not State.OPEN:
        return f"it is {incident.state}: there is nothing left to choose"
    if not any(way.action == ROLLBACK for way in incident.playbook.rollback):
        return f"{incident.playbook.id} names no rollback that a button takes"
    run = incident.last_run(ROLLBACK)
    if run is not None and run.active:
        return f"{run.title} runs already"
    if run is not None:
        return f"{run.title} was the last thing to change production"
    return "no clock runs that a rollback could meet"


def threshold_reason(threshold: Threshold) -> str:
    """For how long a figure is watched, and how often somebody looks."""
    parts = []
    if threshold.watch:
        least = f"{format_duration(threshold.at_least)} to " if threshold.at_least else ""
        parts.append(f"watched {least}{format_duration(threshold.watch)} after the deploy")
    if threshold.every:
        parts.append(f"looked at every {format_duration(threshold.every)}")
    return ", ".join(parts) or "counts as long as it lasts"
