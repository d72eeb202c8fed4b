"""Rollouts: whose turn it is, what a stage may run, and going on early."""

import pytest

from tests.domain.playbooks import KAI, LEE, RAMP, Room, ended, request
from warroom.console.domain import events as e
from warroom.console.domain import intents as i
from warroom.console.domain.debts import owed
from warroom.console.domain.intents import By, Refused
from warroom.console.domain.model import RolloutPhase

ALSO_KAI = By(actor="kai", console="desk-3")
PROMOTE = i.PromoteStage(rollout="ro-1", why="ten quiet minutes", owner="kai")


def kinds(events: "tuple[e.Event, ...]") -> list[str]:
    """What happened, by name."""
    return [type(event).__name__ for event in events]


def started() -> Room:
    """A rollout that has not shifted anything yet."""
    room = Room.declared()
    room.say(i.StartRollout(rollout="ro-1", strategy=RAMP, values={}, prints=("one", "two")))
    return room


def staged() -> Room:
    """A rollout at its first stage."""
    room = started()
    room.run("shift-traffic", "run-1", rollout="ro-1", percent="10")
    room.say(i.EnterStage(rollout="ro-1", stage=0, run="run-1"))
    return room


def hold(room: Room, reason: str = "errors 9 %") -> None:
    room.say(i.HoldRollout(rollout="ro-1", reason=reason))


def test_what_each_stage_was_confirmed_to_run_is_kept() -> None:
    assert started().now.rollouts["ro-1"].prints == ("one", "two")


def test_a_stage_that_was_on_its_way_does_not_begin_once_the_rollout_is_held() -> None:
    room = staged()
    hold(room)
    asked = request("shift-traffic", "run-2", rollout="ro-1", percent="50")
    assert room.refusal(asked) == "ro-1 is held: errors 9 %"


def test_a_stage_that_was_on_its_way_does_not_begin_once_the_rollout_is_given_up() -> None:
    room = staged()
    room.say(i.AbortRollout(rollout="ro-1", why="support hears of errors"))
    assert "aborted" in room.refusal(request("shift-traffic", "run-2", rollout="ro-1", percent="50"))


def test_only_the_console_that_drives_it_runs_a_stage() -> None:
    room = staged()
    asked = request("shift-traffic", "run-2", rollout="ro-1", percent="50")
    assert "driven by another console" in room.refusal(asked, by=ALSO_KAI)
    assert "no rollout ro-9" in room.refusal(request("shift-traffic", "run-2", rollout="ro-9"))


def test_of_two_that_resume_at_once_the_first_drives_it() -> None:
    room = staged()
    hold(room)
    assert kinds(room.say(i.ResumeRollout(rollout="ro-1"), by=ALSO_KAI)) == ["RolloutResumed"]
    assert room.refusal(i.ResumeRollout(rollout="ro-1")) == f"it is under way, driven by {ALSO_KAI.console}"
    assert room.say(i.ResumeRollout(rollout="ro-1"), by=ALSO_KAI) == ()
    assert room.now.rollouts["ro-1"].driver == ALSO_KAI.console


def test_who_finds_a_driver_gone_does_not_hold_what_another_has_taken_up() -> None:
    room = staged()
    hold(room)
    room.say(i.ResumeRollout(rollout="ro-1"), by=ALSO_KAI)
    late = i.HoldRollout(rollout="ro-1", reason="its console is gone", driver=KAI.console)
    assert room.say(late, by=LEE) == ()
    assert room.now.rollouts["ro-1"].phase is RolloutPhase.RUNNING


def test_the_console_that_drove_it_does_not_write_over_a_persons_reason() -> None:
    room = staged()
    hold(room, "support hears of errors")
    late = i.HoldRollout(rollout="ro-1", reason="ro-1 is held: support hears of errors", driver=KAI.console)
    assert room.say(late) == ()
    assert room.now.rollouts["ro-1"].reason == "support hears of errors"


def test_a_gate_that_was_read_a_moment_before_does_not_write_over_why_it_is_held() -> None:
    room = staged()
    hold(room, "support hears of errors")
    late = i.ReadGate(rollout="ro-1", stage=0, verdict="passing", reason="no gate is set")
    assert room.say(late, by=ALSO_KAI) == ()
    assert room.now.rollouts["ro-1"].reason == "support hears of errors"


def test_what_held_it_is_no_reason_to_go_on() -> None:
    room = staged()
    hold(room)
    room.say(i.ResumeRollout(rollout="ro-1"))
    assert room.now.rollouts["ro-1"].reason == "resumed; it goes on when its gate passes"


def test_a_stage_whose_outcome_nobody_knows_is_settled_before_it_goes_on() -> None:
    room = staged()
    room.say(request("shift-traffic", "run-2", rollout="ro-1", percent="50"), i.StartRun(run="run-2"))
    room.say(i.LoseRun(run="run-2", why="its supervisor is gone"))
    hold(room, "run-2 is lost")
    assert room.refusal(i.ResumeRollout(rollout="ro-1")) == (
        "the outcome of run-2 is unknown: settle it first, then resume"
    )
    room.say(i.SettleRun(run="run-2", outcome="failed", why="production answers with v1.0.0"))
    room.say(i.ResumeRollout(rollout="ro-1"))
    # What appears after all changes nothing that somebody has settled.
    assert room.say(ended("run-2", room.at)) == ()


def test_going_on_before_the_time_is_a_waiver_with_a_name() -> None:
    room = staged()
    assert kinds(room.say(PROMOTE)) == ["WaiverGranted", "StagePromoted"]
    rollout = room.now.rollouts["ro-1"]
    assert rollout.promoted == (0,)
    assert rollout.reason == "goes on before its time: ten quiet minutes"
    assert room.say(PROMOTE) == ()
    titles = [debt.title for debt in owed(room.now, room.at)]
    assert "shortened: the time ro-1 was watched at 10 %" in titles


def test_what_holds_goes_on_from_where_it_was_promoted() -> None:
    room = staged()
    hold(room)
    assert kinds(room.say(PROMOTE, by=ALSO_KAI)) == ["WaiverGranted", "StagePromoted", "RolloutResumed"]
    assert room.now.rollouts["ro-1"].driver == ALSO_KAI.console


@pytest.mark.parametrize(
    ("intent", "by", "reason"),
    [
        (i.PromoteStage(rollout="ro-1", why=" ", owner="kai"), KAI, "going on before the time needs a reason"),
        (PROMOTE, LEE, "has the conn"),
    ],
)
def test_going_on_early_takes_a_reason_and_the_conn(intent: i.PromoteStage, by: By, reason: str) -> None:
    assert reason in staged().refusal(intent, by=by)
    assert isinstance(started().ask(PROMOTE), Refused)
