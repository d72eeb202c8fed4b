"""The form that declares, where nobody knows the level yet, or what kind of emergency it is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.conftest import Open
from tests.screens.memory_desk import Clock, MemoryDesk
from tests.screens.test_snapshots import SIZED, SIZES
from tests.screens.test_snapshots import picture as picture
from warroom.config.playbook_files import load_playbook
from warroom.console.domain.triage import needs_level_review
from warroom.console.screens.declare import Declaring

TAKE_ANSWERS = ("n", "f4", "n", "n", "n", "n", "y", "enter")


def with_kinds(clock: Clock) -> MemoryDesk:
    """A team whose usual protocol knows kinds of emergencies."""
    desk = MemoryDesk(clock)
    desk.books = {name: load_playbook(name, Path()) for name in ("hotfix-workflow", "hotfix-deploy")}
    desk.publish()
    return desk


def plain(clock: Clock) -> MemoryDesk:
    desk = MemoryDesk(clock)
    desk.publish()
    return desk


@pytest.mark.parametrize("size", SIZES, ids=SIZED)
@pytest.mark.parametrize(
    "keys",
    [("n",), ("n", "f4", "n", "n", "u"), ("n", "tab", "tab", "tab", "right")],
    ids=["kinds", "questions", "picked"],
)
def test_declaring_as_it_looks(picture: Callable[..., bool], keys: tuple[str, ...], size: tuple[int, int]) -> None:
    assert picture(with_kinds, size, None, keys)


async def test_the_questions_lead_to_the_level_with_the_reason(clock: Clock, open_console: Open) -> None:
    desk = plain(clock)
    async with open_console(desk) as console:
        await console.press(*TAKE_ANSWERS)
        assert "P1: Payments fail" in console.text
        await console.type("Cards are refused")
        await console.press("ctrl+s")
        incident = desk.incident("INC-1")
        assert incident.level == "P1"
        assert not needs_level_review(incident)
        assert any("P1: Payments fail" in note.text for note in incident.notes)


async def test_enter_takes_the_level_where_a_protocol_asks_nothing(clock: Clock, open_console: Open) -> None:
    desk = with_kinds(clock)
    desk.books = {"hotfix-deploy": load_playbook("hotfix-deploy", Path())}
    async with open_console(desk) as console:
        await console.press("n", "f4")
        assert "hotfix-deploy names no criteria" in console.text
        await console.press("enter")
        await console.type("The API is down")
        await console.press("ctrl+s")
        assert desk.incident("INC-1").title == "The API is down"


async def test_a_doubt_assumes_the_level_and_the_room_asks_again(clock: Clock, open_console: Open) -> None:
    desk = plain(clock)
    async with open_console(desk) as console:
        await console.press("n", "f4", "n", "n", "n", "n", "u")
        assert "P1 High, assumed for now" in console.text
        await console.press("enter")
        await console.type("Cards are refused")
        await console.press("ctrl+s")
        assert desk.incident("INC-1").level == "P1"
        assert needs_level_review(desk.incident("INC-1"))


async def test_where_no_criterion_holds_it_says_that_this_is_no_emergency(clock: Clock, open_console: Open) -> None:
    async with open_console(plain(clock)) as console:
        await console.press("n", "f4", *["n"] * 12)
        assert "no emergency by these answers" in console.text
        await console.press("enter")
        assert "the normal way" in console.text
        await console.press("escape")
        assert isinstance(console.screen, Declaring)


async def test_one_can_declare_without_knowing_the_level(clock: Clock, open_console: Open) -> None:
    desk = plain(clock)
    async with open_console(desk) as console:
        await console.press("n")
        await console.type("It burns")
        await console.press("tab", "G", "enter")
        assert desk.incident("INC-1").level == "P0"
        assert needs_level_review(desk.incident("INC-1"))


async def test_a_kind_brings_its_level_and_is_laid_over_the_protocol(clock: Clock, open_console: Open) -> None:
    desk = with_kinds(clock)
    async with open_console(desk) as console:
        await console.press("n")
        await console.type("Slow")
        await console.press("tab", "tab", "tab", "right", "right", "right", "right")
        assert "Performance" in console.text
        await console.press("ctrl+s")
        assert desk.incident("INC-1").level == "P1"
        assert desk.incident("INC-1").scenarios == ("performance",)


async def test_a_protocol_without_kinds_offers_none(clock: Clock, open_console: Open) -> None:
    async with open_console(plain(clock)) as console:
        await console.press("n")
        assert "kind" not in console.text


async def test_with_room_the_form_says_what_the_protocol_is_for_and_what_not(clock: Clock, open_console: Open) -> None:
    async with open_console(with_kinds(clock), size=(120, 50)) as console:
        await console.press("n")
        assert "It is not for" in console.text


async def test_the_clock_below_two_dialogs_goes_on(clock: Clock, open_console: Open) -> None:
    desk = plain(clock)
    async with open_console(desk) as console:
        await console.press("n", "f4")
        assert f"{clock():%H:%M:%S}" in console.app.export_screenshot()
        clock.pass_(seconds=61)
        await console.until(lambda: f"{clock():%H:%M:%S}" in console.app.export_screenshot())
