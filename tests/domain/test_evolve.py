"""The fold: events in, snapshot out, and what an event does not touch stays the same object."""

from dataclasses import fields

import pytest

from tests.domain.playbooks import KAI, LEE, RAMP, SMALL, START, Room, ended, minutes, request, verdict
from warroom.console.domain import events as e
from warroom.console.domain import intents as i
from warroom.console.domain.evolve import evolve, fold
from warroom.console.domain.model import RolloutPhase, RunState, State, StepMark


def recorded(event: e.Event, version: int = 1) -> e.Recorded:
    """The event in a log, said by kai at the start."""
    return e.Recorded(event=event, at=START, actor="kai", console="desk-1", version=version)


def test_a_stream_begins_with_a_declaration() -> None:
    with pytest.raises(ValueError, match="does not begin"):
        evolve(None, recorded(e.Acknowledged()))


def test_an_incident_is_declared_once() -> None:
    room = Room.declared()
    with pytest.raises(ValueError, match="INC-7 is declared twice"):
        evolve(room.incident, room.stream[0])


def test_no_events_make_no_incident() -> None:
    assert fold(None, ()) is None


def test_a_declaration_sets_its_three_moments() -> None:
    room = Room()
    room.say(
        i.Declare(
            incident="INC-7",
            title=" Sign-in fails ",
            level="P0",
            playbook=SMALL,
            impact_at=START - minutes(20),
            detected_at=START - minutes(5),
        )
    )
    assert room.now.title == "Sign-in fails"
    assert room.now.declared_by == "kai"
    assert room.now.moments["impact"] == START - minutes(20)
    assert room.now.moments["detected"] == START - minutes(5)
    assert room.now.moments["declared"] == START


def test_parts_that_an_event_does_not_touch_keep_their_identity() -> None:
    room = Room.declared()
    room.say(request("branch", "run-1"), verdict("health", "failing"), i.AddNote(text="x"))
    before = room.now
    room.say(i.AddNote(text="y"))
    same = {field.name for field in fields(before) if getattr(before, field.name) is getattr(room.now, field.name)}
    assert {field.name for field in fields(before)} - same == {"version", "notes"}


def test_a_run_goes_from_requested_to_succeeded_and_marks_its_moments() -> None:
    room = Room.declared()
    room.say(request("deploy", "run-1", marks="deployed", tag="v1.2.4"))
    assert room.now.runs["run-1"].state is RunState.REQUESTED
    room.wait(1).say(i.StartRun(run="run-1"))
    assert room.now.runs["run-1"].started_at == START + minutes(1)
    end = room.wait(3).at - minutes(1)
    room.say(ended("run-1", end))
    run = room.now.runs["run-1"]
    assert (run.state, run.exit_code, run.values) == (RunState.SUCCEEDED, 0, {"tag": "v1.2.4"})
    assert room.now.moments["action:deploy"] == room.now.moments["deployed"] == end


def test_a_failed_run_marks_nothing() -> None:
    room = Room.declared()
    room.run("deploy", "run-1", "failed", marks="deployed")
    assert "deployed" not in room.now.moments
    assert "action:deploy" not in room.now.moments


def test_a_lost_run_counts_only_once_it_is_settled() -> None:
    room = Room.declared()
    room.say(request("deploy", "run-1", marks="deployed"), i.LoseRun(run="run-1", why="no word from it"))
    assert room.now.runs["run-1"].state is RunState.LOST
    assert "deployed" not in room.now.moments
    room.wait(2).say(i.SettleRun(run="run-1", outcome="succeeded", why="the revision serves"))
    assert room.now.moments["deployed"] == room.at


def test_a_run_that_reports_late_does_not_make_the_last_success_older() -> None:
    room = Room.declared()
    room.say(request("deploy", "run-1", marks="deployed"), i.LoseRun(run="run-1", why="link down"))
    room.wait(5).run("deploy", "run-2", marks="deployed")
    last = room.at
    room.wait(5).say(ended("run-1", START + minutes(1)))
    assert room.now.runs["run-1"].ended_at == START + minutes(1)
    assert room.now.moments["action:deploy"] == room.now.moments["deployed"] == last


def test_a_rollout_keeps_what_its_gates_said() -> None:
    room = Room.declared()
    room.say(
        i.StartRollout(rollout="ro-1", strategy=RAMP, values={}),
        i.EnterStage(rollout="ro-1", stage=0, run="run-1"),
        i.ReadGate(rollout="ro-1", stage=0, verdict="failing", reason="errors 9 %"),
        i.HoldRollout(rollout="ro-1", reason="errors 9 %"),
    )
    rollout = room.now.rollouts["ro-1"]
    assert (rollout.phase, rollout.percent, rollout.reason) == (RolloutPhase.HELD, 10, "errors 9 %")
    assert [(seen.percent, seen.verdict) for seen in rollout.gates] == [(10, "failing")]
    room.say(i.ResumeRollout(rollout="ro-1"), i.EnterStage(rollout="ro-1", stage=1, run="run-2"))
    room.say(i.CompleteRollout(rollout="ro-1"))
    assert room.now.rollouts["ro-1"].phase is RolloutPhase.DONE
    assert room.now.moments["rollout:done"] == room.at


def test_a_waived_step_is_a_debt_until_it_is_repaid() -> None:
    room = Room.declared()
    room.say(i.Waive(subject="step:impact", why="no time", owner="lee", due=START + minutes(600)))
    assert room.now.mark("impact") is StepMark.WAIVED
    room.wait(9).say(i.Repay(subject="step:impact", note="done now"))
    assert room.now.waivers[0].repaid_at == room.at


def test_a_correction_is_kept_beside_the_moment_it_corrects() -> None:
    room = Room.declared()
    room.say(i.CorrectTime(moment="impact", to=START - minutes(9), why="the graph says so"))
    assert room.now.moments["impact"] == START - minutes(9)
    assert [(one.moment, one.was, one.why) for one in room.now.corrections] == [("impact", START, "the graph says so")]


def test_reopening_forgets_the_end_but_not_the_road() -> None:
    room = Room.declared()
    room.run("deploy", "run-1", marks="deployed")
    room.say(i.Mitigate(how="deployed"), i.Resolve(), i.Close(), i.Reopen(why="it is back"))
    assert room.now.state is State.OPEN
    assert not {"mitigated", "resolved", "closed"} & set(room.now.moments)
    assert "deployed" in room.now.moments


def test_messages_and_documents_leave_their_moments() -> None:
    room = Room.declared()
    room.say(i.SendMessage(message="initial", audience="stakeholders", channel="chat", text="we know"))
    room.say(i.SignDocument(document="post-mortem", text="# Post-mortem"))
    assert room.now.moments["message:initial"] == room.now.moments["audience:stakeholders"] == START
    assert room.now.documents == {"post-mortem": "# Post-mortem"}


def test_the_conn_is_handed_over_in_two_steps() -> None:
    room = Room.declared()
    room.say(i.OfferConn(to="lee", card="deploy is next"))
    assert (room.now.conn, room.now.conn_offer) == ("kai", "lee")
    room.wait(1).say(i.AcceptConn(), by=LEE)
    assert (room.now.conn, room.now.conn_offer, room.now.conn_since) == ("lee", "", room.at)
    assert KAI.actor in room.stream[0].actor
