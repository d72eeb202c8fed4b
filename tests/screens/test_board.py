"""The board and the form that declares."""

from typing import Any

import pytest
from rich.console import RenderableType
from textual.screen import Screen

from tests.screens import scenes
from tests.screens.conftest import Open
from tests.screens.memory_desk import Clock, MemoryDesk
from warroom.console.app import WarroomApp
from warroom.console.domain import intents as i
from warroom.console.screens.board import Board
from warroom.console.screens.declare import Declaring
from warroom.console.screens.kit.choose import Choose
from warroom.console.screens.room import Room
from warroom.widgets.incident_table import IncidentTable


async def test_a_new_incident_takes_a_title_and_two_enters(clock: Clock, open_console: Open) -> None:
    desk = MemoryDesk(clock)
    async with open_console(desk) as console:
        await console.press("n")
        await console.type("Pay fails")
        await console.press("enter", "j", "enter")
        assert [(one.title, one.level) for one in desk.view().incidents.values()] == [("Pay fails", "P1")]
        assert isinstance(console.screen, Room)


async def test_the_levels_are_shown_with_what_qualifies_for_them(clock: Clock, open_console: Open) -> None:
    async with open_console(MemoryDesk(clock)) as console:
        await console.press("n")
        await console.until(lambda: "Payments fail" in console.text)


async def test_an_impact_time_is_read_as_people_write_it(clock: Clock, open_console: Open) -> None:
    desk = MemoryDesk(clock)
    async with open_console(desk) as console:
        await console.press("n")
        await console.type("Pay fails")
        await console.press("shift+tab")
        await console.type("yesterday")
        await console.press("enter")
        assert isinstance(console.screen, Declaring)
        assert "'yesterday' is no time" in console.text
        await console.press(*["backspace"] * len("yesterday"))
        await console.type("-20m")
        await console.press("enter")
        moments = desk.incident("INC-1").moments
        assert (moments["declared"] - moments["impact"]).total_seconds() == 1200


async def test_a_form_without_a_title_says_what_is_missing(clock: Clock, open_console: Open) -> None:
    desk = MemoryDesk(clock)
    async with open_console(desk) as console:
        await console.press("n", "ctrl+s")
        assert "what is wrong?" in console.text
        assert not desk.view().incidents


async def test_enter_opens_the_room_and_escape_comes_back(clock: Clock, open_console: Open) -> None:
    async with open_console(scenes.breach(clock)) as console:
        await console.press("enter")
        assert isinstance(console.screen, Room)
        assert console.screen.key == "INC-2"
        await console.press("escape")
        assert isinstance(console.screen, Board)


async def test_a_filter_narrows_while_one_types_and_escape_takes_it_away(clock: Clock, open_console: Open) -> None:
    async with open_console(scenes.breach(clock)) as console:
        await console.press("slash")
        await console.type("asia")
        assert "Sign-in fails" not in console.text
        await console.press("enter", "enter")
        assert isinstance(console.screen, Room)
        assert console.screen.key == "INC-3"
        await console.press("escape", "escape")
        assert "Sign-in fails" in console.text


async def test_an_incident_that_somebody_else_declares_appears(clock: Clock, open_console: Open) -> None:
    desk = scenes.calm(clock)
    async with open_console(desk) as console:
        desk.open("Mail is late", "P1")
        await console.settle()
        assert "Mail is late" in console.text


async def test_clocks_move_with_the_second(clock: Clock, open_console: Open) -> None:
    async with open_console(scenes.breach(clock)) as console:
        clock.pass_(seconds=5)
        await console.until(lambda: "14:47:17 UTC" in console.text)
        assert "0:46:05" in console.text


async def test_leaving_asks_while_something_runs(clock: Clock, open_console: Open) -> None:
    desk = await scenes.deploying(clock)
    async with open_console(desk) as console:
        await console.press("q")
        assert isinstance(console.screen, Choose)
        assert "goes on" in console.text
        await console.press("enter")
        assert isinstance(console.screen, Board)
        assert console.app.is_running


async def test_leaving_asks_nothing_while_nothing_runs(clock: Clock, open_console: Open) -> None:
    async with open_console(scenes.calm(clock)) as console:
        await console.press("q")
        await console.until(lambda: not console.app.is_running)


async def test_rollback_is_one_key_away_from_the_board(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    desk.actions["rollback"] = desk.actions["branch"]
    desk.publish()
    async with open_console(desk) as console:
        await console.press("r", "y")
        assert [run.action for run in desk.incident("INC-2").runs.values()] == ["rollback"]


async def test_a_console_that_only_looks_offers_nothing_that_acts(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    desk.publish(read_only=True)
    async with open_console(desk) as console:
        assert "VIEW-ONLY" in console.text
        assert "ROLLBACK" not in console.text
        await console.press("n")
        assert isinstance(console.screen, Board)
        assert "it only looks" in console.text


async def test_the_cursor_stays_on_its_incident_when_rows_move(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk) as console:
        await console.press("j")
        table = console.screen.query_one(IncidentTable)
        assert table.cursor == "INC-3"
        desk.put("INC-3", i.ChangeLevel(level="P0", why="checkout is down"))
        await console.settle()
        assert table.cursor == "INC-3"


async def test_opening_the_screen_and_every_key_says_that_somebody_sits_there(clock: Clock) -> None:
    desk, seen = MemoryDesk(clock), list[None]()
    app = WarroomApp(desk, desk.subscribe, clock, attended=lambda: seen.append(None))
    async with app.run_test(size=(80, 24)) as hands:
        opened = len(seen)
        await hands.press("j", "k")
        touched = len(seen)
        await hands.pause(0.2)
    assert opened == 1
    assert touched > opened
    assert len(seen) == touched, "a picture that changes by itself is no sign of a person"


async def test_the_work_begins_once_the_first_picture_is_drawn(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, order = MemoryDesk(clock), list[str]()
    drawing = WarroomApp._display

    def display(app: WarroomApp, screen: Screen[Any], picture: RenderableType | None) -> None:
        drawing(app, screen, picture)
        order.append("drawn" if picture else "nothing")

    monkeypatch.setattr(WarroomApp, "_display", display)
    app = WarroomApp(desk, desk.subscribe, clock, begin=lambda: order.append("begun"))
    async with app.run_test(size=(80, 24)) as hands:
        await hands.pause()
    assert order.count("begun") == 1
    assert "drawn" in order[: order.index("begun")]
