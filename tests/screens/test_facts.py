"""Facts: first what messages and documents ask for and nobody gave, by whom it is asked for."""

from collections.abc import Callable

import pytest

from tests.screens import scenes
from tests.screens.conftest import Open
from tests.screens.memory_desk import Clock
from tests.screens.test_snapshots import ROOM, SIZED, SIZES
from tests.screens.test_snapshots import picture as picture
from warroom.console.domain import intents as i
from warroom.console.screens.kit.choose import OptionList


@pytest.mark.parametrize("size", SIZES, ids=SIZED)
def test_the_facts_as_they_look(picture: Callable[..., bool], size: tuple[int, int]) -> None:
    assert picture(scenes.breach, size, ROOM, ("F",))


async def test_what_is_asked_for_and_not_known_comes_first(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    desk.put(ROOM, i.LearnFact(name="impact", value="nobody can sign in"))
    async with open_console(desk, start=ROOM) as console:
        await console.press("F")
        options = console.screen.query_one(OptionList).options
        missing = [one.key for one in options if one.detail.startswith("not known yet; asked for by")]
        assert [one.key for one in options][: len(missing)] == missing
        assert "impact" not in missing
        assert "resolved_at" not in missing
        assert f"{len(missing)} asked for and not known" in console.text


async def test_what_a_document_leaves_to_people_is_asked_for_with_its_prompt(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, start=ROOM) as console:
        await console.press("F")
        options = console.screen.query_one(OptionList).options
        wanted = next(number for number, one in enumerate(options) if one.key == "what-went-well")
        assert options[wanted].detail == "not known yet; asked for by Post-mortem"
        await console.press(*["j"] * wanted, "enter")
        assert "What shortened it" in console.text


async def test_a_fact_that_is_given_is_no_longer_asked_for(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, start=ROOM) as console:
        await console.press("F")
        first = console.screen.query_one(OptionList).options[0].key
        await console.press("enter")
        await console.type("sessions")
        await console.press("enter")
        assert desk.incident(ROOM).facts[first] == "sessions"
        await console.press("F")
        assert console.screen.query_one(OptionList).options[0].key != first
