"""Another playbook in the middle of an incident: what is kept, what moves, and what is said about it."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.domain.playbooks import LEE, OTHER, SMALL, Room, minutes
from warroom.config.playbook_files import load_playbook, shipped
from warroom.console.domain import events as e
from warroom.console.domain import intents as i
from warroom.console.domain.evolve import fold
from warroom.console.domain.git.release import Review, Staging
from warroom.console.domain.model import StepMark
from warroom.console.domain.playbook import Phase, Step
from warroom.console.domain.switching import differences, left_behind


def switch(why: str = "it is a security hole") -> i.SwitchPlaybook:
    """Go on by the other protocol."""
    return i.SwitchPlaybook(playbook=OTHER, why=why)


def preparing(level: str = "P0") -> Room:
    """A room that fixes: impact, alert and decision are done, and the branch is there."""
    room = Room.declared(level)
    room.say(i.Tick(step="impact"), i.SendMessage(message="initial", audience="all", channel="chat", text="…"))
    room.say(i.Decide(choice="hotfix", why="no way back"))
    room.run("branch", "run-1")
    assert room.now.phase == "prepare"
    return room


def test_ticks_stay_and_the_room_goes_to_the_first_phase_with_open_steps() -> None:
    room = preparing()
    events = room.say(switch())
    assert [type(event) for event in events] == [e.PlaybookSwitched, e.PhaseEntered]
    assert room.now.playbook == OTHER
    assert room.now.phase == "build"
    assert [room.now.mark(key) for key in ("impact", "branch", "review")] == [
        StepMark.DONE,
        StepMark.DONE,
        StepMark.OPEN,
    ]
    assert fold(None, room.stream) == room.now


def test_a_phase_of_the_same_key_is_stayed_in() -> None:
    room = preparing()
    room.say(i.EnterPhase(phase="deploy"))
    assert room.say(switch()) == (e.PlaybookSwitched(playbook=OTHER, why="it is a security hole"),)
    assert room.now.phase == "deploy"


def test_a_level_the_other_does_not_know_becomes_its_worst() -> None:
    room = preparing("P2")
    events = room.say(switch())
    changed = e.LevelChanged(was="P2", level="P0", why="other knows no P2; it is a security hole")
    assert changed in events
    assert room.now.level == "P0"


def test_a_known_level_is_kept() -> None:
    room = preparing("P1")
    room.say(switch())
    assert room.now.level == "P1"


def test_what_was_skipped_and_is_never_skipped_now_is_open_again_and_still_owed() -> None:
    room = preparing()
    room.say(i.Assign(role="lead", name="kai"), i.Waive(subject="step:review", why="alone", owner="lee"))
    events = room.say(switch())
    assert e.StepRegressed(step="review", why="other never skips the review") in events
    assert room.now.mark("review") is StepMark.REGRESSED
    assert [waiver.repaid_at for waiver in room.now.waivers] == [None]


def test_a_later_phase_that_was_over_is_ahead_again_where_the_other_asks_for_more() -> None:
    room = preparing()
    extra = replace(OTHER.phase[-1], step=(*OTHER.phase[-1].step, Step(key="tell-press", text="Tell the press")))
    more = replace(OTHER, phase=(*OTHER.phase[:-1], extra))
    room.say(i.EnterPhase(phase="after"), i.Tick(step="all-clear"), i.EnterPhase(phase="prepare"))
    assert "phase:after:done" in room.now.moments
    room.say(i.SwitchPlaybook(playbook=more, why="x"))
    assert "phase:after:done" not in room.now.moments


def test_only_the_holder_of_the_conn_switches_and_with_a_reason() -> None:
    room = preparing()
    assert "kai" in room.refusal(switch(), by=LEE)
    assert "needs its reason" in room.refusal(switch(why=" "))
    empty = i.SwitchPlaybook(playbook=replace(OTHER, phase=()), why="x")
    assert "has no phases" in room.refusal(empty)
    room.say(switch())
    assert "is run by other already" in room.refusal(switch())


def test_a_scenario_both_know_stays_laid_and_one_that_is_unknown_goes() -> None:
    room = Room()
    room.say(i.Declare(incident="INC-7", title="Water", level="P1", playbook=OTHER, scenario="leak"))
    room.say(i.LayScenario(scenario="flood", why="it rises"))
    newer = replace(OTHER, id="newer", scenario={"flood": OTHER.scenario["flood"]})
    assert "scenario leak: newer has none of that name" in left_behind(room.now, newer)
    room.say(i.SwitchPlaybook(playbook=newer, why="the new edition"))
    assert room.now.scenarios == ("flood",)
    assert room.now.playbook.phase[0].step[0].key == "shut"


def test_rollouts_and_runs_under_way_go_on() -> None:
    room = preparing()
    room.say(i.StartRollout(rollout="ro-1", strategy=SMALL.strategy["ramp"], values={}))
    room.say(switch())
    assert room.now.rollout is not None and room.now.rollout.active


def test_nothing_is_said_where_nothing_changes() -> None:
    assert differences(SMALL, SMALL, "P0") == ()


def test_each_change_is_said_in_a_line() -> None:
    old = replace(SMALL, staging=Staging(required=False), review=Review(minimum=1, waivable_at=("P0",)))
    told = differences(old, OTHER, "P2")
    for line in (
        "level P2 is not known: P0 (Critical) is assumed",
        "staging is now required, skipped at P0 only",
        "review by at least 2 (was 1)",
        "the review is never skipped (was skipped at P0 only)",
        "Fix ready: 30m (new)",
        "Next update: 15m -> 5m",
        "phases: Assess, Build, Deploy, Verify, After",
        "steps that are new: smoke-staging, errors",
        "steps no longer asked for: roll-back",
        "objections to a decision: 1m (was no time set)",
    ):
        assert line in told


def test_ticks_without_a_place_are_named() -> None:
    room = preparing()
    bare = replace(OTHER, phase=(Phase(key="all", title="All", step=(Step(key="branch", text="Branch"),)),))
    assert left_behind(room.now, bare) == ("ticks of steps that other does not have: impact, alert, decide",)


@pytest.mark.parametrize("old", shipped())
@pytest.mark.parametrize("new", shipped())
def test_every_shipped_playbook_can_follow_every_other(old: str, new: str) -> None:
    before, after = load_playbook(old, Path()), load_playbook(new, Path())
    room = Room.declared(tuple(before.level)[-1], playbook=before)
    told = differences(before, after, room.now.level)
    assert bool(told) == (old != new)
    assert all(line and "None" not in line for line in told)
    if old == new:
        assert "already" in room.refusal(i.SwitchPlaybook(playbook=after, why="x"))
        return
    room.wait(5).say(i.SwitchPlaybook(playbook=after, why="it is worse than it looked"))
    assert room.now.playbook.id == new
    assert room.now.phase in [phase.key for phase in after.phase]
    assert room.now.level in after.level
    assert fold(None, room.stream) == room.now
    assert room.at - minutes(5) == room.now.moments["declared"]
