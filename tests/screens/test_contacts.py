"""Links and contacts: who is to be called now, by which number, and where to look."""

from collections.abc import Callable

import pytest

from tests.screens import scenes
from tests.screens.conftest import Open
from tests.screens.memory_desk import Clock, MemoryDesk
from tests.screens.test_snapshots import ROOM, SIZED, SIZES
from tests.screens.test_snapshots import picture as picture
from warroom.console.domain import intents as i
from warroom.console.screens.contacts import Contacts


@pytest.mark.parametrize("size", SIZES, ids=SIZED)
def test_links_and_contacts_as_they_look(picture: Callable[..., bool], size: tuple[int, int]) -> None:
    assert picture(scenes.breach, size, ROOM, ("I",))


async def test_i_says_who_is_to_be_called_now_with_their_numbers(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, ROOM, (200, 60)) as console:
        await console.press("I")
        assert isinstance(console.screen, Contacts)
        for words in ("call level 1", "due since 40:00", "+1-555-0101", "Who is to be called"):
            assert words in console.text
        desk.put(ROOM, i.Escalate(level=2))
        await console.settle()
        assert "call level 3" in console.text


async def test_y_copies_the_number_one_stands_on(clock: Clock, open_console: Open) -> None:
    async with open_console(scenes.breach(clock), ROOM, (120, 40)) as console:
        await console.press("I", "g", "y")
        assert console.app.clipboard == "+1-555-0101"
        assert "clipboard" in console.text


async def test_a_link_without_an_address_says_who_fills_it_in_and_copies_nothing(
    clock: Clock, open_console: Open
) -> None:
    async with open_console(scenes.breach(clock), ROOM, (120, 200)) as console:
        await console.press("I")
        assert "no address yet" in console.text
        assert isinstance(console.screen, Contacts)
        console.screen.choose(console.desk.incident(ROOM), "link:nowhere")
        await console.settle()
        assert "nothing to copy" in console.text


async def test_an_old_desk_without_people_says_how_to_name_them(clock: Clock, open_console: Open) -> None:
    desk = MemoryDesk(clock)
    desk.open("Search is slow", "P2")
    async with open_console(desk, "INC-1", (120, 40)) as console:
        await console.press("I")
        assert "nobody is named" in console.text
        assert console.text.count("[[person]] in warroom.toml") == 1
        assert console.text.count("no number") > 3
