"""What the screens look like: one picture a state, at the sizes people have. The clocks stand still."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest
from textual.app import App
from textual.pilot import Pilot

from tests.screens import scenes
from tests.screens.conftest import make_app
from tests.screens.memory_desk import Clock, MemoryDesk, Monotonic

SIZES = ((80, 24), (120, 40), (200, 60))
SIZED = [f"{width}x{height}" for width, height in SIZES]
ROOM = "INC-2"


class Snap(Protocol):
    def __call__(
        self, app: App[None], *, terminal_size: tuple[int, int], run_before: Callable[[Pilot[None]], object]
    ) -> bool: ...


def empty(clock: Clock) -> MemoryDesk:
    desk = MemoryDesk(clock)
    desk.publish()
    return desk


def drill(clock: Clock) -> MemoryDesk:
    desk = scenes.deploying_now(clock)
    desk.publish(drill=True)
    return desk


def looking(clock: Clock) -> MemoryDesk:
    desk = scenes.breach(clock)
    desk.publish(read_only=True, troubles=("the store is on a full disk: nothing can be written",))
    return desk


@pytest.fixture
def picture(snap_compare: Snap, tmp_path: Path) -> Callable[..., bool]:
    """Compares a console in some state, after some keys, with the picture that was agreed on."""

    def compare(
        scene: Callable[[Clock], MemoryDesk],
        size: tuple[int, int],
        start: str | None = None,
        keys: tuple[str, ...] = (),
        theme: str = "warroom-night",
    ) -> bool:
        clock, stop_clock = Clock(), Monotonic()
        app = make_app(scene(clock), clock, start, tmp_path, stop_clock)
        app.theme = theme

        async def before(pilot: Pilot[None]) -> None:
            await pilot.pause()
            for key in keys:
                stop_clock.seconds += 2
                await pilot.press(key)
                await pilot.pause()
            for _ in range(300):
                waiting = [worker for worker in app.workers if worker.name in ("output", "playbooks", "draft:", "form")]
                if not waiting:
                    break
                if all(worker.name == "output" for worker in waiting):
                    break
                await pilot.pause(0.01)
            await pilot.pause(0.1)

        return snap_compare(app, terminal_size=size, run_before=before)

    return compare


@pytest.mark.parametrize("size", SIZES, ids=SIZED)
@pytest.mark.parametrize("scene", [scenes.calm, scenes.breach, empty], ids=["calm", "breach", "empty"])
def test_board(picture: Callable[..., bool], scene: Callable[[Clock], MemoryDesk], size: tuple[int, int]) -> None:
    assert picture(scene, size)


@pytest.mark.parametrize("size", SIZES, ids=SIZED)
@pytest.mark.parametrize(
    ("scene", "start"),
    [(scenes.calm, "INC-1"), (scenes.breach, ROOM), (scenes.deploying_now, ROOM)],
    ids=["calm", "breach", "deploying"],
)
def test_room(
    picture: Callable[..., bool], scene: Callable[[Clock], MemoryDesk], start: str, size: tuple[int, int]
) -> None:
    assert picture(scene, size, start)


@pytest.mark.parametrize("size", SIZES, ids=SIZED)
@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("confirm", ("d",)),
        ("compose", ("m", "enter")),
        ("output", ("O",)),
        ("help", ("question_mark",)),
    ],
    ids=["confirm", "compose", "output", "help"],
)
def test_dialog(picture: Callable[..., bool], name: str, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    scene = scenes.breach if name == "confirm" else scenes.deploying_now
    assert picture(scene, size, ROOM, keys)


@pytest.mark.parametrize("size", SIZES[:2], ids=SIZED[:2])
@pytest.mark.parametrize(
    "keys",
    [("B",), ("B", "enter"), ("m", "enter"), ("m", "enter", "ctrl+r", "ctrl+r")],
    ids=["outbox", "settle", "compose", "channels"],
)
def test_sending(picture: Callable[..., bool], keys: tuple[str, ...], size: tuple[int, int]) -> None:
    assert picture(scenes.mailing, size, ROOM, keys)


@pytest.mark.parametrize("size", SIZES, ids=SIZED)
def test_declare(picture: Callable[..., bool], size: tuple[int, int]) -> None:
    assert picture(empty, size, None, ("n",))


@pytest.mark.parametrize("keys", [("D",), ("e",), ("C",), ("x",), ("P", "enter")], ids="DeCxP")
def test_other_dialogs_at_80_columns(picture: Callable[..., bool], keys: tuple[str, ...]) -> None:
    assert picture(scenes.breach, (80, 24), ROOM, keys)


@pytest.mark.parametrize("keys", [("1",), ("2",), ("3",), ("4",)], ids="1234")
def test_panels_at_40_columns(picture: Callable[..., bool], keys: tuple[str, ...]) -> None:
    assert picture(scenes.deploying_now, (40, 24), ROOM, keys)


def test_board_at_40_columns(picture: Callable[..., bool]) -> None:
    assert picture(scenes.breach, (40, 24))


def test_too_small(picture: Callable[..., bool]) -> None:
    assert picture(scenes.breach, (24, 6), ROOM)


def test_refused(picture: Callable[..., bool]) -> None:
    assert picture(scenes.breach, (80, 24), ROOM, ("r", "escape", "1", "j", "j", "space"))


def test_drill(picture: Callable[..., bool]) -> None:
    assert picture(drill, (120, 40), ROOM)


def test_only_looking_with_trouble(picture: Callable[..., bool]) -> None:
    assert picture(looking, (100, 30), ROOM)


@pytest.mark.parametrize("theme", ["warroom-day", "warroom-contrast", "ansi-dark"])
def test_theme(picture: Callable[..., bool], theme: str) -> None:
    assert picture(scenes.deploying_now, (120, 40), ROOM, (), theme)


def test_light_confirm(picture: Callable[..., bool]) -> None:
    assert picture(scenes.breach, (80, 24), ROOM, ("d",), "warroom-day")
