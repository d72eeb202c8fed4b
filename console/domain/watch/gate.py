"""Gates and rollouts: what must hold for the next stage, and what a rollout does next."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from warroom.console.domain.model import Rollout, RolloutPhase
from warroom.console.domain.strategy import Gate
from warroom.console.domain.watch.figure import written
from warroom.console.domain.watch.mute import Mute, muted
from warroom.console.domain.watch.verdict import Sample, Status, stale_after

Judgement = Literal["passing", "failing", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What the probes of one role read, oldest first."""

    samples: tuple[Sample, ...]
    every: timedelta
    """The longest interval among those probes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReading:
    """What a gate says, and why: metric, value, limit, age."""

    verdict: Judgement
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What a rollout does next."""

    kind: Literal["shift", "wait", "hold", "complete", "stop"]
    reason: str
    stage: int = 0


def read_gates(
    gates: Sequence[Gate],
    roles: Mapping[str, Readings],
    since: datetime,
    now: datetime,
    mutes: Collection[Mute] = (),
) -> GateReading:
    """All gates as one: failing before unknown before passing.

    Only readings taken after `since` count, so that a stage is judged by what it did itself. A gate that needs
    a muted probe is unknown.
    """
    if not gates:
        return GateReading(verdict="passing", reason="no gate is set")
    return _together([_read(gate, roles.get(gate.role), since, now, mutes) for gate in gates])


def _together(readings: Sequence[GateReading]) -> GateReading:
    for verdict in ("failing", "unknown"):
        found = [reading for reading in readings if reading.verdict == verdict]
        if found:
            return found[0]
    return GateReading(verdict="passing", reason="; ".join(reading.reason for reading in readings))


def _read(
    gate: Gate, readings: Readings | None, since: datetime, now: datetime, mutes: Collection[Mute]
) -> GateReading:
    if readings is None or not readings.samples:
        return GateReading(verdict="unknown", reason=f"{gate.role}: no reading since the stage began")
    # Each probe answers for itself: one that went silent must not hide behind another that is well.
    probes = dict.fromkeys(sample.probe for sample in readings.samples)
    found = [
        GateReading(verdict="unknown", reason=f"{gate.role}: {probe} is {mute.words()}")
        if (mute := muted(mutes, probe, now))
        else _read_probe(gate, probe, readings, since, now)
        for probe in probes
    ]
    return _together(found)


def _read_probe(gate: Gate, probe: str, readings: Readings, since: datetime, now: datetime) -> GateReading:
    fresh = [sample for sample in readings.samples if sample.probe == probe and sample.at > since]
    if not fresh:
        return GateReading(verdict="unknown", reason=f"{gate.role}: no reading of {probe} since the stage began")
    newest = fresh[-1]
    age = now - newest.at
    if age > stale_after(readings.every):
        return GateReading(verdict="unknown", reason=f"{gate.role}: the last reading of {probe} is {_seconds(age)} old")
    shown = f"{newest.probe} {_value(newest)}{_limit(gate, newest)}, {_seconds(age)} ago"
    good = _good_in_a_row(gate, fresh)
    if newest.status is Status.UNKNOWN or (gate.below is not None and newest.value is None):
        return GateReading(verdict="unknown", reason=f"{newest.probe}: {newest.reason or 'no value'}")
    if not good:
        return GateReading(verdict="failing", reason=shown)
    if good < gate.samples:
        return GateReading(verdict="unknown", reason=f"{shown}; {good} of {gate.samples} good readings")
    return GateReading(verdict="passing", reason=f"{shown}; {good} good readings")


def _good_in_a_row(gate: Gate, samples: Sequence[Sample]) -> int:
    count = 0
    for sample in reversed(samples):
        below = gate.below is None or (sample.value is not None and sample.value < gate.below)
        if sample.status is not Status.OK or not below:
            break
        count += 1
    return count


def _value(sample: Sample) -> str:
    if sample.value is None:
        return str(sample.status)
    return written(sample.value) + (f" {sample.unit}" if sample.unit else "")


def _limit(gate: Gate, sample: Sample) -> str:
    if gate.below is None:
        return ""
    return f" (limit {written(gate.below)}" + (f" {sample.unit})" if sample.unit else ")")


def _seconds(age: timedelta) -> str:
    return f"{max(age.total_seconds(), 0):.0f} s"


def next_move(
    rollout: Rollout, gate: GateReading, now: datetime, pace: float = 1.0, baked: timedelta | None = None
) -> Move:
    """What a rollout does next.

    It goes on only while its gate passes, or was skipped by somebody who answers for that. Unknown waits, however
    long; failing holds until a person resumes it. A promoted stage bakes no longer, and its gate must pass all the
    same. `pace` shortens the bake times of a drill and skips no check. `baked` is for how long it was watched, by a
    clock that nobody sets; none: by the time of day.
    """
    if rollout.phase is not RolloutPhase.RUNNING:
        return Move(kind="stop", reason=rollout.reason)
    if rollout.stage < 0 or rollout.stage_at is None:
        return Move(kind="shift", reason="the first stage", stage=0)
    if rollout.stage in rollout.skipped:
        return _onward(rollout, f"its gate is skipped; {gate.reason}")
    if gate.verdict == "failing":
        return Move(kind="hold", reason=gate.reason)
    stage = rollout.strategy.stage[rollout.stage]
    left = stage.bake / pace - (now - rollout.stage_at if baked is None else baked)
    if left > timedelta(0) and rollout.stage not in rollout.promoted:
        return Move(kind="wait", reason=f"{stage.percent} % for {_seconds(left)} more; {gate.reason}")
    if gate.verdict == "unknown":
        return Move(kind="wait", reason=f"waits for its gate: {gate.reason}")
    return _onward(rollout, gate.reason)


def _onward(rollout: Rollout, reason: str) -> Move:
    if rollout.stage + 1 < len(rollout.strategy.stage):
        return Move(kind="shift", reason=reason, stage=rollout.stage + 1)
    return Move(kind="complete", reason=reason)
