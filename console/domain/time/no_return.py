"""The point of no return: the last moment at which going back still meets the clock.

That is when the clock is due, less what a rollback and its check take: measured from finished runs where there are
any, from the playbook's own phases where there are none, and by a stated guess where it is silent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from warroom.console.domain.model import Incident, RunState, State
from warroom.console.domain.playbook import Phase
from warroom.console.domain.time import moments
from warroom.console.domain.time.clocks import ClockReading, read_clocks
from warroom.console.domain.time.forecast import rough, span_of

ROLLBACK = "rollback"
ASSUMED = timedelta(minutes=5)
"""What a rollback, and the look afterwards, are each taken to need where nothing is known: a round guess, shown as
one."""
RECENT = 5
"""So many of the newest measurements count; the slowest of them is what one can rely on."""
NEAR = timedelta(minutes=10)
"""From here on the board shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How long something takes, and how that is known."""

    span: timedelta
    source: Literal["measured", "playbook", "assumed"]
    runs: int = 0

    def __str__(self) -> str:
        if self.source == "measured":
            return f"{rough(self.span, up=True)} measured in {self.runs} run{'s' if self.runs > 1 else ''}"
        return f"{rough(self.span, up=True)} {'by the playbook' if self.source == 'playbook' else 'assumed'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointOfNoReturn:
    """Until when a rollback still meets a clock."""

    clock: str
    """The clock's title."""
    by: datetime
    due_at: datetime
    rollback: Measure
    verify: Measure
    now: datetime

    @property
    def left(self) -> timedelta:
        """Until then; negative once it has passed."""
        return self.by - self.now

    @property
    def passed(self) -> bool:
        """Going back now would end after the clock is due."""
        return self.left < timedelta(0)

    @property
    def near(self) -> bool:
        """It is about to pass."""
        return timedelta(0) <= self.left <= NEAR

    @property
    def assumed(self) -> bool:
        """It rests on a figure nobody measured."""
        return self.rollback.source != "measured" or self.verify.source != "measured"

    @property
    def reason(self) -> str:
        """The sum in a line."""
        return f"rollback {self.rollback}, check {self.verify}; {self.clock} is due {self.due_at:%H:%M:%S} UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A finished run from which it is known how long something takes."""

    incident: str
    run: str
    at: datetime
    """When it started."""
    span: timedelta


def measured_runs(incidents: Iterable[Incident], like: Incident, action: str) -> tuple[Measured, ...]:
    """Finished runs of an action, oldest first: of the same service, and of drills only in a drill."""
    alike = (one for one in incidents if one.service == like.service and one.drill == like.drill)
    runs = [
        Measured(incident=one.id, run=run.id, at=run.started_at, span=max(run.ended_at - run.started_at, timedelta(0)))
        for one in alike
        for run in one.runs.values()
        if run.action == action and run.state is RunState.SUCCEEDED and run.started_at and run.ended_at
    ]
    return tuple(sorted(runs, key=lambda run: (run.at, run.span)))


def measured(incidents: Iterable[Incident], like: Incident, action: str) -> tuple[timedelta, ...]:
    """How long those runs took."""
    return tuple(run.span for run in measured_runs(incidents, like, action))


def point_of_no_return(
    incident: Incident,
    now: datetime,
    *,
    rollbacks: Sequence[timedelta] = (),
    verifies: Sequence[timedelta] = (),
    verify: str = "verify",
) -> PointOfNoReturn | None:
    """Until when going back still meets the next clock it could meet; the last one missed where all have passed.

    `rollbacks` and `verifies` are what earlier runs took (see `measured`), without this incident's own; `verify` is
    the key of the action that proves a rollback. None: there is nothing to go back from, or no clock to meet.
    """
    if incident.state is not State.OPEN or not _can_go_back(incident):
        return None
    own = (incident,)
    back = _measure((*rollbacks, *measured(own, incident, ROLLBACK)), _going_back(incident))
    proof = _measure((*verifies, *measured(own, incident, verify)), _checking(incident, verify))
    points = [
        PointOfNoReturn(
            clock=reading.title,
            by=reading.due_at - back.span - proof.span,
            due_at=reading.due_at,
            rollback=back,
            verify=proof,
            now=now,
        )
        for reading in read_clocks(incident, now)
        if reading.due_at is not None and _met_by_rollback(reading)
    ]
    ahead = min((point for point in points if not point.passed), key=lambda point: point.by, default=None)
    return ahead or max(points, key=lambda point: point.by, default=None)


def _met_by_rollback(reading: ClockReading) -> bool:
    if "acknowledged" in reading.stops:
        return False
    ends = ("mitigated", "resolved", f"action:{ROLLBACK}")
    return (
        reading.kind == "limit"
        and not (reading.stopped or reading.repeats)
        and any(stop in ends for stop in reading.stops)
    )


def _can_go_back(incident: Incident) -> bool:
    if not any(way.action == ROLLBACK for way in incident.playbook.rollback):
        return False
    run = incident.last_run(ROLLBACK)
    if run is None or run.state in (RunState.FAILED, RunState.CANCELLED, RunState.LOST):
        return True
    # One that runs, or that was the last thing to change production, leaves nothing to choose.
    deployed = incident.moments.get("deployed")
    return not run.active and run.ended_at is not None and deployed is not None and deployed > run.ended_at


def _measure(spans: Sequence[timedelta], phase: Phase | None) -> Measure:
    if spans:
        recent = spans[-RECENT:]
        return Measure(span=max(recent), source="measured", runs=len(recent))
    longest = span_of(phase)[1] if phase is not None else timedelta(0)
    if longest:
        return Measure(span=longest, source="playbook")
    return Measure(span=ASSUMED, source="assumed")


def _going_back(incident: Incident) -> Phase | None:
    """The phase that is there for a rollback alone; one that others share says nothing of it."""
    return next((phase for phase in incident.playbook.phase if phase.decision == "rollback"), None)


def _checking(incident: Incident, verify: str) -> Phase | None:
    """The phase that looks whether production is well, and changes nothing there itself."""
    proofs = ("role:health", "role:error-rate", f"action:{verify}")
    changes = ("rollout", *moments.CHANGES)
    for phase in incident.playbook.phase:
        bound = {step.ticked_by for step in phase.step}
        if bound.intersection(proofs) and not bound.intersection(changes):
            return phase
    return None
