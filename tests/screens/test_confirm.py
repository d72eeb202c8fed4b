"""The yes before a run: what counts as one, and what doesn't."""

from tests.screens import scenes
from tests.screens.conftest import Open, Opened
from tests.screens.memory_desk import Clock, MemoryDesk
from warroom.console.domain import intents as i
from warroom.console.domain.model import Run
from warroom.console.screens.confirm import Confirm
from warroom.console.screens.push_button import PushButton
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


async def test_a_second_person_must_be_somebody_else(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("x")
        await console.type("orders")
        await console.press("ctrl+y")
        assert "a second person must approve" in console.text
        await console.type("Kai")
        await console.press("ctrl+y")
        assert "somebody else must approve" in console.text
        assert not runs(desk)
        await console.press("backspace", "backspace", "backspace")
        await console.type("lee")
        await console.press("ctrl+y")
        assert [(run.action, run.approved_by) for run in runs(desk)] == [("restore", "lee")]


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
