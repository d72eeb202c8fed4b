"""Given events, when an intent, then events or a refusal that says what to do."""

from dataclasses import replace

import pytest

from tests.domain.playbooks import KAI, LEE, RAMP, SMALL, START, Room, ended, minutes, request, verdict
from warroom.console.domain import events as e
from warroom.console.domain import intents as i
from warroom.console.domain.intents import Intent, Refused
from warroom.console.domain.model import RunState


def kinds(events: tuple[e.Event, ...]) -> list[str]:
    """The class names of events."""
    return [type(event).__name__ for event in events]


def declare(**changed: object) -> i.Declare:
    """A declaration with something changed."""
    base = i.Declare(incident="INC-1", title="Sign-in fails", level="P0", playbook=SMALL)
    return replace(base, **changed)  # type: ignore[arg-type]


def test_a_declaration_names_the_commander_gives_the_conn_and_enters_the_first_phase() -> None:
    events = Room().say(declare())
    assert kinds(events) == ["Declared", "RoleAssigned", "ConnTaken", "PhaseEntered"]
    assert events[3] == e.PhaseEntered(phase="assess")


@pytest.mark.parametrize(
    ("intent", "reason"),
    [
        (declare(title="  "), "needs a title"),
        (declare(level="P9"), "small knows no level P9; it has P0, P1, P2"),
        (declare(impact_at=START + minutes(1)), "can't lie in the future"),
        (declare(detected_at=START + minutes(1)), "can't lie in the future"),
        (declare(playbook=replace(SMALL, phase=())), "small has no phases"),
        (i.AddNote(text="x"), "there is no such incident"),
    ],
)
def test_a_wrong_opening_is_refused_with_its_reason(intent: Intent, reason: str) -> None:
    assert reason in Room().refusal(intent)


def test_an_incident_is_not_declared_twice() -> None:
    assert "already declared" in Room.declared().refusal(declare())


def test_detection_is_taken_for_the_impact_until_somebody_knows_better() -> None:
    room = Room()
    room.say(declare(detected_at=START - minutes(5)))
    assert room.now.moments["impact"] == START - minutes(5)


