"""The screen of what would ship: it says what is more than the fix, and lets it be waived."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens import scenes
from tests.screens.conftest import Open
from tests.screens.memory_desk import Clock, MemoryDesk
from tests.screens.test_snapshots import ROOM, SIZED, SIZES
from tests.screens.test_snapshots import picture as picture
from warroom.console.domain import guard
from warroom.console.domain import intents as i
from warroom.console.domain.git.change import ChangedFile, Commit, Difference, Proof, weigh
from warroom.console.domain.git.change_kinds import Limits
from warroom.console.domain.git.pull_request import PullRequest, Reviewed
from warroom.console.screens.acting.shipping import Shipping

FIX = Commit(sha="3f2a1c9d0" + "0" * 31, author="Kai", subject="Make a store for every session slot")
STRANGERS = tuple(
    Commit(sha=f"{number}b81f00d" + "0" * 32, author="Lee", subject=f"A new shop window, part {number}", own=False)
    for number in range(1, 4)
)
FILES = (
    ChangedFile(path="shop/sessions.py", added=12, removed=3),
    ChangedFile(path="tests/test_sessions.py", added=24),
)
MORE = (
    *FILES,
    ChangedFile(path="web/window.ts", added=120, removed=40),
    ChangedFile(path="web/package-lock.json", added=900, removed=700),
    ChangedFile(path="db/migrations/0042_windows.sql", added=14),
    ChangedFile(path="shop/cart.py", added=60, removed=60, formatting=True),
    ChangedFile(path="web/logo.png", binary=True),
)
REQUEST = PullRequest(
    number=12,
    url="https://github.com/acme/shop/pull/12",
    state="open",
    head="3f2a1c9d0",
    reviews=(Reviewed(by="dana", verdict="approved", commit="3f2a1c9d0"),),
    passed=4,
    pending=1,
)


def proof(commits: tuple[Commit, ...], files: tuple[ChangedFile, ...]) -> Proof:
    found = Difference(
        live="v1.2.3",
        candidate="v1.2.4",
        live_commit="9c1d" + "0" * 36,
        candidate_commit="3f2a1c9d0" + "0" * 31,
        commits=commits,
        files=files,
    )
    return weigh(found, Limits())


RED = proof((FIX, *STRANGERS), MORE)


def minimal(clock: Clock) -> MemoryDesk:
    desk = scenes.breach(clock)
    desk.put(ROOM, i.ProveChange(proof=proof((FIX,), FILES)))
    desk.put(ROOM, i.SeePullRequest(pull_request=REQUEST))
    return desk


def red(clock: Clock) -> MemoryDesk:
    desk = scenes.breach(clock)
    desk.put(ROOM, i.ProveChange(proof=RED))
    return desk


@pytest.mark.parametrize("size", SIZES, ids=SIZED)
@pytest.mark.parametrize("scene", [minimal, red, scenes.breach], ids=["minimal", "red", "nothing"])
def test_what_would_ship(
    picture: Callable[..., bool], scene: Callable[[Clock], MemoryDesk], size: tuple[int, int]
) -> None:
    assert picture(scene, size, ROOM, ("G",))


async def test_g_opens_it_from_any_panel_and_closes_it_again(open_console: Open, clock: Clock) -> None:
    async with open_console(red(clock), ROOM) as console:
        for panel in ("1", "4"):
            await console.press(panel, "G")
            assert isinstance(console.screen, Shipping)
            assert "MORE THAN THE FIX" in console.text
            await console.press("G")
            assert not isinstance(console.screen, Shipping)


async def test_a_filter_may_hold_a_capital_g(open_console: Open, clock: Clock) -> None:
    async with open_console(red(clock), ROOM) as console:
        await console.press("slash", "G")
        assert not isinstance(console.screen, Shipping)


async def test_it_is_waived_with_reason_and_owner(open_console: Open, clock: Clock) -> None:
    desk = red(clock)
    async with open_console(desk, ROOM) as console:
        desk.put(ROOM, i.TakeConn())
        await console.press("G", "W")
        await console.type("the window is the fix")
        await console.press("ctrl+s")
        assert [waiver.subject for waiver in desk.incident(ROOM).waivers][-1:] == ["minimal-change"]
        assert guard.GUARDS["minimal-change"](desk.incident(ROOM)).verdict == "warn"


async def test_a_minimal_change_has_nothing_to_waive(open_console: Open, clock: Clock) -> None:
    async with open_console(minimal(clock), ROOM) as console:
        await console.press("G", "W")
        assert "nothing to waive" in console.text


async def test_it_reads_on_by_the_keyboard(open_console: Open, clock: Clock, tmp_path: Path) -> None:
    async with open_console(red(clock), ROOM, size=(80, 24)) as console:
        await console.press("G")
        assert "a test came with it" not in console.text
        await console.press("pagedown", "pagedown", "pagedown")
        assert "a test came with it" in console.text
