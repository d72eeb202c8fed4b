"""Spans of time as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.console.domain.time.duration import format_duration, parse_duration
from warroom.console.domain.time.limit import Limit


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("15m", 900), ("1h30m", 5400), ("2d", 172800), ("500ms", 0.5), (" 1H 5m ", 3900), ("1.5h", 5400)],
)
def test_a_span_is_read_as_it_is_written(text: str, seconds: float) -> None:
    assert parse_duration(text).total_seconds() == seconds


@pytest.mark.parametrize(
    "text", ["", "15", "m", "15 minutes", "-5m", "1h-5m", "٣m x", "1e3s", "nan", "15m;", "9" * 400 + "d"]
)
def test_what_is_no_span_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r'e\.g\. "15m"'):
        parse_duration(text)


@given(st.integers(0, 10**12).map(lambda count: timedelta(milliseconds=count)))
def test_what_is_written_reads_back_the_same(span: timedelta) -> None:
    assert parse_duration(format_duration(span)) == span


@given(st.text(max_size=20))
def test_any_text_is_a_span_or_a_clear_error(text: str) -> None:
    try:
        parse_duration(text)
    except ValueError as error:
        assert "expected a duration" in str(error)


def test_a_span_that_lies_behind_is_written_with_a_minus() -> None:
    assert format_duration(timedelta(seconds=-90)) == "-1m30s"
    assert format_duration(timedelta(0)) == "0s"


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        (Limit(max=timedelta(minutes=30)), "30m"),
        (Limit(min=timedelta(hours=1), max=timedelta(hours=4)), "1h to 4h"),
        (Limit(calendar="next-business-day"), "next business day"),
        (Limit(), "no limit"),
    ],
)
def test_a_limit_is_said_in_words(limit: Limit, text: str) -> None:
    assert str(limit) == text
