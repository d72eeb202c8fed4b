"""Resolving and closing: what speaks against it is said first."""

from tests.domain.playbooks import verdict
from tests.screens.conftest import Open
from tests.screens.memory_desk import Clock, MemoryDesk
from warroom.console.domain import intents as i
from warroom.console.domain.model import State


async def test_resolving_says_what_still_fails_and_asks_for_a_word(clock: Clock, open_console: Open) -> None:
    desk = MemoryDesk(clock)
    desk.open("Search is slow", "P1")
    desk.put("INC-1", verdict("health", "failing", "[STATUS] (500) == 200"))
    async with open_console(desk, start="INC-1") as console:
        await console.press("S")
        await console.press("down", "enter")
        assert "This speaks against it:" in console.text
        assert "api health is failing: [STATUS] (500) == 200" in console.text
        await console.press("enter")
        assert desk.incident("INC-1").state is State.OPEN
        await console.type("the probe is wrong")
        await console.press("enter")
        assert desk.incident("INC-1").state is State.RESOLVED


async def test_closing_says_what_is_owed(clock: Clock, open_console: Open) -> None:
    desk = MemoryDesk(clock)
    desk.open("Search is slow", "P1")
    async with open_console(desk, start="INC-1") as console:
        await console.press("S")
        await console.press("down", "enter")
        await console.type("it went away")
        await console.press("enter")
        await console.press("S")
        await console.press("enter")
        assert "This is still owed" in console.text
        await console.press("enter")
        assert desk.incident("INC-1").state is State.CLOSED


async def test_closing_is_not_offered_while_a_live_branch_lacks_the_fix(clock: Clock, open_console: Open) -> None:
    desk = MemoryDesk(clock)
    desk.open("Search is slow", "P1")
    desk.put("INC-1", i.Decide(choice="hotfix", why="no way back"))
    desk.put("INC-1", i.RecordBackport(branch="develop", state="missing", why="lacks 987e025f65"))
    desk.put("INC-1", i.Resolve(summary="it is live"))
    async with open_console(desk, start="INC-1") as console:
        await console.press("S")
        assert "not now: develop still misses the fix" in console.text
