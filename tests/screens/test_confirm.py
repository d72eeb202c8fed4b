"""The yes before a run: what counts as one, and what doesn't."""

from textual.events import Key
from textual.widgets import Input

from tests.screens import scenes
from tests.screens.conftest import Open, Opened
from tests.screens.memory_desk import Clock, MemoryDesk
from warroom.console.domain import intents as i
from warroom.console.domain.approval import code_hash
from warroom.console.domain.intents import By, Refused
from warroom.console.domain.model import Run
from warroom.console.screens.acting.confirm import Confirm
from warroom.console.screens.acting.pressing import not_now
from warroom.console.screens.kit.push_button import PushButton
from warroom.console.screens.room import Room


def runs(desk: MemoryDesk) -> list[Run]:
    return list(desk.incident("INC-2").runs.values())


def cancel_has_focus(console: Opened) -> bool:
    return isinstance(console.screen.focused, PushButton) and console.screen.focused.id == "cancel"


async def test_the_focus_is_on_cancel_and_enter_runs_nothing(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("b")
        assert cancel_has_focus(console)
        await console.press("enter")
        assert isinstance(console.screen, Room)
        assert not runs(desk)


async def test_enter_on_the_yes_button_runs_nothing(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("b", "tab", "enter", "space")
        assert isinstance(console.screen, Confirm)
        assert console.screen.focused is console.screen.query_one("#yes")
        assert not runs(desk)


async def test_y_runs_exactly_what_was_shown(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("b")
        assert "warroom-git branch hotfix/INC-2 --from v1.2.3" in console.text
        await console.press("y")
        assert isinstance(console.screen, Room)
        assert [run.command for run in runs(desk)] == ["warroom-git branch hotfix/INC-2 --from v1.2.3"]


async def test_keys_in_the_first_moments_are_ignored(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("b")
        opened = console.screen
        console.stop_clock.seconds += 0.29
        await console.pilot.press("y")
        await console.settle()
        assert console.screen is opened
        assert not runs(desk)


async def test_a_key_that_comes_after_the_dialog_went_or_is_covered_closes_nothing(
    clock: Clock, open_console: Open
) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("b")
        below = console.screen
        await console.press("question_mark")
        above = console.screen
        assert above is not below
        await below.run_action("leave")
        await console.settle()
        assert console.screen is above
        await console.press("escape")
        await below.run_action("leave")
        await below.run_action("leave")
        await console.settle()
        assert isinstance(console.screen, Room)
        assert not runs(desk)


async def test_a_button_pressed_twice_at_once_asks_once(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        room = console.screen
        assert isinstance(room, Room)
        room.act("INC-2", "branch")
        room.act("INC-2", "branch")
        await console.settle()
        assert [type(one) for one in console.app.screen_stack].count(Confirm) == 1
        await console.press("escape")
        assert isinstance(console.screen, Room)


async def test_a_held_key_never_says_yes(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("b")
        opened = console.screen
        for _ in range(40):
            console.stop_clock.seconds += 0.03
            await console.pilot.press("y")
        # The first repeat of a held key comes later than the others.
        console.stop_clock.seconds += 0.7
        await console.pilot.press("y")
        await console.settle()
        assert console.screen is opened
        assert not runs(desk)
        await console.press("y")
        assert len(runs(desk)) == 1


async def test_a_typed_action_needs_the_name_of_its_target(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("d", "ctrl+y")
        assert "nothing was typed" in console.text
        await console.type("prod")
        await console.press("ctrl+y")
        assert "not 'prod'" in console.text
        assert not runs(desk)
        await console.type("uction")
        await console.press("enter")
        assert "Enter never says yes" in console.text
        assert not runs(desk)
        await console.press("ctrl+y")
        assert [run.action for run in runs(desk)] == ["deploy-production"]


async def test_letters_that_repeat_are_typed_however_fast(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("d")
        console.stop_clock.seconds += 1
        await console.pilot.press(*"production")
        await console.press("ctrl+y")
        assert [run.action for run in runs(desk)] == ["deploy-production"]


def say_yes(desk: MemoryDesk, by: By = scenes.LEE) -> object:
    """The second person answers, at a console of their own."""
    (request,) = desk.incident("INC-2").approvals
    return desk.put("INC-2", i.GrantApproval(request=request, typed="orders", account="1001@relay"), by)


async def ask(console: Opened) -> None:
    """Press the button, type the target, ask."""
    await console.press("x")
    await console.type("orders")
    await console.press("ctrl+y")


async def test_letters_that_come_all_at_once_are_all_typed(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("d")
        console.stop_clock.seconds += 1
        for letter in "production":
            console.app.post_message(Key(letter, letter))
        await console.settle()
        assert console.screen.query_one("#target", Input).value == "production"


async def test_a_burst_of_keys_with_held_ones_and_enter_runs_nothing(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    for burst in (
        ["d", "d", "d", *"production", "enter", "ctrl+y", "ctrl+y", "enter"],
        ["b", "y", "y", "y", "enter", "enter"],
        ["x", *"orders", "ctrl+y", "enter", "ctrl+y", "space"],
    ):
        async with open_console(desk, "INC-2") as console:
            for key in burst:
                console.stop_clock.seconds += 0.02
                await console.pilot.press(key)
            await console.settle()
            assert not runs(desk)
            assert not desk.incident("INC-2").approvals


async def test_a_key_held_down_from_the_button_to_the_yes_runs_nothing(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.pilot.press("b")
        for _ in range(100):
            console.stop_clock.seconds += 0.05
            await console.pilot.press("b", "y")
        await console.settle()
        assert isinstance(console.screen, Confirm)
        assert not runs(desk)


async def test_class_two_asks_waits_and_runs_after_one_more_yes(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("x", "ctrl+y")
        assert "nothing was typed" in console.text
        await console.type("orders")
        assert "Ask a second person" in console.text
        await console.press("ctrl+y")
        assert "waiting for a yes to approval-1, for 15:00 more" in console.text
        assert "lee can press Q there" in console.text
        await console.press("ctrl+y")
        assert "nobody has approved it yet" in console.text
        assert isinstance(say_yes(desk, By(actor="Kai", console="desk-9")), Refused)
        assert not isinstance(say_yes(desk), Refused)
        await console.settle()
        assert "lee approved it from their console (1001@relay)" in console.text
        assert not runs(desk)
        await console.press("ctrl+y")
        assert [(run.action, run.approved_by) for run in runs(desk)] == [("restore", "lee")]


async def test_a_yes_from_outside_does_not_turn_a_key_on_its_way_into_a_run(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await ask(console)
        console.stop_clock.seconds += 2
        say_yes(desk)
        await console.settle()
        console.stop_clock.seconds += 0.2
        await console.pilot.press("ctrl+y")
        await console.settle()
        assert not runs(desk)


async def test_a_code_typed_on_the_shared_pane_is_the_second_persons_word(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await ask(console)
        issue = i.IssueCode(request="approval-1", hash=code_hash("7KQM2WXP", "salt"), salt="salt", account="1001@desk")
        desk.put("INC-2", issue, scenes.LEE)
        await console.type("AAAAAAAA")
        await console.press("ctrl+y")
        assert "that is not the code; 4 more tries" in console.text
        assert "wrong codes typed: 1; 4 more tries" in console.text
        await console.press(*["backspace"] * 8)
        await console.type("7kqm-2wxp")
        await console.press("enter")
        assert not runs(desk)
        await console.press("ctrl+y")
        assert "lee approved it with their code (1001@desk)" in console.text
        assert not runs(desk)
        await console.press("ctrl+y")
        assert [run.approved_by for run in runs(desk)] == ["lee"]


async def test_a_question_that_was_left_stands_and_is_taken_up_again(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await ask(console)
        await console.press("escape")
        assert isinstance(console.screen, Room)
        say_yes(desk)
        await console.press("x")
        assert "lee approved it" in console.text
        await console.press("ctrl+y")
        assert "nothing was typed" in console.text
        await console.type("orders")
        await console.press("ctrl+y")
        assert len(runs(desk)) == 1


async def test_a_no_is_said_with_its_reason_and_one_may_ask_again(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await ask(console)
        no = i.DenyApproval(request="approval-1", account="1001@relay", why="the backup is from Tuesday")
        desk.put("INC-2", no, scenes.LEE)
        await console.settle()
        assert "lee said no: the backup is from Tuesday" in console.text
        assert "Ask a second person" in console.text
        await console.press("ctrl+y")
        assert "waiting for a yes to approval-2" in console.text
        assert not runs(desk)


async def test_a_word_for_what_changed_since_is_void(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await ask(console)
        say_yes(desk)
        await console.settle()
        desk.salt = "another backup"
        await console.press("ctrl+y")
        assert "something changed since you said yes" in console.text
        assert "a second person must approve it" in console.text
        assert not runs(desk)


async def test_a_word_that_came_too_late_is_none(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await ask(console)
        say_yes(desk)
        clock.pass_(minutes=15)
        desk.publish()
        await console.until(lambda: "Ask a second person" in console.text)
        assert not runs(desk)


async def test_what_changed_before_the_yes_is_shown_anew(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("b")
        desk.salt = "another commit"
        await console.press("y")
        assert isinstance(console.screen, Confirm)
        assert "something changed since you said yes" in console.text
        assert cancel_has_focus(console)
        assert not runs(desk)
        await console.press("y")
        assert len(runs(desk)) == 1


async def test_a_guard_that_refuses_leaves_no_yes(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("r")
        assert "backup: backup has not run" in console.text
        await console.press("y")
        assert isinstance(console.screen, Confirm)
        assert not console.screen.query_one("#yes").display
        assert not runs(desk)


async def test_only_the_holder_of_the_conn_gets_a_yes(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    desk.put("INC-2", i.OfferConn(to="lee"))
    desk.put("INC-2", i.AcceptConn(), scenes.LEE)
    async with open_console(desk, "INC-2") as console:
        await console.press("b", "y")
        assert "conn: lee has it" in console.text
        assert not runs(desk)


async def test_a_free_action_asks_nothing(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("t")
        assert isinstance(console.screen, Room)
        assert [run.action for run in runs(desk)] == ["test"]


async def test_a_free_action_whose_key_is_held_is_started_once(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("t")
        for _ in range(90):
            console.stop_clock.seconds += 0.03
            await console.pilot.press("t")
        await console.settle()
        assert len(runs(desk)) == 1
        await console.press("t")
        assert len(runs(desk)) == 2


async def test_the_end_of_a_run_is_said_where_it_was_started(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("t")
        assert "running as" in console.text
        desk.end("INC-2", runs(desk)[0].id, code=3)
        await console.settle()
        assert "Run the tests on the hotfix: failed, exit 3" in console.text


async def test_other_values_are_asked_for_and_shown_before_the_yes(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("b", "f2")
        await console.type("incident=main")
        await console.press("enter")
        await console.until(lambda: isinstance(console.screen, Confirm))
        assert "hotfix/main" in console.text


def test_what_is_refused_names_the_key_that_leads_on() -> None:
    strangers = "minimal-change: 3 commits that are not part of the fix ride along"
    assert not_now(strangers) == f"not now: {strangers} (G shows it, and W there waives it)"
    assert not_now("conn: Kai has it") == "not now: conn: Kai has it (C is for the conn)"
    for plain in ("minimal-change: v1.2.4 does not exist yet", "staging: nothing was deployed there"):
        assert not_now(plain) == f"not now: {plain}"
