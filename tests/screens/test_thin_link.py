"""The thinned output draws what Textual's own would, in fewer bytes."""

import inspect
from collections.abc import Iterator
from datetime import UTC, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias, cast

import pyte
import pytest
from hypothesis import Phase, given, settings
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
from warroom.console.screens.terminal.pens import change, pen_of
from warroom.console.screens.terminal.thin_link import ThinLink, wanted

Update: TypeAlias = ChopsUpdate | LayoutUpdate
CONSOLE = Console(color_system="truecolor", force_terminal=True)


class TwoTerminals:
    """What Textual writes goes to one, the thinned output to the other; they must show the same."""

    def __init__(self, width: int, height: int) -> None:
        self.screens = [pyte.Screen(width, height) for _ in range(2)]
        self.streams = [pyte.Stream(screen) for screen in self.screens]
        self.bytes = [0, 0]
        self.link = ThinLink()

    def draw(self, update: Update, console: Console = CONSOLE) -> None:
        """Show an update on both."""
        for number, text in enumerate((update.render_segments(console), written(self.link, update, console))):
            self.bytes[number] += len(text.encode())
            self.streams[number].feed(text)
        assert_alike(*self.screens)

    def fit(self, width: int, height: int) -> None:
        """Give both the size that is drawn for: what was drawn for another one is alike nowhere."""
        if (self.screens[0].columns, self.screens[0].lines) == (width, height):
            return
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

    CSS_PATH = str(Path(inspect.getfile(WarroomApp)).with_name("app.tcss"))
    terminals: TwoTerminals

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if renderable is not None and not self._batch_count:
            assert isinstance(renderable, ChopsUpdate | LayoutUpdate)
            if isinstance(renderable, LayoutUpdate):
                self.terminals.fit(*renderable.region.size)
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


TEXTS = st.text(st.sampled_from("ab ─▲é漢字ｶ🚀"), min_size=1, max_size=6)
STYLES = st.builds(
    Style,
    color=st.sampled_from([None, "red", "bright_blue", "#102030", "color(200)"]),
    bgcolor=st.sampled_from([None, "green", "bright_white", "#405060"]),
    bold=st.sampled_from([None, True]),
    underline=st.sampled_from([None, True]),
    reverse=st.sampled_from([None, True]),
)
SEGMENTS = st.tuples(TEXTS, st.none() | STYLES).map(lambda pair: Segment(*pair))
WIDTH, HEIGHT, CUTS = 24, 3, (0, 5, 13, 24)


@st.composite
def chops(draw: st.DrawFn) -> list[dict[int, Strip | None]]:
    """Lines in pieces, as the compositor cuts them."""
    rows: list[dict[int, Strip | None]] = []
    for _ in range(HEIGHT):
        row: dict[int, Strip | None] = {}
        for start, end in pairwise(CUTS):
            pieces = draw(st.lists(SEGMENTS, min_size=1, max_size=4))
            row[start] = Strip(pieces).adjust_cell_length(end - start)
        rows.append(row)
    return rows


@st.composite
def updates(draw: st.DrawFn) -> Update:
    """The whole screen, or some stretches of it."""
    rows = draw(chops())
    if draw(st.booleans()):
        return LayoutUpdate([row.values() for row in rows], Region(0, 0, WIDTH, HEIGHT))  # type: ignore[misc]
    lines = draw(st.lists(st.integers(0, HEIGHT - 1), min_size=1, max_size=HEIGHT, unique=True))
    spans = []
    for y in sorted(lines):
        start = draw(st.integers(0, WIDTH - 1))
        spans.append((y, start, draw(st.integers(start + 1, WIDTH))))
    return ChopsUpdate(rows, spans, [list(CUTS[1:])] * HEIGHT)


@settings(max_examples=100, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(updates(), min_size=1, max_size=6))
def test_any_updates_look_the_same(drawn: list[Update]) -> None:
    terminals = TwoTerminals(WIDTH, HEIGHT)
    blank = Strip.blank(WIDTH, Style())
    terminals.draw(LayoutUpdate([[blank]] * HEIGHT, Region(0, 0, WIDTH, HEIGHT)))
    for update in drawn:
        terminals.draw(update)


def full(*lines: list[Segment]) -> LayoutUpdate:
    """A whole small screen."""
    strips = [[Strip(line).adjust_cell_length(WIDTH)] for line in lines]
    return LayoutUpdate(strips, Region(0, 0, WIDTH, len(lines)))  # type: ignore[arg-type]


def written(link: ThinLink, update: Update, console: Console = CONSOLE) -> str:
    return cast(CompositorUpdate, link.thin(update)).render_segments(console)


def test_only_what_differs_is_written() -> None:
    link, style = ThinLink(), Style.parse("red on blue")
    first = written(link, full([Segment("fix 5:48 left", style)]))
    assert first.startswith("\x1b[1;1H\x1b[31;44mfix 5:48 left")
    assert written(link, full([Segment("fix 5:48 left", style)])) == ""
    assert written(link, full([Segment("fix 5:47 left", style)])) == "\x1b[1;8H\x1b[31;44m7\x1b[0m"
    assert written(
        link, full([Segment("six 5:47 lefT", style)])
    ) == "\x1b[1;1H\x1b[31;44ms\x1b[C\x1b[10CT\x1b[0m".replace("\x1b[C\x1b[10C", "\x1b[11C")


def test_what_was_forgotten_is_written_whole() -> None:
    link = ThinLink()
    update = full([Segment("board")])
    whole = written(link, update)
    link.forget()
    assert written(link, update) == whole
    link.thin("anything else that draws")
    assert written(link, update) == whole


