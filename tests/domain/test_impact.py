"""The impact window, measured."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from tests.domain.playbooks import START, Room, minutes
from warroom.console.domain import intents as i
from warroom.console.domain.watch.impact import (
    Crossing,
    correction,
    crossings,
    hint,
    joined,
    measured,
    reason,
    span_to_read,
)
from warroom.console.domain.watch.verdict import Sample, Status

SIGNS = {".": Status.OK, "x": Status.FAILING, "?": Status.UNKNOWN}
NOW = START + minutes(60)


def line(signs: str, start: datetime = START, step: timedelta = timedelta(minutes=1)) -> Iterator[Sample]:
    """A reading a minute: `.` is good, `x` beyond the limit, `?` no data."""
    for number, sign in enumerate(signs):
        yield Sample(probe="errors", at=start + step * number, status=SIGNS[sign])


def at(minute: float) -> datetime:
    return START + minutes(minute)


def test_a_crossing_runs_from_the_first_bad_reading_to_the_first_good_one() -> None:
    assert crossings(line("...xxxx..")) == (Crossing(probe="errors", start=at(3), end=at(7), good_before=at(2)),)


def test_fewer_bad_readings_than_a_verdict_needs_are_no_crossing() -> None:
    assert crossings(line("...xx....x..")) == ()
    assert len(crossings(line("...xx....x.."), failures=1)) == 2


def test_one_good_reading_does_not_end_it() -> None:
    (one,) = crossings(line(".xxx.xxx.."))
    assert (one.start, one.end) == (at(1), at(8))


def test_no_data_neither_ends_it_nor_forgives_it() -> None:
    (one,) = crossings(line(".xx?x.?.."))
    assert (one.start, one.end) == (at(1), at(7))


def test_what_has_not_come_back_has_no_end() -> None:
    assert [one.end for one in crossings(line(".xxx"))] == [None]
    assert [one.end for one in crossings(line(".xxx."))] == [None]


def test_readings_that_begin_beyond_the_limit_know_of_nothing_before() -> None:
    (one,) = crossings(line("xxx.."))
    assert (one.start, one.good_before) == (at(0), None)


def test_a_short_breath_belongs_to_one_outage_and_a_long_one_parts_two() -> None:
    found = crossings(line(".xxx...xxx...." + "." * 12 + "xxx.."))
    assert [(one.start, one.end) for one in joined(found)] == [(at(1), at(10)), (at(26), at(29))]


def test_an_outage_bears_the_name_of_the_probe_that_was_first() -> None:
    later = Crossing(probe="b", start=at(5), end=None, good_before=at(4))
    first = Crossing(probe="a", start=at(3), end=at(6), good_before=at(2))
    assert joined([later, first]) == (replace(first, end=None),)


def test_the_outage_that_an_incident_is_about_reaches_what_people_said() -> None:
    incident = replace(
        Room.declared().now, moments={"impact": at(30), "detected": at(30), "declared": at(30)}, corrections=()
    )
    before = Crossing(probe="errors", start=at(1), end=at(5), good_before=at(0))
    mine = Crossing(probe="errors", start=at(22), end=at(40), good_before=at(21))
    assert measured(incident, [before, mine], NOW) == mine
    assert measured(incident, [before], NOW) is None
    assert span_to_read(incident, NOW) == (at(30 - 120), NOW)
    over = replace(incident, moments={**incident.moments, "resolved": at(35)})
    assert span_to_read(over, NOW)[1] == at(45)
    again = Crossing(probe="errors", start=at(55), end=None, good_before=at(54))
    assert measured(over, [mine, again], NOW) == mine
    assert measured(incident, [mine, again], NOW) == replace(mine, end=None)


def test_the_first_guess_is_corrected_once_and_by_more_than_a_minute() -> None:
    incident = replace(Room.declared().now, moments={"impact": at(30), "declared": at(31)})
    outage = Crossing(probe="errors", start=at(22), end=None, good_before=at(21))
    assert correction(incident, outage) == at(22)
    assert hint(incident, outage) == "error rate says 14:22:00; you said 14:30:00"
    assert correction(incident, replace(outage, start=at(29.5))) is None
    assert hint(incident, replace(outage, start=at(30.5))) == ""
    yesterday = replace(outage, start=at(-900))
    assert hint(incident, yesterday).startswith("error rate says 2026-11-19 23:00:00; you said 2026-11-20 14:30:00")


def test_readings_that_began_too_late_correct_only_backwards() -> None:
    incident = replace(Room.declared().now, moments={"impact": at(30), "declared": at(31)})
    late = Crossing(probe="errors", start=at(40))
    assert correction(incident, late) is None
    early = Crossing(probe="errors", start=at(20))
    assert hint(incident, early) == "error rate says 14:20:00 or before; you said 14:30:00"
    assert "when readings began" in reason(early)


def test_who_has_corrected_it_is_not_asked_again() -> None:
    room = Room.declared()
    outage = Crossing(probe="errors", start=room.now.moments["impact"] - minutes(8), good_before=at(-100))
    assert hint(room.now, outage)
    room.say(i.CorrectTime(moment="impact", to=room.now.moments["impact"] - minutes(3), why="users wrote"))
    assert hint(room.now, outage) == ""
    assert correction(room.now, outage) == outage.start
    assert reason(outage) == f"measured: errors crossed its limit at {outage.start:%H:%M:%S} UTC"
