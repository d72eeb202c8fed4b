"""The output of a run."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.widgets import stage
from warroom.widgets.line_ring import LineRing
from warroom.widgets.run_output import RunOutput


def body(panel: RunOutput) -> list[str]:
    return [line.strip() for line in stage.shown(panel)[1:-1]]


def _following(panel: RunOutput) -> bool:
    return panel.following


@given(st.text(alphabet="ab\n", max_size=60), st.lists(st.integers(0, 60), max_size=5))
def test_lines_are_the_same_however_the_text_is_cut(text: str, cuts: list[int]) -> None:
    ring = LineRing()
    edges = sorted({0, len(text), *(min(cut, len(text)) for cut in cuts)})
    for start, end in pairwise(edges):
        ring.feed(text[start:end])
    lines = text.split("\n")
    expected = lines if lines[-1] else lines[:-1]
    assert [ring.line(number) for number in range(ring.first, ring.end)] == expected


@given(st.lists(st.integers(0, 9), max_size=20))
def test_a_full_ring_drops_the_oldest_and_keeps_count(sizes: list[int]) -> None:
    ring = LineRing(limit=5)
    total = 0
    for size in sizes:
        ring.feed("".join(f"{number}\n" for number in range(total, total + size)))
        total += size
    assert ring.end == total
    assert ring.first == max(total - 5, 0)
    assert [ring.line(number) for number in range(ring.first, ring.end)] == [
        str(number) for number in range(ring.first, total)
    ]


def test_what_a_carriage_return_overwrote_is_gone() -> None:
    ring = LineRing()
    ring.feed("10 %\r50 %\r100 %\r\nlonger text\rshort\nhello\r\n")
    assert [ring.line(number) for number in range(ring.end)] == ["100 %", "shortr text", "hello"]


def test_a_line_without_an_end_does_not_grow_for_ever() -> None:
    ring = LineRing()
    for _ in range(1000):
        ring.feed("x" * 1000)
    assert ring.end == 1
    assert len(ring.line(0)) <= 5000


async def test_it_follows_the_end_until_one_scrolls_up_and_again_from_the_end_on() -> None:
    panel = stage.output()
    async with stage.Stage([panel]).run_test(size=(80, 14)) as pilot:
        panel.feed("".join(f"line {n}\n" for n in range(50)))
        await stage.drawn(panel, "line 49")
        await pilot.press("tab", "k")
        assert not _following(panel)
        panel.feed("line 50\n")
        await stage.drawn(panel, "51 lines")
        assert body(panel)[-1] == "line 48"
        assert "2 lines below" in stage.shown(panel)[-1]
        await pilot.press("G")
        assert _following(panel)
        assert body(panel)[-1] == "line 50"
        await pilot.press("g")
        assert body(panel)[0] == "line 0"


async def test_a_hundred_thousand_lines_are_a_few_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = stage.output()
    async with stage.Stage([panel]).run_test(size=(80, 14)):
        asked = stage.record_refreshes(panel, monkeypatch)
        for start in range(0, 150_000, 1000):
            panel.feed("".join(f"line {n}\n" for n in range(start, start + 1000)))
        await stage.drawn(panel, "line 149999")
        assert len(asked) < 100
        assert "50000 dropped" in stage.shown(panel)[-1]


async def test_search_finds_the_next_and_goes_round() -> None:
    panel = stage.output()
    async with stage.Stage([panel]).run_test(size=(80, 14)) as pilot:
        panel.feed("".join(f"line {n}\n" for n in range(60)) + "ERROR one\n" + "filler\n" * 40 + "Error two\n")
        await stage.drawn(panel, "Error two")
        await pilot.press("tab", "slash", *"error", "enter")
        assert not panel.typing
        assert "match in line 102" in stage.shown(panel)[-1]
        await pilot.press("n")
        assert "match in line 61" in stage.shown(panel)[-1]
        assert "ERROR one" in body(panel)
        await pilot.press("N")
        assert "match in line 102" in stage.shown(panel)[-1]


async def test_keys_typed_into_a_search_do_nothing_else() -> None:
    panel = stage.output()
    async with stage.Stage([panel]).run_test(size=(80, 14)) as pilot:
        await pilot.press("tab", "slash", *"gfnq", "backspace")
        assert panel.typing
        assert panel.words == "gfn"
        assert _following(panel)
        await pilot.press("escape", "f")
        assert panel.words == ""
        assert not _following(panel)


async def test_what_is_not_there_is_not_found() -> None:
    panel = stage.output()
    async with stage.Stage([panel]).run_test(size=(80, 14)) as pilot:
        panel.feed("one\ntwo\n")
        await stage.drawn(panel, "two")
        await pilot.press("tab", "slash", *"xyz", "enter")
        assert "not found" in stage.shown(panel)[-1]


async def test_a_long_line_is_cut_with_a_sign() -> None:
    panel = stage.output()
    async with stage.Stage([panel]).run_test(size=(40, 10)):
        panel.feed("x" * 200 + "\n")
        await stage.drawn(panel, "»")
        assert body(panel)[0] == "x" * 36 + "»"


async def test_what_is_not_kept_is_said_in_its_place() -> None:
    panel = stage.output()
    async with stage.Stage([panel]).run_test(size=(60, 10)):
        panel.feed("first")
        panel.skip(3 << 20)
        panel.feed("last\n")
        await stage.drawn(panel, "last")
        assert body(panel)[:3] == [
            "first",
            f"{panel.signs.ellipsis} 3.0 MB of output are not kept {panel.signs.ellipsis}",
            "last",
        ]


async def test_a_search_holds_its_place_while_tens_of_thousands_of_lines_come_in() -> None:
    panel = stage.output()
    async with stage.Stage([panel]).run_test(size=(80, 14)) as pilot:
        panel.feed("".join(f"line {n}\n" for n in range(50_000)) + "NEEDLE\n")
        await stage.drawn(panel, "NEEDLE")
        await pilot.press("tab", "slash", *"needle", "enter")
        seen = body(panel)
        for start in range(0, 40_000, 1000):
            panel.feed("".join(f"more {n}\n" for n in range(start, start + 1000)))
        await stage.drawn(panel, "40000 lines below")
        assert body(panel) == seen
        assert "match in line 50001" in stage.shown(panel)[-1]
        await pilot.press("G")
        await stage.drawn(panel, "more 39999")
        assert _following(panel)
