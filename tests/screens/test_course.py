"""Changing the course: a scenario over the playbook, another playbook."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens import scenes
from tests.screens.conftest import Open, Opened
from tests.screens.memory_desk import Clock, MemoryDesk
from tests.screens.test_snapshots import ROOM, SIZED, SIZES
from tests.screens.test_snapshots import picture as picture
from warroom.config.playbook_files import load_playbook
from warroom.console.domain import intents as i
from warroom.console.screens.kit.ask import Ask
from warroom.console.screens.room import Room


def workflow(clock: Clock) -> MemoryDesk:
    """A room that is run by the protocol with scenarios."""
    desk = scenes.calm(clock)
    desk.put("INC-1", i.SwitchPlaybook(playbook=load_playbook("hotfix-workflow", Path()), why="it is a release"))
    return desk


@pytest.mark.parametrize("size", SIZES, ids=SIZED)
def test_scenarios_as_they_look(picture: Callable[..., bool], size: tuple[int, int]) -> None:
    assert picture(workflow, size, "INC-1", ("X",))


@pytest.mark.parametrize("size", SIZES, ids=SIZED)
def test_what_a_scenario_brings_as_it_looks(picture: Callable[..., bool], size: tuple[int, int]) -> None:
    assert picture(workflow, size, "INC-1", ("X", "enter"))


async def test_a_scenario_is_laid_with_its_reason_and_raises_the_level(clock: Clock, open_console: Open) -> None:
    desk = workflow(clock)
    async with open_console(desk, "INC-1") as console:
        await console.press("X", "enter")
        assert "The level goes from P2 to P0" in console.text
        assert "+ " in console.text
        await console.type("an injection")
        await console.press("enter")
        assert desk.incident("INC-1").scenarios == ("security",)
        assert desk.incident("INC-1").level == "P0"
        await console.press("X", "g")
        assert "not now: it is laid already" in console.text


async def test_a_protocol_without_scenarios_says_so(clock: Clock, open_console: Open) -> None:
    async with open_console(scenes.breach(clock), ROOM) as console:
        await console.press("X")
        assert "release-protocol has no scenarios" in console.text


async def _switch(console: Opened) -> None:
    """What the command palette runs."""
    room: object = console.screen
    assert isinstance(room, Room)
    room.action_prompt("switch")
    await console.settle()


@pytest.mark.parametrize("size", SIZES, ids=SIZED)
async def test_what_another_protocol_changes_is_shown_before_the_reason_is_asked_for(
    clock: Clock, open_console: Open, size: tuple[int, int]
) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, ROOM, size) as console:
        await _switch(console)
        assert "Go on by which protocol?" in console.text
        await console.press("g", "enter")
        assert isinstance(console.screen, Ask)
        assert "what changes. Why?" in console.text
        assert "Fix in production: 2h (new)" in console.text
        assert size != (80, 24) or "pgdn read on" in console.text
        # The field is in sight however much changes.
        assert "why" in console.text
        await console.press("pagedown", "pageup")
        await console.type("it is no outage")
        await console.press("enter")
        assert desk.incident(ROOM).playbook.id == "emergency-release"


async def test_the_palette_offers_to_switch_and_the_present_protocol_is_no_choice(
    clock: Clock, open_console: Open
) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, ROOM) as console:
        await console.press("colon")
        await console.type("switch the")
        await console.until(lambda: "Switch the protocol" in console.text)
        await console.press("enter")
        await console.until(lambda: "Go on by which protocol?" in console.text)
        assert "it is run by this one" in console.text


async def test_a_console_that_only_looks_switches_nothing(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    desk.publish(read_only=True)
    async with open_console(desk, ROOM) as console:
        await _switch(console)
        assert isinstance(console.screen, Room)
        assert "it only looks" in console.text
