"""The team's calendar: local days as instants, over holidays and changes of the clocks."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warroom.console.domain.time.calendar import UTC_CALENDAR, WEEKDAYS, Calendar, parse_day, parse_release, parse_time
from warroom.console.domain.time.limit import CALENDAR

BERLIN = Calendar(
    zone="Europe/Berlin",
    holidays=("2026-12-25", "2026-12-26", "2027-01-01"),
    releases=("tue 10:00", "2026-12-03 16:30"),
)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia")


def utc(text: str) -> datetime:
    """An instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "start", "due"),
    [
        ("same-day", "2026-11-20 14:00", "2026-11-20 17:00"),
        ("next-day", "2026-11-20 14:00", "2026-11-21 17:00"),
        ("next-business-day", "2026-11-20 14:00", "2026-11-23 17:00"),
        ("next-business-day", "2026-11-18 14:00", "2026-11-19 17:00"),
        ("next-release", "2026-11-20 14:00", "2026-11-24 09:00"),
        ("next-release", "2026-11-24 08:59:59", "2026-11-24 09:00"),
        ("next-release", "2026-11-24 09:00", "2026-12-01 09:00"),
        ("next-release", "2026-12-01 09:00", "2026-12-03 15:30"),
    ],
)
def test_a_word_is_an_instant_in_the_teams_zone(word: str, start: str, due: str) -> None:
    assert BERLIN.due(word, utc(start)) == utc(due)


def test_the_day_is_that_of_the_team_not_of_utc() -> None:
    late = utc("2026-11-20 23:30")
    assert BERLIN.due("next-day", late) == utc("2026-11-22 17:00")
    assert UTC_CALENDAR.due("next-day", late) == utc("2026-11-21 18:00")


def test_what_begins_after_hours_has_until_midnight() -> None:
    assert BERLIN.due("same-day", utc("2026-11-20 17:00")) == utc("2026-11-20 23:00")
    assert BERLIN.due("same-day", utc("2026-11-20 22:59")) == utc("2026-11-20 23:00")


def test_holidays_and_weekends_are_no_business_days() -> None:
    # Thursday 24 December: Friday and Saturday are holidays, then comes Sunday.
    assert BERLIN.due("next-business-day", utc("2026-12-24 12:00")) == utc("2026-12-28 17:00")
    assert BERLIN.due("next-business-day", utc("2026-12-31 12:00")) == utc("2027-01-04 17:00")
    assert not BERLIN.works_on(date(2026, 12, 25))


def test_a_team_with_another_week_works_on_other_days() -> None:
    dubai = Calendar(zone="Asia/Dubai", working_days=("sun", "mon", "tue", "wed", "thu"))
    assert dubai.due("next-business-day", utc("2026-11-19 08:00")) == utc("2026-11-22 14:00")


def test_a_day_stays_a_local_day_when_the_clocks_change() -> None:
    # Summer time ends on 25 October 2026 and begins on 28 March 2027 in Berlin.
    assert BERLIN.due("next-day", utc("2026-10-24 12:00")) == utc("2026-10-25 17:00")
    assert BERLIN.due("next-day", utc("2026-10-23 12:00")) == utc("2026-10-24 16:00")
    assert BERLIN.due("next-day", utc("2027-03-27 12:00")) == utc("2027-03-28 16:00")
    assert BERLIN.due("next-business-day", utc("2026-10-23 12:00")) == utc("2026-10-26 17:00")


def test_a_local_time_that_is_skipped_or_comes_twice_is_one_instant() -> None:
    skipped = Calendar(zone="Europe/Berlin", releases=("2027-03-28 02:30",))
    assert skipped.due("next-release", utc("2027-03-27 12:00")) == utc("2027-03-28 01:30")
    twice = Calendar(zone="Europe/Berlin", releases=("2026-10-25 02:30",))
    assert twice.due("next-release", utc("2026-10-24 12:00")) == utc("2026-10-25 00:30")


def test_what_the_calendar_does_not_know_is_not_due() -> None:
    start = utc("2026-11-20 14:00")
    assert UTC_CALENDAR.due("next-release", start) is None
    assert Calendar(releases=("2026-11-20 14:00",)).due("next-release", start) is None
    assert Calendar(working_days=()).due("next-business-day", start) is None
    assert UTC_CALENDAR.due("", start) is None


def test_text_that_can_not_be_read_is_passed_over() -> None:
    odd = Calendar(zone="Nowhere/Land", day_ends="noon", holidays=("xmas",), releases=("some day", "fri 25:00"))
    start = utc("2026-11-20 14:00")
    assert odd.due("same-day", start) == utc("2026-11-20 18:00")
    assert odd.due("next-release", start) is None
    assert Calendar(zone="../etc/passwd").due("same-day", start) == utc("2026-11-20 18:00")


def test_texts_are_read_strictly() -> None:
    assert parse_day("2026-12-25") == date(2026, 12, 25)
    assert parse_time("09:30") is not None
    assert parse_release("tue 10:00") is not None
    for text in ("", "tue", "Tue 10:00", "tue  10:00", "20261225 10:00", "2026-02-30 10:00", "tue 10:00Z"):
        assert parse_release(text) is None, text


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(CALENDAR),
    st.sampled_from(ZONES),
    st.lists(st.sampled_from(WEEKDAYS), min_size=1),
    st.integers(0, 15 * 365 * 86_400).map(lambda seconds: utc("2020-01-01 00:00") + timedelta(seconds=seconds)),
)
def test_every_word_lies_ahead_and_never_further_than_its_name_says(
    word: str, zone: str, days: list[str], start: datetime
) -> None:
    working = tuple(day for day in WEEKDAYS if day in days)
    due = Calendar(zone=zone, working_days=working, releases=("wed 09:15",)).due(word, start)
    assert due is not None
    assert due.utcoffset() == timedelta(0)
    most = {"same-day": 1, "next-day": 2, "next-business-day": 8, "next-release": 7}[word]
    assert timedelta(0) < due - start <= timedelta(days=most, hours=1)
