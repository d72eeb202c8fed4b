"""A console on a small desk, with a wall clock and a stop clock that only tests move."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC
from pathlib import Path
from typing import Protocol

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from tests.screens.memory_desk import Clock, MemoryDesk, Monotonic
from warroom.console.app import WarroomApp


class Opened:
    """A console that is open, and what it is open on."""

    def __init__(self, pilot: Pilot[None], desk: MemoryDesk, stop_clock: Monotonic) -> None:
        self.pilot = pilot
        self.desk = desk
        self.stop_clock = stop_clock

    @property
    def app(self) -> WarroomApp:
        app = self.pilot.app
        assert isinstance(app, WarroomApp)
        return app

    @property
    def screen(self) -> Screen[object]:
        return self.app.screen

    async def press(self, *keys: str) -> None:
        """Press keys, each long after the one before, and let what follows happen."""
        for key in keys:
            self.stop_clock.seconds += 2
            await self.pilot.press(key)
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.press(*("space" if char == " " else char for char in text))

    async def settle(self) -> None:
        """Let workers and messages come to rest."""
        await self.pilot.pause()
        pending = [worker for worker in self.app.workers if worker.name not in ("output", *WAITING)]
        done = [worker for worker in pending if not worker.name.startswith(WAITING)]
        if done:
            await self.app.workers.wait_for_complete(done)
        await self.pilot.pause()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for a condition."""
        for _ in range(500):
            if holds():
                return
            await self.pilot.pause(0.01)
        raise AssertionError("it never came about")

    @property
    def text(self) -> str:
        """The screen as plain text."""
        lines = []
        for strips in self.screen._compositor.render_strips():
            lines.append("".join(segment.text for segment in strips))
        return "\n".join(lines)


WAITING = ("act:", "rollout", "draft")
"""Workers that may be waiting for a person."""


class Open(Protocol):
    def __call__(
        self, desk: MemoryDesk, start: str | None = None, size: tuple[int, int] = (120, 40)
    ) -> AbstractAsyncContextManager[Opened]: ...


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_console(clock: Clock, tmp_path: Path) -> Open:
    """Opens a console on a desk."""

    @asynccontextmanager
    async def opened(
        desk: MemoryDesk, start: str | None = None, size: tuple[int, int] = (120, 40)
    ) -> AsyncIterator[Opened]:
        stop_clock = Monotonic()
        app = make_app(desk, clock, start, tmp_path, stop_clock)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield Opened(pilot, desk, stop_clock)

    return opened


def make_app(
    desk: MemoryDesk, clock: Clock, start: str | None, exports: Path, stop_clock: Monotonic | None = None
) -> WarroomApp:
    """A console that is not open yet."""
    return WarroomApp(
        desk,
        desk.subscribe,
        clock,
        start,
        playbooks=lambda: desk.books,
        exports=exports,
        zone=UTC,
        monotonic=stop_clock or Monotonic(),
    )
