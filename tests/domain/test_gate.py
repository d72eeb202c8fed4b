"""Gates and rollouts: on only while the gate passes; unknown waits, failing holds, and each says why."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.playbooks import RAMP, START, minutes
from warroom.console.domain.model import Rollout, RolloutPhase
from warroom.console.domain.strategy import Gate
from warroom.console.domain.watch.gate import GateReading, Readings, next_move, read_gates
from warroom.console.domain.watch.verdict import Sample, Status

EVERY = timedelta(seconds=5)
GATE = Gate(role="error-rate", below=1.0, samples=2)
PASSING = GateReading(verdict="passing", reason="fine")


def reading(seconds: float, value: float | None = 0.2, status: Status = Status.OK, probe: str = "errors") -> Sample:
    """One reading, so many seconds after the stage began."""
    return Sample(probe=probe, at=START + timedelta(seconds=seconds), status=status, value=value, unit="%")


def judge(*samples: Sample, gate: Gate = GATE, now: float = 20) -> GateReading:
    """What one gate says of these readings."""
    roles = {"error-rate": Readings(samples=samples, every=EVERY)}
    return read_gates([gate], roles, START, START + timedelta(seconds=now))


def rollout(stage: int = 0, phase: RolloutPhase = RolloutPhase.RUNNING) -> Rollout:
    """A rollout that entered this stage at the start."""
    return Rollout(
        id="ro",
        strategy=RAMP,
        values={},
        driver="desk-1",
        started_at=START,
        stage=stage,
        stage_at=START if stage >= 0 else None,
        phase=phase,
        reason="as it was left",
    )


def test_a_gate_that_passes_shows_value_limit_age_and_count() -> None:
    said = judge(reading(10), reading(15))
    assert said == GateReading(verdict="passing", reason="errors 0.2 % (limit 1 %), 5 s ago; 2 good readings")


def test_no_gate_set_passes_and_says_so() -> None:
    assert read_gates([], {}, START, START) == GateReading(verdict="passing", reason="no gate is set")


def test_too_few_good_readings_are_unknown_not_failing() -> None:
    assert judge(reading(15)).verdict == "unknown"


def test_readings_from_before_the_stage_do_not_count() -> None:
    said = judge(reading(-10), reading(-5), reading(0))
    assert said.verdict == "unknown"
    assert "no reading of errors since the stage began" in said.reason


def test_a_role_without_probes_is_unknown() -> None:
    assert read_gates([GATE], {}, START, START).verdict == "unknown"
    assert judge().verdict == "unknown"


def test_readings_that_stopped_coming_are_unknown() -> None:
    said = judge(reading(10), reading(15), now=31)
    assert said == GateReading(verdict="unknown", reason="error-rate: the last reading of errors is 16 s old")


def test_a_reading_at_the_limit_fails() -> None:
    assert judge(reading(10), reading(15, value=1.0)).verdict == "failing"


def test_a_reading_without_a_value_is_unknown() -> None:
    assert judge(reading(10), reading(15, value=None)).verdict == "unknown"
    assert judge(reading(10), reading(15, status=Status.UNKNOWN)).verdict == "unknown"


def test_a_probe_that_failed_within_its_value_limit_fails_the_gate() -> None:
    assert judge(reading(10), reading(15, status=Status.FAILING)).verdict == "failing"


def test_without_a_limit_the_verdict_of_the_probe_decides() -> None:
    gate = replace(GATE, below=None)
    assert judge(reading(10, value=None), reading(15, value=None), gate=gate).verdict == "passing"


def test_a_probe_that_went_silent_does_not_hide_behind_one_that_is_well() -> None:
    silent = [reading(1, probe="eu"), reading(2, probe="eu")]
    said = judge(*silent, reading(15, probe="us"), reading(19, probe="us"))
    assert said == GateReading(verdict="unknown", reason="error-rate: the last reading of eu is 18 s old")


def test_a_failing_probe_does_not_hide_behind_a_newer_reading_of_another() -> None:
    said = judge(reading(15, value=9.0, probe="eu"), reading(17, probe="us"), reading(19, probe="us"))
    assert said.verdict == "failing"
    assert said.reason.startswith("eu 9 %")


def test_failing_wins_over_unknown_and_unknown_over_passing() -> None:
    roles = {"error-rate": Readings(samples=(reading(10), reading(15, value=3.0)), every=EVERY)}
    now = START + timedelta(seconds=20)
    assert read_gates([Gate(role="none"), GATE], roles, START, now).verdict == "failing"
    assert read_gates([Gate(role="none"), replace(GATE, below=5.0)], roles, START, now).verdict == "unknown"


def test_a_rollout_begins_with_its_first_stage() -> None:
    assert next_move(rollout(stage=-1), PASSING, START).kind == "shift"


def test_a_stage_waits_for_its_bake_time_and_then_moves_on() -> None:
    assert next_move(rollout(), PASSING, START + minutes(4)).kind == "wait"
    move = next_move(rollout(), PASSING, START + minutes(5))
    assert (move.kind, move.stage) == ("shift", 1)


def test_the_last_stage_completes() -> None:
    assert next_move(rollout(stage=1), PASSING, START).kind == "complete"


def test_a_failing_gate_holds_even_while_it_bakes() -> None:
    failing = GateReading(verdict="failing", reason="errors 9 %")
    move = next_move(rollout(), failing, START + minutes(1))
    assert (move.kind, move.reason) == ("hold", "errors 9 %")


def test_an_unknown_gate_waits_however_long() -> None:
    unknown = GateReading(verdict="unknown", reason="no data")
    assert next_move(rollout(), unknown, START + minutes(600)).kind == "wait"


def test_a_drill_bakes_faster_and_skips_no_check() -> None:
    soon = START + timedelta(seconds=31)
    assert next_move(rollout(), PASSING, soon, pace=10).kind == "shift"
    assert next_move(rollout(), GateReading(verdict="unknown", reason=""), soon, pace=10).kind == "wait"


def test_a_promoted_stage_bakes_no_longer_and_its_gate_must_pass_all_the_same() -> None:
    early, promoted = START + minutes(1), replace(rollout(), promoted=(0,))
    assert next_move(promoted, PASSING, early).kind == "shift"
    assert next_move(promoted, GateReading(verdict="unknown", reason="1 of 3"), early).kind == "wait"
    assert next_move(promoted, GateReading(verdict="failing", reason="errors 9 %"), early).kind == "hold"


def test_a_clock_that_jumps_ends_no_bake() -> None:
    jumped = START + minutes(600)
    assert next_move(rollout(), PASSING, jumped, baked=minutes(1)).kind == "wait"
    assert next_move(rollout(), PASSING, START - minutes(600), baked=minutes(5)).kind == "shift"


@pytest.mark.parametrize("phase", [RolloutPhase.HELD, RolloutPhase.DONE, RolloutPhase.ABORTED])
def test_a_rollout_that_does_not_run_stops_and_says_why(phase: RolloutPhase) -> None:
    move = next_move(rollout(phase=phase), PASSING, START + minutes(60))
    assert (move.kind, move.reason) == ("stop", "as it was left")


SAMPLES = st.builds(
    reading,
    st.floats(-30, 30),
    st.none() | st.floats(0, 3),
    st.sampled_from(list(Status)),
    st.sampled_from(["eu", "us"]),
)
LATER = st.integers(0, 3600).map(lambda seconds: START + timedelta(seconds=seconds))


@given(st.lists(SAMPLES, max_size=12), LATER)
def test_nothing_moves_on_unless_every_gate_passes(samples: list[Sample], now: datetime) -> None:
    ordered = tuple(sorted(samples, key=lambda sample: sample.at))
    said = read_gates([GATE], {"error-rate": Readings(samples=ordered, every=EVERY)}, START, now)
    assert said.reason
    move = next_move(rollout(), said, now)
    if move.kind in ("shift", "complete"):
        assert said.verdict == "passing"
        good = [one for one in ordered if one.at > START and one.status is Status.OK and one.value is not None]
        assert len(good) >= GATE.samples


@pytest.mark.parametrize("verdict", ["failing", "unknown", "passing"])
def test_a_skipped_gate_holds_nothing_up_and_still_says_what_it_read(
    verdict: Literal["failing", "unknown", "passing"],
) -> None:
    gate = GateReading(verdict=verdict, reason="errors 9 %")
    move = next_move(replace(rollout(), skipped=(0,)), gate, START)
    assert (move.kind, move.stage) == ("shift", 1)
    assert "errors 9 %" in move.reason
    other = next_move(replace(rollout(stage=1), skipped=(0,)), gate, START)
    assert "skipped" not in other.reason, "only at the stage where it was skipped"
