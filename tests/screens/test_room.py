"""The keys of the room: what each changes, and what it says when it can't."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.screens import scenes
from tests.screens.conftest import Open
from tests.screens.memory_desk import Clock, MemoryDesk
from warroom.config.playbook_files import load_playbook
from warroom.console.domain import intents as i
from warroom.console.domain.model import RolloutPhase, State, StepMark
from warroom.console.screens.acting.output import OutputScreen
from warroom.console.screens.room import Room
from warroom.widgets.action_bar import ActionBar


async def test_space_ticks_a_step_and_takes_the_tick_back(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("space")
        assert desk.incident("INC-2").mark("data-at-risk") is StepMark.DONE
        await console.press("space")
        assert desk.incident("INC-2").mark("data-at-risk") is StepMark.OPEN


async def test_a_tick_that_evidence_put_there_says_why_it_stays(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("j", "j", "space")
        assert "initial-alert was ticked by message:initial" in console.text


async def test_a_note_goes_into_the_timeline(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("n")
        await console.type("cache is cold")
        await console.press("enter")
        assert desk.incident("INC-2").notes[-1].text == "cache is cold"
        assert "cache is cold" in console.text


async def test_escalation_shows_who_with_numbers_and_calls_the_next_rung(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("e")
        assert "Riku Aalto +1-555-0102" in console.text
        await console.press("j", "enter")
        assert desk.incident("INC-2").rung == 2


async def test_a_decision_follows_the_rule_that_the_answers_lead_to(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2", (100, 40)) as console:
        await console.press("D", "right")
        assert "the rule says rollback" in console.text
        await console.press("ctrl+s")
        decision = desk.incident("INC-2").decision
        assert decision is not None
        assert (decision.choice, decision.rule) == ("rollback", "rollback-viable: rollback")


async def test_a_decision_without_a_reason_is_refused(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("D", "ctrl+s")
        assert "a decision needs its reason" in console.text
        assert desk.incident("INC-2").decision is None


async def test_a_level_is_changed_with_its_reason(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("L", "j", "enter", "enter")
        assert "why is empty" in console.text
        await console.type("only web")
        await console.press("enter")
        assert desk.incident("INC-2").level == "P1"


async def test_a_corrected_time_moves_the_clocks(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("T", "enter")
        await console.press(*["backspace"] * 19)
        await console.type("-2h")
        await console.press("tab")
        await console.type("graph")
        await console.press("enter")
        assert desk.incident("INC-2").corrections[-1].moment == "impact"
        assert "2:00:0" in console.text


async def test_the_state_goes_on_step_by_step(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("S", "enter")
        await console.type("traffic is back")
        await console.press("enter")
        assert desk.incident("INC-2").state is State.MITIGATED
        await console.press("S", "enter")
        await console.type("nobody is hit any more")
        await console.press("enter")
        assert desk.incident("INC-2").state is State.RESOLVED
        await console.press("S", "enter", "enter")
        assert desk.incident("INC-2").state is State.CLOSED


async def test_a_state_out_of_order_says_why_not(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("S", "j", "j", "enter")
        assert "resolve it first" in console.text
        assert desk.incident("INC-2").state is State.OPEN


async def test_the_conn_is_handed_over_and_accepted(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("C")
        await console.type("lee")
        await console.press("tab", "enter")
        assert desk.incident("INC-2").conn_offer == "lee"
        desk.put("INC-2", i.AcceptConn(), scenes.LEE)
        await console.settle()
        await console.press("C")
        assert "lee has the conn and must hand it over" in console.text
        desk.put("INC-2", i.OfferConn(to="kai"), scenes.LEE)
        await console.settle()
        await console.press("C", "j", "enter")
        assert desk.incident("INC-2").conn == "kai"


async def test_a_step_is_waived_as_a_debt(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("W")
        await console.type("no time")
        await console.press("enter")
        waiver = desk.incident("INC-2").waivers[-1]
        assert (waiver.subject, waiver.why, waiver.owner) == ("step:data-at-risk", "no time", "kai")
        assert waiver.due is not None


async def test_a_fact_is_learned(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("F", "j", "enter")
        await console.type("all users")
        await console.press("enter")
        assert desk.incident("INC-2").facts["impact"] == "all users"


async def test_a_role_is_given_to_somebody(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("R", "j", "enter")
        await console.type("mei")
        await console.press("enter")
        assert desk.incident("INC-2").roles["release-manager"] == "mei"


async def test_a_gate_is_skipped_with_a_reason_and_a_name(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("U", "enter")
        await console.type("production")
        await console.press("ctrl+y")
        await console.press("U", "j", "j", "j", "enter")
        await console.type("the gate's own probe is broken")
        await console.press("enter", "enter")
        incident = desk.incident("INC-2")
        assert incident.rollout is not None and incident.rollout.skipped == (0,)
        assert (incident.waivers[-1].subject, incident.waivers[-1].owner) == (f"gate:{incident.rollout.id}:10", "kai")


async def test_a_stage_goes_on_before_its_time_by_name(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("U", "enter")
        await console.type("production")
        await console.press("ctrl+y")
        await console.press("U", "j", "j", "enter")
        await console.type("ten quiet minutes")
        await console.press("enter", "enter")
        incident = desk.incident("INC-2")
        assert incident.rollout is not None and incident.rollout.promoted == (0,)
        assert incident.waivers[-1].subject == f"bake:{incident.rollout.id}:10"


async def test_a_rollout_is_confirmed_held_resumed_and_given_up(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("U", "enter")
        await console.type("production")
        await console.press("ctrl+y")
        rollout = desk.incident("INC-2").rollout
        assert rollout is not None
        assert rollout.percent == 10
        await console.press("U", "enter")
        await console.type("new errors")
        await console.press("enter")
        rollout = desk.incident("INC-2").rollout
        assert rollout is not None and rollout.phase is RolloutPhase.HELD
        await console.press("U", "enter")
        rollout = desk.incident("INC-2").rollout
        assert rollout is not None and rollout.phase is RolloutPhase.RUNNING
        await console.press("U", "j", "j", "j", "j", "enter")
        await console.type("worse")
        await console.press("enter")
        rollout = desk.incident("INC-2").rollout
        assert rollout is not None and rollout.phase is RolloutPhase.ABORTED


async def test_a_button_that_is_blocked_says_why(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("d")
        await console.type("production")
        await console.press("ctrl+y", "d")
        assert "not now: another run changes production" in console.text


async def test_the_way_back_is_the_rollback_and_never_what_is_merely_called_like_it(
    clock: Clock, open_console: Open
) -> None:
    desk = scenes.breach(clock)
    real = dict(desk.actions)
    desk.actions = {"rollback-database": replace(real["restore"], key=""), **real}
    desk.publish()
    async with open_console(desk, "INC-2") as console:
        await console.press("r")
        assert "Roll production back to v1.2.3" in console.text
        await console.press("escape")
        desk.actions.pop("rollback")
        desk.publish()
        await console.press("r")
        assert "no rollback is configured" in console.text


async def test_a_refused_intent_says_why_in_the_foot(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    desk.put("INC-2", i.Resolve(summary="over"))
    desk.put("INC-2", i.Close())
    async with open_console(desk, "INC-2") as console:
        await console.press("A")
        assert "INC-2 is closed; reopen it first" in console.text


async def test_enter_on_a_step_starts_what_ticks_it(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("j", "j", "j", "enter")
        assert "Rollback, hotfix or wait?" in console.text


async def test_capital_letters_and_digits_reach_their_panels(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        for digit, name in (("2", "health"), ("4", "timeline"), ("5", "actions"), ("1", "phases")):
            await console.press(digit)
            assert console.screen.focused is not None
            assert console.screen.focused.id == name


async def test_tab_goes_round_the_panels_where_only_one_fits(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2", (80, 24)) as console:
        await console.press("tab")
        assert "FAILING api /health" in console.text
        await console.press("tab")
        assert "14:30" in console.text
        await console.press("tab")
        assert "initial-alert ticked" in console.text
        await console.press("tab", "tab")
        assert "Say which data is at risk" in console.text


async def test_a_console_that_only_looks_has_no_buttons_and_says_so(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    desk.publish(read_only=True)
    version = desk.incident("INC-2").version
    async with open_console(desk, "INC-2") as console:
        assert not console.screen.query_one(ActionBar).display
        assert "escalate" not in console.text
        for key in ("n", "space", "d", "r", "D", "S", "U", "e", "A"):
            await console.press(key)
            assert isinstance(console.screen, Room)
            assert "it only looks" in console.text
    assert desk.incident("INC-2").version == version


@pytest.mark.parametrize("size", [(25, 8), (12, 3), (1, 1)])
async def test_where_nothing_fits_the_level_and_the_clock_are_left(
    clock: Clock, open_console: Open, size: tuple[int, int]
) -> None:
    async with open_console(scenes.breach(clock), "INC-2", size) as console:
        assert console.text.startswith("P"[: size[0]])


async def test_output_is_read_live_searched_and_cancelled(clock: Clock, open_console: Open) -> None:
    desk = await scenes.deploying(clock)
    run = next(one for one in desk.incident("INC-2").runs.values() if one.active)
    async with open_console(desk, "INC-2") as console:
        await console.press("O")
        assert isinstance(console.screen, OutputScreen)
        await console.until(lambda: "test_sign_in_with_old_cookie" in console.text)
        desk.printed[run.id] += "and one more line\n"
        await console.until(lambda: "and one more line" in console.text)
        await console.press("X", "enter")
        assert desk.incident("INC-2").runs[run.id].active
        await console.press("X", "j", "enter")
        assert desk.incident("INC-2").runs[run.id].state == "cancelled"
        assert "exit 130" in console.text


async def test_the_output_of_a_run_that_is_over_opens_again(clock: Clock, open_console: Open) -> None:
    desk = await scenes.deploying(clock)
    active = next(one for one in desk.incident("INC-2").runs.values() if one.active)
    desk.end("INC-2", active.id, code=3, reason="2 tests failed")
    async with open_console(desk, "INC-2") as console:
        await console.press("O", "enter")
        await console.until(lambda: "test_sign_in_with_old_cookie" in console.text)
        assert "exit 3" in console.text
        await console.press("X")
        assert "nothing to cancel" in console.text


async def test_a_room_that_opens_before_the_first_picture_of_its_incident_takes_its_notice_back(
    clock: Clock, open_console: Open
) -> None:
    desk = scenes.calm(clock)
    async with open_console(desk, "INC-2") as console:
        assert "there is no incident INC-2" in console.text
        desk.open("Sign-in fails for everyone", "P0")
        await console.settle()
        assert "there is no incident" not in console.text
        assert "Sign-in fails for everyone" in console.text


async def test_enter_on_a_step_that_nothing_here_starts_says_how_it_is_ticked(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    key = desk.open("Checkout fails", "P1", playbook=load_playbook("emergency-release", Path()))
    assert isinstance(key, str)
    desk.put(key, i.Decide(choice="hotfix", why="no way back"))
    async with open_console(desk, key, (200, 60)) as console:
        await console.press("j", "j", "j", "j", "enter", "j", "j", "enter")
        assert "nothing here starts fix: [action.fix] would" in console.text
        await console.press("j", "enter")
        assert (
            "ticks itself when a commit on the branch of the fix brings a test; space ticks it by hand" in console.text
        )


async def test_enter_on_a_step_that_is_ticked_says_by_whom_and_how_it_is_taken_back(
    clock: Clock, open_console: Open
) -> None:
    desk = MemoryDesk(clock)
    key = desk.open("Checkout fails", "P1", playbook=load_playbook("release-protocol", Path()))
    assert isinstance(key, str)
    desk.put(key, i.Tick(step="open-channel"))
    async with open_console(desk, key, (200, 60)) as console:
        await console.press("k", "enter")
        assert "ticked by kai at" in console.text
        assert "space takes it back" in console.text


async def test_enter_on_a_step_of_a_role_that_no_probe_has_says_so(clock: Clock, open_console: Open) -> None:
    desk = MemoryDesk(clock)
    key = desk.open("Checkout fails", "P1", playbook=load_playbook("release-protocol", Path()))
    assert isinstance(key, str)
    desk.put(key, i.Decide(choice="rollback", why="it was well before"))
    for step in (step for phase in desk.incident(key).playbook.phase[:4] for step in phase.step):
        desk.put(key, i.Tick(step=step.key))
    for name in ("initial-alert", "notify-release", "roll-back"):
        desk.put(key, i.Tick(step=name))
    async with open_console(desk, key, (200, 60)) as console:
        await console.press("j", "j", "j", "enter")
        assert "no probe here has the role latency; space ticks it by hand" in console.text
