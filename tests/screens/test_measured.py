"""What readings say of the impact's time: the room hints at it, and T offers it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.screens import scenes
from tests.screens.conftest import Open
from tests.screens.memory_desk import START, Clock, MemoryDesk
from tests.screens.test_snapshots import SIZED, SIZES
from tests.screens.test_snapshots import picture as picture
from warroom.console.domain.watch.impact import Crossing

BEGAN = START - timedelta(minutes=8)


def earlier(clock: Clock) -> MemoryDesk:
    """Readings say that it began a quarter of an hour before it was said to."""
    desk = scenes.breach(clock)
    began = desk.incident("INC-2").moments["impact"] - timedelta(minutes=15)
    desk.publish(outages={"INC-2": Crossing(probe="sign-in errors", start=began, good_before=began)})
    return desk


@pytest.mark.parametrize("size", SIZES, ids=SIZED)
def test_the_hint_as_it_looks(picture: Callable[..., bool], size: tuple[int, int]) -> None:
    assert picture(earlier, size, "INC-2")


async def test_t_corrects_the_impact_to_what_was_measured(clock: Clock, open_console: Open) -> None:
    desk = MemoryDesk(clock)
    desk.open("Sign-in fails", "P0")
    desk.publish(outages={"INC-1": Crossing(probe="sign-in errors", start=BEGAN, good_before=BEGAN)})
    async with open_console(desk, start="INC-1") as console:
        assert "MEASURED  error rate says 14:39:12; you said 14:47:12: T corrects it" in console.text
        await console.press("T")
        assert "the error rate says 14:39:12" in console.text
        await console.press("enter")
        assert "2026-11-20 14:39:12" in console.text
        assert "measured: sign-in errors crossed its limit at 14:39:12 UTC" in console.text
        await console.press("enter", "enter")
        assert desk.incident("INC-1").moments["impact"] == BEGAN
        assert "MEASURED" not in console.text


async def test_who_only_looks_is_offered_no_key(clock: Clock, open_console: Open) -> None:
    desk = earlier(clock)
    desk.publish(read_only=True)
    async with open_console(desk, "INC-2") as console:
        assert "you said 14:01:12" in console.text
        assert "T corrects it" not in console.text


async def test_who_guessed_well_is_not_told(clock: Clock, open_console: Open) -> None:
    desk = MemoryDesk(clock)
    desk.open("Sign-in fails", "P0")
    near = START - timedelta(seconds=40)
    desk.publish(outages={"INC-1": Crossing(probe="sign-in errors", start=near, good_before=near)})
    async with open_console(desk, start="INC-1") as console:
        assert "MEASURED" not in console.text
