"""Tests that pass on something else than the fix prove nothing of it."""

from dataclasses import replace

from tests.domain.playbooks import SMALL, Room, ended, request
from warroom.console.domain import guard
from warroom.console.domain import intents as i
from warroom.console.domain.desk import Check
from warroom.console.domain.model import StepMark
from warroom.console.domain.playbook import Phase, Step

MAIN, OLD, FIX = "main at 108fa89", "1" * 40, "4" * 40
TESTS = Step(key="tests", text="Run the tests", ticked_by="action:test")


def room(action: str = "test") -> Room:
    step = replace(TESTS, ticked_by=f"action:{action}")
    return Room.declared(playbook=replace(SMALL, phase=(Phase(key="fix", title="Fix", step=(step,)),)))


def tried(room: Room, run: str, checkout: str, fix: str = "", action: str = "test") -> None:
    asked = replace(request(action, run, "", "free"), checkout=checkout, fix=fix)
    room.say(asked, i.StartRun(run=run))
    room.wait(1)
    room.say(ended(run, room.at))


def fixed(room: Room, commit: str) -> None:
    room.say(i.RecordGitFact(fact="fix", holds=True, why="1 commit", commit=commit))


def said(room: Room) -> Check:
    return next(
        one
        for one in guard.check(("tests-passed",), room.now, "kai", "typed", "")
        if one.name != "conn" and one.name != "no-other-run"
    )


def test_tests_of_the_fix_tick_and_tests_beside_it_do_not() -> None:
    here = room()
    fixed(here, FIX)
    tried(here, "test-1", MAIN)
    assert here.now.mark("tests") is StepMark.OPEN
    assert said(here) == Check(
        name="tests-passed",
        verdict="refused",
        reason="test succeeded on main at 108fa89, which lacks the newest of the fix, 4444444: run it there",
    )
    tried(here, "test-2", "hotfix/x at 4444444", FIX)
    assert here.now.mark("tests") is StepMark.DONE
    assert said(here).reason == "test succeeded on hotfix/x at 4444444"


def test_a_commit_that_joins_the_fix_takes_the_tick_back() -> None:
    here = room()
    fixed(here, OLD)
    tried(here, "test-1", "hotfix/x at 1111111", OLD)
    assert here.now.mark("tests") is StepMark.DONE
    fixed(here, FIX)
    assert here.now.mark("tests") is StepMark.REGRESSED


def test_what_names_its_version_and_what_ships_is_left_alone() -> None:
    here = room()
    fixed(here, FIX)
    tried(here, "test-1", "")
    assert here.now.mark("tests") is StepMark.DONE
    shipped = room("deploy-staging")
    fixed(shipped, FIX)
    tried(shipped, "deploy-1", MAIN, action="deploy-staging")
    assert shipped.now.mark("tests") is StepMark.DONE
