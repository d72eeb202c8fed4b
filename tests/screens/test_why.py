"""Why the clocks stand so: the point of no return, each clock with its reasons, the road ahead."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.screens import scenes
from tests.screens.conftest import Open
from tests.screens.memory_desk import Clock, MemoryDesk
from tests.screens.test_snapshots import ROOM, SIZED, SIZES
from tests.screens.test_snapshots import picture as picture
from warroom.console.domain import intents as i
from warroom.console.screens.why import Why


@pytest.mark.parametrize("size", SIZES, ids=SIZED)
@pytest.mark.parametrize("scene", [scenes.calm, scenes.breach], ids=["calm", "breach"])
def test_why_as_it_looks(
    picture: Callable[..., bool], scene: Callable[[Clock], MemoryDesk], size: tuple[int, int]
) -> None:
    assert picture(scene, size, "INC-1" if scene is scenes.calm else ROOM, ("Y",))


async def test_y_explains_each_clock_and_the_road_ahead(clock: Clock, open_console: Open) -> None:
    async with open_console(scenes.breach(clock), ROOM, (200, 60)) as console:
        await console.press("Y")
        assert isinstance(console.screen, Why)
        for words in (
            "The last moment to go back",
            "for the rollback: assumed, a round guess",
            "since it was detected",
            "set by release-protocol for P0",
            "counted: Assess, Prepare, Test, Deploy, Verify",
            "the way of a hotfix is counted, the longer one",
        ):
            assert words in console.text
        await console.press("escape")
        assert not isinstance(console.screen, Why)


async def test_a_clock_that_runs_out_while_one_reads_says_so(clock: Clock, open_console: Open) -> None:
    desk = scenes.calm(clock)
    async with open_console(desk, "INC-1", (120, 40)) as console:
        await console.press("Y")
        assert "BREACHED" not in console.text
        clock.pass_(hours=30)
        console.screen.now = clock()  # type: ignore[attr-defined]
        await console.settle()
        assert "BREACHED" in console.text


async def test_once_it_is_over_nothing_is_ahead(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    desk.put(ROOM, i.Resolve(summary="v1.2.4 holds"))
    clock.now += timedelta(minutes=1)
    async with open_console(desk, ROOM, (120, 60)) as console:
        await console.press("Y")
        assert "it is resolved: nothing is ahead" in console.text
        assert "there is nothing left to choose" in console.text