@pytest.mark.parametrize(
    ("intent", "reason"),
    [
        (i.AddNote(text=" "), "empty"),
        (i.CorrectTime(moment="nonsense", to=START, why="x"), "there is no moment 'nonsense'"),
        (i.CorrectTime(moment="impact", to=START + minutes(1), why="x"), "future"),
        (i.CorrectTime(moment="impact", to=START, why=""), "needs its reason"),
        (i.CorrectTime(moment="resolved", to=START, why="x"), "INC-7 is not resolved yet"),
        (i.ChangeLevel(level="P9", why="x"), "knows no level"),
        (i.ChangeLevel(level="P1", why=" "), "needs its reason"),
        (i.Decide(choice="hotfix", why=""), "needs its reason"),
        (i.EnterPhase(phase="nowhere"), "no phase 'nowhere'"),
        (i.Tick(step="nothing"), "no step 'nothing'"),
        (i.Waive(subject="step:impact", why="", owner="kai"), "a reason and an owner"),
        (i.Waive(subject="step:nothing", why="x", owner="kai"), "no step"),
        (i.Waive(subject="step:decide", why="x", owner="kai"), "never skips decide"),
        (i.Repay(subject="step:impact"), "no open waiver"),
        (i.AcceptConn(), "not offered to you"),
        (i.OfferConn(to="kai"), "name the person"),
        (i.Mitigate(how=""), "what stopped the pain"),
        (i.Reopen(why="x"), "INC-7 is open"),
        (i.Close(), "resolve it first"),
        (i.Escalate(level=3), "there is no level 3 on this ladder"),
        (i.StartRun(run="run-9"), "no run run-9"),
        (i.HoldRollout(rollout="ro-9", reason="x"), "not under way"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_reason(intent: Intent, reason: str) -> None:
    assert reason in Room.declared().refusal(intent)


@pytest.mark.parametrize(
    "intent",
    [
        i.TakeConn(),
        i.Assign(role="commander", name="kai"),
        i.ChangeLevel(level="P0", why="x"),
        i.EnterPhase(phase="assess"),
        i.Untick(step="impact"),
        i.CorrectTime(moment="impact", to=START, why="x"),
    ],
)
def test_asking_for_what_already_is_changes_nothing(intent: Intent) -> None:
    assert Room.declared().ask(intent) == ()


def test_the_same_verdict_twice_is_one_event() -> None:
    room = Room.declared()
    assert kinds(room.say(verdict("health", "failing", "500"))) == ["VerdictChanged"]
    assert room.ask(verdict("health", "failing", "502")) == ()


def test_the_conn_is_never_taken_from_somebody() -> None:
    room = Room.declared()
    assert "kai has the conn" in room.refusal(i.TakeConn(), LEE)
    assert "only kai" in room.refusal(i.OfferConn(to="lee"), LEE)
    room.say(i.OfferConn(to="lee"))
    room.say(i.AcceptConn(), by=LEE)
    assert "not offered" in room.refusal(i.AcceptConn(), LEE)


def test_only_the_holder_of_the_conn_starts_dangerous_runs() -> None:
    room = Room.declared()
    assert "kai has the conn" in room.refusal(request("deploy", "run-1"), LEE)
    room.say(request("test", "run-1", environment="", danger="free"), by=LEE)
    assert room.now.runs["run-1"].by == "lee"


def test_one_run_at_a_time_on_each_environment() -> None:
    room = Room.declared()
    room.say(request("deploy", "run-1"), request("deploy", "run-2", environment="staging"))
    assert "Deploy (run-1) is running on production, by kai" in room.refusal(request("rollback", "run-3"))
    room.say(ended("run-1", room.at), request("rollback", "run-3"))


def test_a_run_is_requested_once() -> None:
    room = Room.declared()
    room.run("deploy", "run-1")
    assert "already requested" in room.refusal(request("deploy", "run-1"))


def test_the_first_word_about_an_end_counts_and_the_second_changes_nothing() -> None:
    room = Room.declared()
    room.run("deploy", "run-1")
    assert room.ask(ended("run-1", room.at, "failed")) == ()
    assert room.ask(i.LoseRun(run="run-1", why="x")) == ()
    assert "known: succeeded" in room.refusal(i.SettleRun(run="run-1", outcome="failed", why="x"))


def test_a_run_given_up_as_lost_may_still_report_its_end() -> None:
    room = Room.declared()
    room.say(request("deploy", "run-1"), i.LoseRun(run="run-1", why="host gone"), ended("run-1", room.at))
    assert room.now.runs["run-1"].state is RunState.SUCCEEDED


def test_a_run_is_cancelled_once_and_only_while_it_runs() -> None:
    room = Room.declared()
    room.say(request("deploy", "run-1"))
    assert kinds(room.say(i.CancelRun(run="run-1"))) == ["RunCancelRequested"]
    assert room.ask(i.CancelRun(run="run-1")) == ()
    room.say(ended("run-1", room.at))
    assert "already succeeded" in room.refusal(i.CancelRun(run="run-1"))


def staged() -> Room:
    """A room whose rollout stands at its first stage."""
    room = Room.declared()
    room.say(
        i.StartRollout(rollout="ro-1", strategy=RAMP, values={}), i.EnterStage(rollout="ro-1", stage=0, run="run-1")
    )
    return room


def test_stages_are_entered_in_their_order() -> None:
    assert "after stage 1 comes 2" in staged().refusal(i.EnterStage(rollout="ro-1", stage=0, run="run-2"))
    assert kinds(staged().say(i.EnterStage(rollout="ro-1", stage=1, run="run-2"))) == ["StageEntered"]


def test_a_gate_is_read_only_at_the_stage_where_traffic_stands() -> None:
    for stage in (-1, 1, 7):
        asked = i.ReadGate(rollout="ro-1", stage=stage, verdict="passing", reason="fine")
        assert "stands at stage 1" in staged().refusal(asked)


def test_a_gate_that_says_the_same_again_is_one_event() -> None:
    room = staged()
    said = i.ReadGate(rollout="ro-1", stage=0, verdict="passing", reason="fine")
    assert kinds(room.say(said)) == ["GateRead"]
    assert room.ask(said) == ()


def test_a_gate_is_skipped_by_name_and_that_is_owed() -> None:
    room = staged()
    room.say(i.HoldRollout(rollout="ro-1", reason="errors 9 %"))
    assert "reason and an owner" in room.refusal(i.SkipGate(rollout="ro-1", why=" ", owner="kai"))
    assert "has the conn" in room.refusal(i.SkipGate(rollout="ro-1", why="the probe is broken", owner="lee"), by=LEE)
    skip = i.SkipGate(rollout="ro-1", why="the probe is broken", owner="kai")
    assert kinds(room.say(skip)) == ["WaiverGranted", "GateSkipped", "RolloutResumed"]
    assert room.now.waivers[-1].subject == "gate:ro-1:10"
    assert room.ask(skip) == ()


def test_there_is_no_gate_to_skip_before_the_first_stage() -> None:
    room = Room.declared()
    room.say(i.StartRollout(rollout="ro-1", strategy=RAMP, values={}))
    assert "no gate to skip" in room.refusal(i.SkipGate(rollout="ro-1", why="x", owner="kai"))


def test_a_rollout_is_complete_only_with_all_traffic() -> None:
    assert "only 10 %" in staged().refusal(i.CompleteRollout(rollout="ro-1"))


def test_one_rollout_at_a_time_and_never_twice_under_one_name() -> None:
    room = staged()
    again = i.StartRollout(rollout="ro-2", strategy=RAMP, values={})
    assert "under way at 10 %" in room.refusal(again)
    room.say(i.AbortRollout(rollout="ro-1", why="errors"))
    assert "already started" in room.refusal(replace(again, rollout="ro-1"))
    room.say(again)


def test_the_way_back_gives_up_a_rollout_first() -> None:
    events = staged().say(request("rollback", "run-2"))
    assert kinds(events) == ["RolloutAborted", "RunRequested"]


def test_nothing_ends_while_a_run_or_a_rollout_is_under_way() -> None:
    room = staged()
    assert "ro-1 stands at 10 %" in room.refusal(i.Resolve())
    room.say(request("rollback", "run-2"))
    assert "Rollback (run-2) is still running" in room.refusal(i.Resolve())
    room.say(ended("run-2", room.at), i.Resolve())
    room.say(request("deploy", "run-3"))
    assert "still running" in room.refusal(i.Close())


def test_a_log_that_is_followed_keeps_nobody_from_resolving() -> None:
    room = Room.declared()
    room.say(request("follow-log", "run-1", environment="", danger="free"))
    room.say(i.Resolve())
    assert "Follow-Log (run-1) is still running" in room.refusal(i.Close())


def test_a_closed_incident_takes_words_but_no_deeds() -> None:
    room = Room.declared()
    room.say(i.Resolve(), i.Close())
    for deed in (
        i.Tick(step="impact"),
        request("deploy", "run-1"),
        i.StartRollout(rollout="r", strategy=RAMP, values={}),
    ):
        assert room.refusal(deed) == "INC-7 is closed; reopen it first"
    room.say(i.AddNote(text="the vendor called"), i.SignDocument(document="post-mortem", text="…"))
    room.say(i.Reopen(why="it is back"))


def test_the_ladder_is_climbed_rung_by_rung_over_gaps_in_its_numbers() -> None:
    room = Room.declared()
    assert [event.level for event in room.say(*[i.Escalate()] * 3) if isinstance(event, e.Escalated)] == [1, 2, 4]
    assert "no higher rung" in room.refusal(i.Escalate())
    assert room.say(i.Escalate(level=2)) == (e.Escalated(level=2, called=("lead",)),)
    assert room.now.rung == 4


def test_only_the_conn_skips_a_step() -> None:
    room = Room.declared()
    waiver = i.Waive(subject="step:impact", why="obvious", owner="lee")
    assert "kai has the conn" in room.refusal(waiver, LEE)
    room.say(waiver)


def test_a_step_that_a_role_answers_for_is_skipped_by_that_role_alone() -> None:
    room = Room.declared()
    waiver = i.Waive(subject="step:review", why="one line", owner="lee")
    assert "takes the word of the lead; nobody is assigned" in room.refusal(waiver)
    room.say(i.Assign(role="lead", name="lee"))
    assert "takes the word of lee (lead)" in room.refusal(waiver)
    room.say(waiver, by=LEE)


def test_what_is_done_is_not_skipped() -> None:
    room = Room.declared()
    room.say(i.Tick(step="impact"))
    assert "nothing to skip" in room.refusal(i.Waive(subject="step:impact", why="x", owner="kai"))


def test_a_refusal_changes_nothing() -> None:
    room = Room.declared()
    before = room.incident
    answer = room.ask(i.Close(), KAI)
    assert isinstance(answer, Refused)
    assert room.incident is before
