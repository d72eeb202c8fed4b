"""A decision while others may object: who made it, until when, what is held against it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.screens import scenes
from tests.screens.conftest import Open
from tests.screens.memory_desk import Clock, MemoryDesk
from tests.screens.test_snapshots import ROOM, SIZED, SIZES
from tests.screens.test_snapshots import picture as picture
from warroom.console.domain import intents as i
from warroom.console.screens.decide import Deciding
from warroom.console.screens.decided import Decided


def fresh(clock: Clock) -> MemoryDesk:
    """Decided 18 seconds ago; the protocol gives a minute to object."""
    desk = scenes.breach(clock)
    now = clock.now
    clock.now = now - timedelta(seconds=18)
    desk.put(ROOM, i.Decide(choice="rollback", why="v1.2.3 was healthy", rule="can-roll-back: rollback"))
    clock.now = now
    desk.publish()
    return desk


def contested(clock: Clock) -> MemoryDesk:
    desk = fresh(clock)
    desk.put(ROOM, i.Object(why="v1.2.3 can't read the sessions that v1.2.4 wrote"), scenes.LEE)
    return desk


@pytest.mark.parametrize("size", SIZES, ids=SIZED)
@pytest.mark.parametrize("scene", [fresh, contested], ids=["fresh", "contested"])
def test_the_decision_as_it_looks(
    picture: Callable[..., bool], scene: Callable[[Clock], MemoryDesk], size: tuple[int, int]
) -> None:
    assert picture(scene, size, ROOM, ("D",))


async def test_while_the_window_runs_one_can_object_with_a_reason(clock: Clock, open_console: Open) -> None:
    desk = fresh(clock)
    async with open_console(desk, start=ROOM) as console:
        await console.press("D")
        for words in ("rollback by kai", "v1.2.3 was healthy", "0:42 left"):
            assert words in console.text
        await console.press("enter")
        await console.type("it loses the carts")
        await console.press("enter")
        taken = desk.incident(ROOM).decision
        assert taken is not None
        assert [one.why for one in taken.objections] == ["it loses the carts"]


async def test_a_contested_decision_says_so_and_is_made_anew(clock: Clock, open_console: Open) -> None:
    desk = contested(clock)
    clock.pass_(minutes=5)
    async with open_console(desk, start=ROOM) as console:
        await console.press("D")
        assert "lee objects" in console.text
        assert "does not stand until it is decided again" in console.text
        await console.press("k", "enter")
        assert isinstance(console.screen, Decided)
        assert "decide anew to change it" in console.text
        await console.press("j", "enter")
        assert isinstance(console.screen, Deciding)


async def test_after_the_window_a_decision_that_stands_is_made_anew_at_once(clock: Clock, open_console: Open) -> None:
    desk = fresh(clock)
    clock.pass_(minutes=5)
    async with open_console(desk, start=ROOM) as console:
        await console.press("D")
        assert isinstance(console.screen, Deciding)


async def test_enter_goes_from_question_to_question_down_to_the_reason(clock: Clock, open_console: Open) -> None:
    desk = MemoryDesk(clock)
    desk.open("Search is slow", "P1")
    async with open_console(desk, start="INC-1") as console:
        await console.press("D")
        for _ in desk.incident("INC-1").playbook.decision.questions:
            await console.press("enter")
        await console.press("enter")
        await console.type("it can wait")
        await console.press("enter")
        taken = desk.incident("INC-1").decision
        assert taken is not None and taken.why == "it can wait"