def test_characters_that_join_stay_together_and_nothing_trusts_their_width() -> None:
    link = ThinLink()
    written(link, full([Segment("a👩\u200d🚀b")]))
    assert written(link, full([Segment("a👩\u200d💻c")])) == "\x1b[1;1Ha👩\u200d💻c"
    again = written(link, full([Segment("a"), Segment("🚀", Style(bold=True)), Segment("z")]))
    assert again == "\x1b[1;1Ha\x1b[1m🚀\x1b[1;4H\x1b[0mz"


def test_half_of_a_wide_character_is_not_taken_for_known() -> None:
    terminals = TwoTerminals(WIDTH, 1)
    terminals.draw(full([Segment("漢字")]))
    row: list[dict[int, Strip | None]] = [{0: Strip([Segment("ab".ljust(WIDTH))])}]
    terminals.draw(ChopsUpdate(row, [(0, 0, 1)], [[WIDTH]]))
    terminals.draw(full([Segment("a ")]))
    assert terminals.screens[1].display[0].split() == ["a"]


@pytest.mark.parametrize("odd", [Segment("x\x1b[2J"), Segment("x", Style(link="https://example.com"))])
def test_what_is_not_understood_goes_out_as_it_is(odd: Segment) -> None:
    link = ThinLink()
    written(link, full([Segment("board")]))
    update = full([odd])
    assert written(link, update) == update.render_segments(CONSOLE)
    assert "board" in written(link, full([Segment("board")]))


def test_an_update_before_the_first_whole_screen_goes_out_as_it_is() -> None:
    row: list[dict[int, Strip | None]] = [{0: Strip([Segment("x")])}]
    update = ChopsUpdate(row, [(0, 0, 1)], [[1]])
    assert written(ThinLink(), update) == update.render_segments(CONSOLE)


def test_it_can_be_switched_off() -> None:
    update = full([Segment("board")])
    assert ThinLink(on=False).thin(update) is update
    assert not wanted({"WARROOM_STOCK_OUTPUT": "1"})
    assert wanted({"WARROOM_STOCK_OUTPUT": "0"}) and wanted({})


def test_textual_is_shaped_as_the_thinning_expects() -> None:
    """When this fails, read what changed in Textual; until then the console itself goes on with stock output."""
    assert wanted({})
    assert list(inspect.signature(App._display).parameters) == ["self", "screen", "renderable"]
    for kind in (ChopsUpdate, LayoutUpdate, InlineUpdate):
        assert issubclass(kind, CompositorUpdate)
        assert list(inspect.signature(kind.render_segments).parameters) == ["self", "console"]
    source = inspect.getsource(App._display)
    assert "isinstance(renderable, CompositorUpdate)" in source
    assert source.count("renderable.render_segments(console)") == 2
    assert list(inspect.signature(Strip.render_style).parameters) == ["style", "text", "color_system"]


def test_the_console_draws_through_it() -> None:
    assert "thin(" in inspect.getsource(WarroomApp._display)


COLORS = ("", "31", "94", "39", "38;5;200", "38;2;1;2;3")
PAPERS = ("", "42", "107", "48;5;9", "48;2;4;5;6")
PENS = st.builds(
    lambda attributes, ink, paper: ";".join(filter(None, [*sorted(attributes), ink, paper])),
    st.sets(st.sampled_from("12347")),
    st.sampled_from(COLORS),
    st.sampled_from(PAPERS),
)


@given(st.lists(PENS, min_size=1, max_size=8))
def test_pens_follow_each_other_without_a_trace(pens: list[str]) -> None:
    attributes, ink, paper = set[str](), "39", "49"
    before = ""
    for pen in pens:
        for code in _codes(change(before, pen).removeprefix("\x1b[").removesuffix("m")):
            if code == "0":
                attributes, ink, paper = set(), "39", "49"
            elif code.startswith(("3", "9")) and len(code) > 1:
                ink = code
            elif code.startswith(("4", "10")) and len(code) > 1:
                paper = code
            else:
                attributes.add(code)
        wanted_codes = set(_codes(pen))
        inks = {code for code in wanted_codes if len(code) > 1 and code.startswith(("3", "9"))}
        papers = {code for code in wanted_codes if len(code) > 1 and code.startswith(("4", "10"))}
        assert (attributes, ink, paper) == (
            wanted_codes - inks - papers,
            next(iter(inks), "39"),
            next(iter(papers), "49"),
        )
        before = pen


def _codes(pen: str) -> Iterator[str]:
    codes = pen.split(";") if pen else []
    while codes:
        length = {"5": 3, "2": 5}[codes[1]] if codes[0] in ("38", "48") else 1
        yield ";".join(codes[:length])
        codes = codes[length:]


def test_a_pen_is_what_textual_would_send() -> None:
    assert pen_of(Style.parse("bold red on #010203"), ColorSystem.TRUECOLOR) == "1;31;48;2;1;2;3"
    assert pen_of(None, ColorSystem.TRUECOLOR) == "" == pen_of(Style(), ColorSystem.TRUECOLOR)
    assert pen_of(Style(link="https://example.com"), ColorSystem.TRUECOLOR) is None


def test_equal_styles_keep_the_codes_that_textual_has_for_each() -> None:
    once, again = (Style(color="#d5dae3", bgcolor="#2a3a54") for _ in range(2))
    once.render("x", color_system=ColorSystem.STANDARD)
    assert once == again
    assert pen_of(once, ColorSystem.TRUECOLOR) == "97;100"
    assert pen_of(again, ColorSystem.TRUECOLOR) == "38;2;213;218;227;48;2;42;58;84"
