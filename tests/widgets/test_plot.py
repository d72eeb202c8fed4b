"""The arithmetic under the chart."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.widgets import plot
from warroom.widgets.glyphs import ASCII, UNICODE
from warroom.widgets.sparkline import sparkline

START = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOSTILE = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True))


def window(columns: int) -> plot.Window:
    return plot.Window(START, MINUTE, columns)


def test_a_column_shows_its_worst_reading() -> None:
    points = [(START, 1.0), (START + timedelta(seconds=20), 7.0), (START + timedelta(seconds=40), 2.0)]
    assert plot.buckets(points, window(1)) == [7.0]


def test_a_column_between_two_close_readings_shows_the_earlier() -> None:
    points = [(START + MINUTE * 2 * n, float(n)) for n in range(4)]
    assert plot.buckets(points, window(7)) == [0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 3.0]


def test_a_hole_in_the_readings_stays_a_hole() -> None:
    points = [(START + MINUTE * n, 1.0) for n in (0, 1, 2, 8, 9)]
    assert plot.buckets(points, window(10)) == [1.0, 1.0, 1.0, None, None, None, None, None, 1.0, 1.0]


@pytest.mark.parametrize("nothing", [None, math.nan, math.inf, -math.inf])
def test_a_reading_that_is_no_number_is_a_hole(nothing: float | None) -> None:
    points = [(START, 1.0), (START + MINUTE, nothing), (START + MINUTE * 2, 1.0)]
    assert plot.buckets(points, window(3)) == [1.0, None, 1.0]


def test_the_axis_is_round_and_shows_the_limit() -> None:
    axis = plot.scale([0.2, 0.3], 1.0, 12)
    assert axis.low == 0.0
    assert axis.high >= 1.15
    assert (axis.high / axis.step) % 1 == pytest.approx(0.0)


def test_nothing_but_zeros_still_has_an_axis() -> None:
    assert plot.scale([0.0, 0.0], None, 8) == plot.Scale(0.0, 1.0, 1.0)


@given(st.lists(HOSTILE, max_size=30), HOSTILE, st.integers(2, 30))
def test_no_reading_upsets_the_axis(values: list[float | None], limit: float | None, rows: int) -> None:
    axis = plot.scale(values, limit, rows)
    assert axis.high > axis.low
    for value in values:
        if (number := plot.finite(value)) is not None:
            assert sum(plot.blocks(number, axis, rows, 8)) >= 1
            assert 0 <= plot.row_of(number, axis, rows) < rows


def test_a_full_column_fills_every_cell_and_an_empty_one_leaves_a_trace() -> None:
    axis = plot.Scale(0.0, 4.0, 1.0)
    assert plot.blocks(4.0, axis, 3, 8) == [8, 8, 8]
    assert plot.blocks(2.0, axis, 3, 8) == [0, 4, 8]
    assert plot.blocks(0.0, axis, 3, 8) == [0, 0, 1]


def test_ticks_are_round_moments() -> None:
    ticks = plot.time_ticks(START + timedelta(minutes=2, seconds=12), START + timedelta(minutes=32), 6)
    assert [f"{tick:%H:%M:%S}" for tick in ticks] == [f"14:{m:02}:00" for m in (5, 10, 15, 20, 25, 30)]


@given(st.lists(HOSTILE, max_size=40), st.integers(0, 30), st.booleans())
def test_a_sparkline_takes_any_reading_and_has_its_width(
    values: list[float | None], width: int, ascii_only: bool
) -> None:
    assert len(sparkline(values, width, ASCII if ascii_only else UNICODE)) == width
