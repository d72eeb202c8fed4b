"""What the screens of acting look like: approvals, the command log, steering a rollout."""

import asyncio
from collections.abc import Callable

import pytest

from tests.screens import scenes
from tests.screens.memory_desk import Clock, MemoryDesk
from tests.screens.test_command_log import lost
from tests.screens.test_snapshots import ROOM, SIZED, SIZES
from tests.screens.test_snapshots import picture as picture
from tests.screens.test_two_people import asked_by_kai
from warroom.console.domain import intents as i


def approvals(clock: Clock) -> MemoryDesk:
    """One request stands, at another console."""
    return asyncio.run(asked_by_kai(clock))


def commands(clock: Clock) -> MemoryDesk:
    """One run goes on, one failed, the outcome of one is unknown."""
    desk = scenes.deploying_now(clock)
    run = desk.incident(ROOM).last_run("test")
    assert run is not None
    desk.end(ROOM, run.id, code=3)
    lost(desk)
    return desk


def held(clock: Clock) -> MemoryDesk:
    """The rollout stands at its first stage, for a reason."""
    desk = scenes.deploying_now(clock)
    rollout = desk.incident(ROOM).rollout
    assert rollout is not None
    desk.put(ROOM, i.HoldRollout(rollout=rollout.id, reason="error rate 4.1 % (limit 1 %), 3 s ago"))
    return desk


@pytest.mark.parametrize("size", SIZES, ids=SIZED)
@pytest.mark.parametrize(
    ("scene", "keys"),
    [
        (approvals, ("Q",)),
        (approvals, ("Q", "enter")),
        (commands, ("Z",)),
        (held, ("U",)),
        (held, ()),
        (scenes.breach, ("U", "enter")),
    ],
    ids=["approvals", "answering", "commands", "steering", "held", "starting"],
)
def test_acting(
    picture: Callable[..., bool],
    scene: Callable[[Clock], MemoryDesk],
    keys: tuple[str, ...],
    size: tuple[int, int],
) -> None:
    assert picture(scene, size, ROOM, keys)
