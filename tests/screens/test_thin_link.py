"""The thinned output draws what Textual's own would, in fewer bytes."""

import inspect
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest
import pyte
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.console import Console, RenderableType
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, InlineUpdate, LayoutUpdate
from textual.app import App
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip

from tests.screens import scenes
from tests.screens.memory_desk import Clock, MemoryDesk, Monotonic, playbook
from warroom.console.app import WarroomApp
from warroom.console.screens.pens import change, pen_of
from warroom.console.screens.thin_link import ThinLink, wanted

CONSOLE = Console(color_system="truecolor", force_terminal=True)


class TwoTerminals:
    """What Textual writes goes to one, the thinned output to the other; they must show the same."""

    def __init__(self, width: int, height: int) -> None:
        self.screens = [pyte.Screen(width, height) for _ in range(2)]
        self.streams = [pyte.Stream(screen) for screen in self.screens]
        self.bytes = [0, 0]
        self.link = ThinLink()

    def draw(self, update: RenderableType, console: Console = CONSOLE) -> None:
        """Show an update on both."""
        thinned = self.link.thin(update)
        for number, one in enumerate((update, thinned)):
            assert isinstance(one, CompositorUpdate)
            text = one.render_segments(console)
            self.bytes[number] += len(text.encode())
            self.streams[number].feed(text)
        assert_alike(*self.screens)

    def resize(self, width: int, height: int) -> None:
        """Give both another size, as a terminal does before the program knows."""
        for screen in self.screens:
            screen.resize(height, width)
        self.link.forget()


def assert_alike(one: pyte.Screen, other: pyte.Screen) -> None:
    for y in range(one.lines):
        left = [one.buffer[y][x] for x in range(one.columns)]
        right = [other.buffer[y][x] for x in range(one.columns)]
        assert left == right, f"line {y}:\n{one.display[y]}\n{other.display[y]}"


class Compared(WarroomApp):
    """A console that draws on two terminals."""

    CSS_PATH = Path(inspect.getfile(WarroomApp)).with_name("app.tcss")
    terminals: TwoTerminals

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if renderable is not None and not self._batch_count:
            self.terminals.draw(renderable, self.console)


@pytest.fixture
def compared(tmp_path: Path) -> Compared:
    return _compared(scenes.deploying_now, tmp_path)


def _compared(scene: object, exports: Path) -> Compared:
    clock = Clock()
    assert callable(scene)
    desk = scene(clock)
    assert isinstance(desk, MemoryDesk)
    app = Compared(
        desk,
        desk.subscribe,
        clock,
        playbooks=lambda: {"release-protocol": playbook()},
        exports=exports,
        zone=UTC,
        monotonic=Monotonic(),
    )
    app.terminals = TwoTerminals(120, 40)
    return app


async def test_a_session_looks_the_same_at_every_step(compared: Compared) -> None:
    async with compared.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await _press(pilot, "enter", "j", "j", "space", "question_mark", "escape", "m", "enter", "a", "b", "escape")
        await _press(pilot, "escape", "O", "escape", "tab", "tab", "ctrl+p", "h", "e", "escape")
        for width, height in ((80, 24), (40, 24), (200, 60), (24, 6), (120, 40)):
            compared.terminals.resize(width, height)
            await pilot.resize_terminal(width, height)
            await _press(pilot, "j", "k")
        await _press(pilot, "escape", "escape", "enter", "D", "escape")
    stock, thinned = compared.terminals.bytes
    assert thinned < stock / 2


async def test_a_second_of_the_room_costs_a_fraction(compared: Compared) -> None:
    async with compared.run_test(size=(120, 40)) as pilot:
        await _press(pilot, "enter")
        compared.terminals.bytes = [0, 0]
        for _ in range(20):
            assert isinstance(compared._clock, Clock)
            compared._clock.now += timedelta(seconds=1)
            compared._tick()
            await pilot.pause()
    stock, thinned = compared.terminals.bytes
    assert thinned < stock / 5


async def _press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        stop_clock = pilot.app._seat.monotonic  # type: ignore[attr-defined]
        stop_clock.seconds += 2
        await pilot.press(key)
        await pilot.pause()


TEXTS = st.text(st.sampled_from("ab ─▲é漢字ｶ🚀́"), min_size=1, max_size=6)
STYLES = st.builds(
    Style,
    color=st.sampled_from([None, "red", "bright_blue", "#102030", "color(200)"]),
    bgcolor=st.sampled_from([None, "green", "bright_white", "#405060"]),
    bold=st.sampled_from([None, True]),
    underline=st.sampled_from([None, True]),
    reverse=st.sampled_from([None, True]),
)
WIDTH, HEIGHT, CUTS = 24, 3, (0, 5, 13, 24)


@st.composite
def chops(draw: st.DrawFn) -> list[dict[int, Strip | None]]:
    """Lines in pieces, as the compositor cuts them."""
    rows: list[dict[int, Strip | None]] = []
    for _ in range(HEIGHT):
        row: dict[int, Strip | None] = {}
        for start, end in zip(CUTS, CUTS[1:], strict=False):
            pieces = draw(st.lists(st.builds(Segment, TEXTS, st.none() | STYLES), min_size=1, max_size=4))
            row[start] = Strip(pieces).adjust_cell_length(end - start)
        rows.append(row)
    return rows


@st.composite
def updates(draw: st.DrawFn) -> CompositorUpdate:
    """The whole screen, or some stretches of it."""
    rows = draw(chops())
    if draw(st.booleans()):
        return LayoutUpdate([row.values() for row in rows], Region(0, 0, WIDTH, HEIGHT))  # type: ignore[arg-type, misc]
    lines = draw(st.lists(st.integers(0, HEIGHT - 1), min_size=1, max_size=HEIGHT, unique=True))
    spans = []
    for y in sorted(lines):
        start = draw(st.integers(0, WIDTH - 1))
        spans.append((y, start, draw(st.integers(start + 1, WIDTH))))
    return ChopsUpdate(rows, spans, [list(CUTS[1:])] * HEIGHT)


@settings(max_examples=150, deadline=None)
@given(st.lists(updates(), min_size=1, max_size=6))
def test_any_updates_look_the_same(drawn: list[CompositorUpdate]) -> None:
    terminals = TwoTerminals(WIDTH, HEIGHT)
    blank = Strip.blank(WIDTH, Style())
    terminals.draw(LayoutUpdate([[blank]] * HEIGHT, Region(0, 0, WIDTH, HEIGHT)))
    for update in drawn:
        terminals.draw(update)  # type: ignore[arg-type]
