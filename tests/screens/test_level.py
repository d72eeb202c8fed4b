"""A level that is only assumed: the room asks for it, and the one that was assumed can be set."""

import pytest

from tests.screens.conftest import Open
from tests.screens.memory_desk import Clock, MemoryDesk
from warroom.console.domain.triage import needs_level_review


@pytest.fixture
def assumed(clock: Clock) -> MemoryDesk:
    desk = MemoryDesk(clock)
    desk.open("Something is very wrong", "?")
    clock.pass_(minutes=7)
    return desk


async def test_the_banner_asks_for_the_level_and_names_the_key(assumed: MemoryDesk, open_console: Open) -> None:
    async with open_console(assumed, start="INC-1") as console:
        assert "P0 is assumed since 7m: is it? L sets it" in console.text


async def test_the_level_that_was_assumed_can_be_confirmed(assumed: MemoryDesk, open_console: Open) -> None:
    async with open_console(assumed, start="INC-1") as console:
        await console.press("L")
        assert "P0 is only assumed. Which level is it?" in console.text
        await console.press("enter")
        assert "P0 it is. Why?" in console.text
        await console.type("nobody gets in")
        await console.press("enter")
        assert not needs_level_review(assumed.incident("INC-1"))
        assert "is assumed" not in console.text


async def test_the_level_that_was_set_is_not_offered_again(clock: Clock, open_console: Open) -> None:
    desk = MemoryDesk(clock)
    desk.open("Search is slow", "P2")
    async with open_console(desk, start="INC-1") as console:
        await console.press("L")
        assert "not now: it is P2 already" in console.text
