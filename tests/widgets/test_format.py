"""Times and numbers as panels write them."""

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest

from warroom.widgets import format

NOW = datetime(2026, 11, 20, 14, 47, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "elapsed", "short"),
    [
        (0, "0:00:00", "0:00"),
        (-5, "0:00:00", "0:00"),
        (59.9, "0:00:59", "0:59"),
        (348, "0:05:48", "5:48"),
        (3852, "1:04:12", "1:04:12"),
        (100_000, "27:46:40", "27:46:40"),
        (273_600, "3d 04:00", "3d 04h"),
    ],
)
def test_spans_keep_their_width(seconds: float, elapsed: str, short: str) -> None:
    assert format.elapsed(timedelta(seconds=seconds)) == elapsed
    assert format.short(timedelta(seconds=seconds)) == short


def test_what_is_late_says_so_in_words() -> None:
    assert format.left(timedelta(minutes=5, seconds=48)) == "5:48 left"
    assert format.left(timedelta(0)) == "0:00 left"
    assert format.left(timedelta(minutes=-2, seconds=-10)) == "2:10 over"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (59, "59s"), (60, "1m"), (7200, "2h"), (90_000, "1d"), (-1, "0s")]
)
def test_ages_are_one_figure_and_a_unit(seconds: float, text: str) -> None:
    assert format.age(timedelta(seconds=seconds)) == text


def test_never_has_no_age() -> None:
    assert format.age(None) == "-"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.42, "0.42"),
        (0.2, "0.2"),
        (0.00012, "0.00012"),
        (4.25, "4.2"),
        (12.0, "12"),
        (412.4, "412"),
        (9999.0, "9999"),
        (12_345.0, "12.3k"),
        (3_400_000.0, "3.4M"),
        (2e18, "2e+18"),
        (-7.25, "-7.2"),
        (math.nan, "n/a"),
        (math.inf, "n/a"),
        (None, "n/a"),
    ],
)
def test_numbers_are_short_and_what_is_none_says_so(value: float | None, text: str) -> None:
    assert format.number(value) == text


def test_a_time_of_another_day_has_its_date() -> None:
    assert format.stamp(NOW, NOW) == "14:47:12"
    assert format.stamp(NOW - timedelta(days=1), NOW) == "11-19 14:47:12"
    assert format.stamp(NOW - timedelta(days=400), NOW, seconds=False) == "2025-10-16 14:47"


def test_local_time_has_its_date_where_it_is_another_day() -> None:
    assert format.local(NOW, timezone(timedelta(hours=1))) == "15:47"
    assert format.local(NOW, timezone(timedelta(hours=12))) == "11-21 02:47"


@pytest.mark.parametrize("width", range(12))
@pytest.mark.parametrize("text", ["", "short", "a longer text", "火事が起きた", "a火b事c", "e\u0301e\u0301e\u0301"])
def test_fitting_gives_exactly_the_width(text: str, width: int) -> None:
    assert format.width_of(format.fit(text, width)) == width
    assert format.width_of(format.cut(text, width)) <= width


def test_a_cut_is_marked() -> None:
    assert format.cut("deploy to production", 10) == "deploy to…"
    assert format.fit("12", 4, right=True) == "  12"


@pytest.mark.parametrize("width", [1, 4, 9, 30])
def test_wrapped_lines_lose_nothing_and_fit(width: int) -> None:
    text = "the quick brown fox jumps over antidisestablishmentarianism"
    lines = format.wrap(text, width)
    assert all(format.width_of(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_wide_characters_are_wrapped_by_cells() -> None:
    assert format.wrap("火事が起きた", 4) == ["火事", "が起", "きた"]
