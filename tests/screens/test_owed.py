"""What is owed: each debt with its kind, owner and date, and Enter pays it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.screens import scenes
from tests.screens.conftest import Open
from tests.screens.memory_desk import Clock, MemoryDesk
from tests.screens.test_snapshots import ROOM, SIZED, SIZES
from tests.screens.test_snapshots import picture as picture
from warroom.console.domain import intents as i
from warroom.console.domain.debts import owed
from warroom.console.domain.model import StepMark
from warroom.console.domain.skipping import step_never_skipped
from warroom.console.screens.room import Room
from warroom.console.screens.telling.document import DocumentScreen


def skipped(clock: Clock) -> MemoryDesk:
    """An open incident with one rule skipped long ago, one lately."""
    desk = scenes.breach(clock)
    now = clock.now
    book, level = desk.incident(ROOM).playbook, desk.incident(ROOM).level
    steps = [step for phase in book.phase for step in phase.step if step.key not in scenes.STEPS]
    keys = [step.key for step in steps if not step_never_skipped(book, step, level)]
    clock.now = now - timedelta(minutes=30)
    late = i.Waive(subject=f"step:{keys[1]}", why="users are locked out", owner="riku", due=now - timedelta(minutes=10))
    desk.put(ROOM, late)
    clock.now = now - timedelta(minutes=3)
    desk.put(ROOM, i.Waive(subject=f"step:{keys[3]}", why="nobody is awake there", owner="kai"))
    clock.now = now
    return desk


def ended(clock: Clock) -> MemoryDesk:
    """The same, resolved two days ago."""
    desk = skipped(clock)
    now = clock.now
    clock.now = now - timedelta(minutes=1)
    desk.put(ROOM, i.Resolve(summary="v1.2.4 holds"))
    clock.now = now + timedelta(days=2)
    return desk


@pytest.mark.parametrize("size", SIZES, ids=SIZED)
@pytest.mark.parametrize("scene", [skipped, ended], ids=["open", "ended"])
def test_what_is_owed_as_it_looks(
    picture: Callable[..., bool], scene: Callable[[Clock], MemoryDesk], size: tuple[int, int]
) -> None:
    assert picture(scene, size, ROOM, ("E",))


async def test_while_it_burns_the_waivers_are_owed_and_enter_repays_one(clock: Clock, open_console: Open) -> None:
    desk = skipped(clock)
    async with open_console(desk, start=ROOM) as console:
        await console.press("E")
        for words in ("1 OVERDUE", "overdue", "owed by riku", "10:00 over", "no date", "users are locked out"):
            assert words in console.text
        await console.press("enter")
        await console.type("ran it by hand")
        await console.press("enter")
        assert [waiver.owner for waiver in desk.incident(ROOM).waivers if waiver.repaid_at is None] == ["kai"]
        assert "1 owed" in console.text


async def test_after_the_end_everything_owed_is_there_and_a_document_opens(clock: Clock, open_console: Open) -> None:
    desk = ended(clock)
    async with open_console(desk, start=ROOM) as console:
        await console.press("E")
        debts = owed(desk.incident(ROOM), clock())
        documents = [number for number, debt in enumerate(debts) if debt.kind == "document"]
        assert documents
        await console.press(*["j"] * documents[0], "enter")
        await console.until(lambda: isinstance(console.screen, DocumentScreen))


async def test_what_is_still_to_be_written_is_counted_before_the_signature(clock: Clock, open_console: Open) -> None:
    desk = ended(clock)
    text = "# Review\n\n> **To be written:** Why?\n\n- Ticket: **to be written** …\n\nThe words to be written.\n"
    async with open_console(desk, start=ROOM) as console:
        screen, view = console.screen, desk.view()
        assert isinstance(screen, Room)
        console.app.push_screen(DocumentScreen(screen.seat, view, clock(), ROOM, "post-mortem", "Review", text))
        await console.settle()
        await console.press("ctrl+t")
        assert "2 places in it are still to be written" in " ".join(console.text.split())


async def test_a_follow_up_is_paid_by_ticking_its_step(clock: Clock, open_console: Open) -> None:
    desk = ended(clock)
    async with open_console(desk, start=ROOM) as console:
        await console.press("E")
        debts = owed(desk.incident(ROOM), clock())
        at, debt = next((number, debt) for number, debt in enumerate(debts) if debt.kind == "step")
        await console.press(*["j"] * at, "enter", "enter")
        assert desk.incident(ROOM).mark(debt.key) is StepMark.DONE


async def test_where_nothing_is_owed_it_says_so(clock: Clock, open_console: Open) -> None:
    async with open_console(scenes.calm(clock), start="INC-1") as console:
        await console.press("E")
        assert "Nothing is owed" in console.text


async def test_a_console_that_only_looks_pays_nothing(clock: Clock, open_console: Open) -> None:
    desk = skipped(clock)
    desk.publish(read_only=True)
    async with open_console(desk, start=ROOM) as console:
        await console.press("E", "enter")
        assert "only looks" in console.text
