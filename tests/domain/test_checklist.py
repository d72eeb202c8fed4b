"""Steps that tick themselves from evidence, fall back when it does, and phases that follow."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.domain.playbooks import RAMP, SMALL, Room, ended, request, verdict
from warroom.config.playbook_files import load_playbook
from warroom.console.domain import events as e
from warroom.console.domain import intents as i
from warroom.console.domain.applying import steps_of
from warroom.console.domain.checklist import current_phase, find_step, open_required
from warroom.console.domain.model import StepMark
from warroom.console.domain.playbook import Phase, Step
from warroom.console.domain.words import Document

INITIAL = i.SendMessage(message="initial", audience="stakeholders", channel="chat", text="we know")
ALL_CLEAR = i.SendMessage(message="resolution", audience="stakeholders", channel="chat", text="it is over")
HOTFIX = i.Decide(choice="hotfix", why="no way back")
BACK = i.Decide(choice="rollback", why="known to work")


def assessed(decision: i.Decide = HOTFIX) -> Room:
    """A room that has done its first phase."""
    room = Room.declared()
    room.say(i.Tick(step="impact"), INITIAL, decision)
    return room


def verifying() -> Room:
    """A room in its verify phase."""
    room = assessed()
    room.say(i.EnterPhase(phase="verify"))
    return room


def test_a_message_ticks_its_step() -> None:
    room = Room.declared()
    assert e.StepTicked(step="alert", evidence="message:initial", text="sent") in room.say(INITIAL)


def test_a_signed_document_ticks_its_step() -> None:
    spec = Step(key="spec", text="Write the spec", ticked_by="document:spec")
    phase = Phase(key="prepare", title="Prepare", step=(spec,))
    room = Room.declared(playbook=replace(SMALL, phase=(phase,), document={"spec": Document(title="Spec", section=())}))
    assert e.StepTicked(step="spec", evidence="document:spec", text="signed") in room.say(
        i.SignDocument(document="spec", text="# Spec")
    )


def test_a_decision_ticks_its_step() -> None:
    room = Room.declared()
    assert e.StepTicked(step="decide", evidence="decision", text="hotfix") in room.say(HOTFIX)


def test_the_next_phase_begins_when_the_required_steps_are_done() -> None:
    room = Room.declared()
    room.say(i.Tick(step="impact"), INITIAL)
    events = room.say(HOTFIX)
    assert events[-2:] == (e.PhaseCompleted(phase="assess"), e.PhaseEntered(phase="prepare"))


def test_a_waiver_counts_like_a_tick_for_its_phase() -> None:
    room = Room.declared()
    room.say(INITIAL, HOTFIX)
    assert room.now.phase == "assess"
    room.say(i.Waive(subject="step:impact", why="obvious", owner="kai"))
    assert room.now.phase == "prepare"


def test_a_successful_run_ticks_and_a_failed_one_takes_the_tick_back() -> None:
    room = assessed()
    room.run("branch", "run-1", "failed")
    assert room.now.mark("branch") is StepMark.OPEN
    assert e.StepTicked(step="branch", evidence="action:branch", text="branch succeeded") in room.run("branch", "run-2")
    events = room.run("branch", "run-3", "failed")
    assert e.StepRegressed(step="branch", why="branch failed: exit status 1") in events
    assert room.now.mark("branch") is StepMark.REGRESSED
    room.run("branch", "run-4")
    assert room.now.mark("branch") is StepMark.DONE


def test_a_good_probe_from_before_the_deploy_proves_nothing_about_it() -> None:
    healthy = Step(
        key="healthy", text="Health is good", ticked_by="role:health", after=("action:deploy", "action:back")
    )
    room = Room.declared(playbook=replace(SMALL, phase=(Phase(key="deploy", title="Deploy", step=(healthy,)),)))
    room.say(verdict("health", "ok"))
    assert room.now.mark("healthy") is StepMark.OPEN
    room.run("deploy", "run-1")
    assert room.now.mark("healthy") is StepMark.DONE
    room.say(verdict("health", "failing", "503"))
    assert room.now.mark("healthy") is StepMark.REGRESSED


def test_a_success_from_before_the_deploy_proves_nothing_about_it() -> None:
    smoke = Step(key="smoke", text="Smoke test", ticked_by="action:smoke", after=("action:deploy",))
    room = Room.declared(playbook=replace(SMALL, phase=(Phase(key="verify", title="Verify", step=(smoke,)),)))
    room.run("deploy", "run-1")
    room.run("smoke", "run-2")
    assert room.now.mark("smoke") is StepMark.DONE
    again = Room.declared(playbook=replace(SMALL, phase=(Phase(key="verify", title="Verify", step=(smoke,)),)))
    again.run("smoke", "run-1")
    assert e.StepRegressed(step="smoke", why="smoke succeeded before action:deploy") in again.run("deploy", "run-2")
    again.run("smoke", "run-3")
    assert again.now.mark("smoke") is StepMark.DONE


def test_a_run_under_way_or_cancelled_changes_no_tick() -> None:
    room = assessed()
    room.run("branch", "run-1")
    room.say(request("branch", "run-2"))
    assert room.now.mark("branch") is StepMark.DONE
    room.say(i.EndRun(run="run-2", outcome="cancelled", exit_code=None, ended_at=room.at))
    assert room.now.mark("branch") is StepMark.DONE


def test_a_probe_proves_nothing_before_its_phase_began() -> None:
    room = Room.declared()
    room.say(verdict("health", "ok"))
    assert room.now.mark("healthy") is StepMark.OPEN
    room.say(i.EnterPhase(phase="verify"))
    assert room.now.mark("healthy") is StepMark.DONE


def test_a_step_bound_to_a_role_falls_back_when_the_role_fails_and_not_when_nothing_is_known() -> None:
    room = verifying()
    room.say(verdict("health", "ok"))
    assert room.say(verdict("health", "unknown", "no data"))[1:] == ()
    assert room.now.mark("healthy") is StepMark.DONE
    events = room.say(verdict("health", "failing", "[STATUS] (500) == 200"))
    assert e.StepRegressed(step="healthy", why="api health failing: [STATUS] (500) == 200") in events


def test_every_probe_of_a_role_must_be_ok() -> None:
    room = verifying()
    room.say(i.RecordVerdict(probe="web", role="health", status="unknown", reason=""), verdict("health", "ok"))
    assert room.now.mark("healthy") is StepMark.OPEN
    room.say(i.RecordVerdict(probe="web", role="health", status="ok", reason=""))
    assert room.now.mark("healthy") is StepMark.DONE


def test_a_hand_tick_stays_and_evidence_can_not_be_unticked_by_hand() -> None:
    room = verifying()
    room.say(i.Tick(step="healthy", note="looked at it"), verdict("health", "failing"))
    assert room.now.mark("healthy") is StepMark.DONE
    room.say(i.Untick(step="healthy", why="looked wrong"))
    assert room.now.mark("healthy") is StepMark.OPEN
    room.say(verdict("health", "ok"))
    assert "ticked by role:health" in room.refusal(i.Untick(step="healthy"))


def test_a_finished_rollout_ticks_and_an_abandoned_one_does_not() -> None:
    room = assessed()
    room.say(i.StartRollout(rollout="ro-1", strategy=RAMP, values={}), i.AbortRollout(rollout="ro-1", why="errors"))
    assert room.now.mark("ramp") is StepMark.OPEN
    room.say(i.StartRollout(rollout="ro-2", strategy=RAMP, values={}))
    room.say(*(i.EnterStage(rollout="ro-2", stage=stage, run=f"run-{stage}") for stage in (0, 1)))
    assert e.StepTicked(step="ramp", evidence="rollout", text="all traffic on the new version") in room.say(
        i.CompleteRollout(rollout="ro-2")
    )


def test_what_was_rolled_back_is_no_longer_deployed_nor_rolled_out() -> None:
    steps = (
        Step(key="deploy", text="Deploy", ticked_by="action:deploy", after=("action:back",)),
        Step(key="ramp", text="Ramp", ticked_by="rollout", after=("action:back",)),
    )
    room = Room.declared(playbook=replace(SMALL, phase=(Phase(key="ship", title="Ship", step=steps),)))
    room.run("deploy", "run-1")
    room.say(i.StartRollout(rollout="ro-1", strategy=RAMP, values={}))
    room.say(*(i.EnterStage(rollout="ro-1", stage=stage, run=f"run-{stage}") for stage in (0, 1)))
    room.say(i.CompleteRollout(rollout="ro-1"))
    assert [room.now.mark(key) for key in ("deploy", "ramp")] == [StepMark.DONE] * 2
    room.wait(1)
    room.run("back", "run-2")
    assert [room.now.mark(key) for key in ("deploy", "ramp")] == [StepMark.REGRESSED] * 2


def test_the_decision_chooses_the_road() -> None:
    assert assessed(HOTFIX).now.phase == "prepare"
    assert assessed(BACK).now.phase == "back"


def test_another_decision_leads_to_its_own_phase_even_where_that_stands_earlier() -> None:
    room = assessed(HOTFIX)
    assert room.say(BACK)[-1] == e.PhaseEntered(phase="back")
    room.say(HOTFIX)
    assert room.now.phase == "prepare"


def test_the_fix_is_begun_where_somebody_decided_to_wait_first() -> None:
    room = Room.declared(level="P1", playbook=load_playbook("emergency-release", Path()))
    for step in ("urgency", "ticket", "announce"):
        room.say(i.Tick(step=step))
    room.say(i.Decide(choice="wait", why="it can wait"))
    assert room.now.phase == "deploy"
    assert room.say(i.Decide(choice="hotfix", why="it can't"))[-1] == e.PhaseEntered(phase="fix")
    assert room.say(i.Decide(choice="hotfix", why="it really can't"))[-1] != e.PhaseEntered(phase="fix")


def test_the_first_decision_is_the_moment_of_it() -> None:
    room = assessed(HOTFIX)
    first = room.now.moments["decided"]
    room.at += timedelta(minutes=5)
    room.say(BACK)
    assert room.now.decision is not None
    assert (room.now.moments["decided"], room.now.decision.at) == (first, room.at)


def test_a_fix_that_is_decided_after_the_way_back_begins_at_its_beginning() -> None:
    room = assessed(BACK)
    room.run("rollback", "run-1")
    # Nothing of the deploy phase is left on the road back, so it is done at once.
    assert room.now.phase == "verify"
    room.say(i.EnterPhase(phase="after"), HOTFIX)
    assert room.now.phase == "prepare"
    room.say(i.EnterPhase(phase="after"), BACK)
    assert room.now.phase == "after", "the way back was gone already"


def test_steps_apply_by_level_and_decision() -> None:
    room = assessed(BACK)
    deploy = SMALL.phase[3]
    assert steps_of(room.now, deploy) == ()
    assess = SMALL.phase[0]
    assert "breach" in [step.key for step in steps_of(room.now, assess)]
    room.say(i.ChangeLevel(level="P1", why="no longer everybody"))
    assert "breach" not in [step.key for step in steps_of(room.now, assess)]


def test_a_change_of_level_may_complete_a_phase() -> None:
    room = verifying()
    room.say(verdict("health", "ok"))
    assert room.now.phase == "verify"
    assert room.say(i.ChangeLevel(level="P2", why="a few users"))[-1] == e.PhaseEntered(phase="after")


def test_the_after_phase_goes_on_once_the_incident_is_resolved() -> None:
    room = verifying()
    room.say(verdict("health", "ok"), verdict("error-rate", "ok"), i.Resolve(summary="over"))
    events = room.say(ALL_CLEAR)
    assert e.StepTicked(step="all-clear", evidence="message:resolution", text="sent") in events
    assert e.PhaseCompleted(phase="after") in events
    assert room.now.phase == ""


def test_a_closed_incident_ticks_nothing_any_more() -> None:
    room = assessed()
    room.say(request("branch", "run-1"), i.LoseRun(run="run-1", why="host gone"), i.Resolve(), i.Close())
    assert [type(event) for event in room.say(ended("run-1", room.at))] == [e.RunEnded]


def test_a_phase_skipped_by_hand_does_not_pull_the_room_back() -> None:
    room = Room.declared()
    room.say(i.EnterPhase(phase="after"), ALL_CLEAR)
    assert room.now.phase == ""


def test_all_evidence_at_once_falls_through_many_phases_and_comes_to_rest() -> None:
    empty = tuple(Phase(key=f"p{number}", title="Nothing to do") for number in range(50))
    room = Room.declared(playbook=replace(SMALL, phase=empty))
    assert room.now.phase == ""
    assert sum(isinstance(recorded.event, e.PhaseCompleted) for recorded in room.stream) == 50


@pytest.mark.parametrize(("key", "found"), [("impact", True), ("nothing", False)])
def test_a_step_is_found_by_its_key(key: str, found: bool) -> None:
    assert (find_step(Room.declared().now, key) is not None) is found


def test_what_is_still_to_do_are_the_required_steps_that_are_open() -> None:
    room = Room.declared()
    phase = current_phase(room.now)
    assert phase is not None
    assert [step.key for step in open_required(room.now, phase)] == ["impact", "alert", "decide"]
