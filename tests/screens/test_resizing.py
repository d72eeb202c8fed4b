"""A terminal that changes its size while a dialog is open: afterwards all of the room goes on."""

from datetime import timedelta

import pytest
from rich.console import RenderableType
from textual._compositor import ChopsUpdate
from textual.screen import Screen

from tests.screens import scenes
from tests.screens.conftest import Open
from tests.screens.memory_desk import Clock
from warroom.console.screens.board import Board
from warroom.console.screens.room import Room


async def test_all_of_the_room_is_painted_after_a_resize_below_a_dialog(
    clock: Clock, open_console: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_console(scenes.breach(clock), size=(80, 24)) as console:
        app = console.app
        await console.press("enter")
        await console.press("n")
        await console.pilot.resize_terminal(120, 40)
        await console.settle()
        await console.press("escape")
        painted: set[tuple[int, int]] = set()

        def shown(screen: Screen[object], update: RenderableType | None) -> None:
            if isinstance(screen, Room) and isinstance(update, ChopsUpdate):
                painted.update((y, end) for y, _, end in update.spans)

        monkeypatch.setattr(app, "_display", shown)
        for screen in app.screen_stack:
            if isinstance(screen, Board | Room):
                screen.now += timedelta(seconds=1)
        await console.settle()
        await console.until(lambda: any(y == 0 and end > 100 for y, end in painted))


async def test_nothing_of_the_board_is_painted_below_the_room(clock: Clock, open_console: Open) -> None:
    async with open_console(scenes.breach(clock)) as console:
        await console.press("enter")
        assert isinstance(console.app.screen, Room)
        assert console.app._background_screens == []
        await console.press("n")
        assert [type(screen) for screen in console.app._background_screens] == [Room]
