"""The screen of the ways back: readiness as a word, reasons in full, and the button of each."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.screens import scenes
from tests.screens.conftest import Open
from tests.screens.memory_desk import Clock, MemoryDesk
from tests.screens.test_snapshots import ROOM, SIZED, SIZES
from tests.screens.test_snapshots import picture as picture
from warroom.console.domain import intents as i
from warroom.console.domain.way_back import Seen, judge
from warroom.console.screens.acting.confirm import Confirm

GOOD = Seen(target="v1.2.3", target_exists=True, credentials=True)
LEFT = ("environment variables stay as they are now", "what was written to the database stays")


def looked_at(clock: Clock) -> MemoryDesk:
    """One way ready, one doubtful, one blocked, the last not looked at yet."""
    desk = scenes.breach(clock)
    means = desk.view().incidents[ROOM].playbook.rollback
    seen = (
        replace(GOOD, left_behind=LEFT),
        replace(GOOD, migrations=("db/migrations/0042_windows.sql", "db/migrations/0043.sql")),
        Seen(blocked="there is no action 'flag-off' here"),
    )
    for one, what in zip(means, seen, strict=False):
        desk.put(ROOM, i.RecordWayBack(way=judge(one.title, one.action, what)))
    return desk


def nothing_ready(clock: Clock) -> MemoryDesk:
    desk = scenes.breach(clock)
    means = desk.view().incidents[ROOM].playbook.rollback[0]
    no_access = replace(GOOD, credentials=False, credentials_say="the token has expired")
    desk.put(ROOM, i.RecordWayBack(way=judge(means.title, means.action, no_access)))
    return desk


@pytest.mark.parametrize("size", SIZES, ids=SIZED)
def test_the_ways_back_as_they_look(picture: Callable[..., bool], size: tuple[int, int]) -> None:
    assert picture(looked_at, size, ROOM, ("H",))


async def test_every_way_says_its_state_and_why(clock: Clock, open_console: Open) -> None:
    async with open_console(looked_at(clock), start=ROOM) as console:
        await console.press("H")
        for words in (
            "ready",
            "doubtful",
            "blocked",
            "unseen",
            "a migration lies between",
            "environment variables stay",
        ):
            assert words in console.text


async def test_without_a_way_back_that_is_ready_the_heading_says_so(clock: Clock, open_console: Open) -> None:
    async with open_console(nothing_ready(clock), start=ROOM) as console:
        await console.press("H")
        assert "NONE IS READY" in console.text
        assert "no access: the token has expired" in console.text


async def test_enter_proposes_the_way_under_the_cursor(clock: Clock, open_console: Open) -> None:
    async with open_console(looked_at(clock), start=ROOM) as console:
        await console.press("H", "enter")
        await console.until(lambda: isinstance(console.app.screen, Confirm))
