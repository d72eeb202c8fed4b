"""The error rate and the clocks as pictures: what is drawn, and that it is well-formed and harmless."""

import math
from dataclasses import replace
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.domain.playbooks import RAMP, SMALL, START, Room, minutes, request, verdict
from tests.domain.playbooks import ended as run_ended
from tests.reports.protocols import incident, rates
from tests.reports.story import Reading, readings, story
from warroom.console.domain import intents as i
from warroom.console.domain.playbook import Clock
from warroom.console.domain.time.limit import Limit
from warroom.console.reports.blocks import Text
from warroom.console.reports.drawn_clocks import draw_clocks
from warroom.console.reports.drawn_rate import draw_rate
from warroom.console.reports.limits import clocks
from warroom.console.reports.pictures import Bar, Bars, Chart, Line, Mark, Point, Share
from warroom.console.reports.rate import error_rate
from warroom.console.reports.source import Material
from warroom.console.reports.svg import heights, moments
from warroom.console.reports.tables import caption

UNTIMED = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def material(room: Room, samples: list[Reading]) -> Material:
    """What the sections are filled from."""
    return Material(incident=room.now, records=room.stream, samples=samples, now=room.at, checkpoint="")


def chart(room: Room, samples: list[Reading]) -> Chart:
    """The chart of an incident."""
    (block,) = error_rate(material(room, samples))
    assert isinstance(block, Chart), block
    return block


def words(svg: str) -> list[str]:
    """Every label of a picture, read by a strict parser."""
    return [element.text or "" for element in ElementTree.fromstring(svg).iter("text")]


def classes(svg: str) -> list[str]:
    """The class of every element of a picture."""
    return [element.get("class") or "" for element in ElementTree.fromstring(svg).iter()]


def every_minute(value: float = 5.0, upto: int = 60, without: range = range(0)) -> list[Reading]:
    """A reading a minute, with a hole."""
    return [
        Reading("api error-rate", START + minutes(minute), "failing", value)
        for minute in range(upto)
        if minute not in without
    ]


def test_the_chart_marks_what_was_done_and_how_traffic_moved() -> None:
    room = story("x")
    drawn = chart(room, readings())
    assert [(mark.kind, mark.text) for mark in drawn.marks] == [
        ("incident", "impact"),
        ("incident", "declared"),
        ("good", "mitigated"),
        ("rollback", "Rollback"),
        ("failed", "Deploy v1.2.4 failed"),
        ("deploy", "Deploy v1.2.4"),
        ("good", "resolved"),
    ]
    assert [(share.percent, share.held) for share in drawn.shares] == [(10, False), (100, False)]
    assert (drawn.limit, drawn.limit_text) == (1.0, "limit 1")
    shown = words(draw_rate(drawn))
    for label in ("● 13:48 impact", "▼ 14:07 Rollback", "✗ 14:24 Deploy v1.2.4 failed", "limit 1", "no data", "100 %"):
        assert label in shown


def test_a_hold_that_lasts_is_drawn_as_one() -> None:
    room = Room.declared()
    room.say(verdict("error-rate", "failing"), i.StartRollout(rollout="ro-1", strategy=RAMP, values={}))
    room.say(i.EnterStage(rollout="ro-1", stage=0, run="run-1"))
    room.wait(5).say(i.HoldRollout(rollout="ro-1", reason="errors"))
    room.wait(9).say(i.AbortRollout(rollout="ro-1", why="it got worse"))
    drawn = chart(room.wait(20), every_minute())
    assert [(one.percent, one.held, one.end - one.begin) for one in drawn.shares] == [
        (10, False, minutes(5)),
        (10, True, minutes(9)),
    ]
    assert "10 % held" in words(draw_rate(drawn))


def test_a_time_without_readings_breaks_the_line_and_is_said_in_words() -> None:
    room = Room.declared()
    room.say(verdict("error-rate", "failing"))
    drawn = chart(room.wait(60), every_minute(without=range(20, 40)))
    assert [(gap.begin, gap.end) for gap in drawn.gaps] == [(START + minutes(19), START + minutes(40))]
    assert "no data for 21:00" in caption(drawn)
    assert classes(draw_rate(drawn)).count("rate") == 2
    assert classes(draw_rate(chart(room, every_minute()))).count("rate") == 1


def test_a_reading_that_is_no_number_is_a_hole_and_never_a_point() -> None:
    room = Room.declared()
    room.say(verdict("error-rate", "failing"))
    bad = [replace(one, value=value) for one, value in zip(every_minute(), [math.nan, math.inf, None], strict=False)]
    drawn = chart(room.wait(60), bad + every_minute()[3:])
    assert [point.value for point in drawn.lines[0].points[:3]] == [None, None, None]
    assert "nan" not in draw_rate(drawn)
    assert isinstance(error_rate(material(room, bad))[0], Text)


def test_without_readings_a_sentence_stands_there() -> None:
    assert error_rate(material(story(), [])) == (Text("No reading of the error rate was kept."),)


def test_no_peak_is_lost_however_many_readings_there_are() -> None:
    room = Room.declared()
    room.say(verdict("error-rate", "failing"))
    many = [Reading("api error-rate", START + timedelta(seconds=n), "ok", 0.1) for n in range(7200)]
    many[4001] = replace(many[4001], value=50.0)
    drawn = chart(room.wait(120), many)
    assert drawn.worst == Point(START + timedelta(seconds=4001), 50.0)
    picture = draw_rate(drawn)
    assert len(picture) < 60_000
    areas = [one for one in ElementTree.fromstring(picture).iter("path") if one.get("class") == "over"]
    assert len(areas) == 1


def test_a_run_of_production_whose_outcome_is_unknown_is_marked_so() -> None:
    room = Room.declared()
    room.say(verdict("error-rate", "failing"), request("deploy", "run-1"), i.StartRun(run="run-1"))
    room.wait(1).say(i.LoseRun(run="run-1", why="its host is gone"))
    room.say(request("smoke", "run-2", danger="free"), i.StartRun(run="run-2"), run_ended("run-2", room.at))
    drawn = chart(room.wait(60), every_minute())
    assert [mark.text for mark in drawn.marks if mark.kind == "failed"] == ["Deploy outcome unknown"]
    assert not [mark for mark in drawn.marks if "Smoke" in mark.text]


def test_a_version_is_named_only_where_the_run_was_about_it() -> None:
    room = Room.declared()
    room.say(verdict("error-rate", "failing"))
    for number, (action, command) in enumerate(
        [("rollback", "./ops/rollback production --to v1.2.3"), ("rollback", "./ops/rollback"), ("deploy", "./ops/go")]
    ):
        asked = request(action, f"run-{number}", tag="v1.2.5", previous_tag="v1.2.3", marks="deployed")
        room.say(replace(asked, command=command), i.StartRun(run=f"run-{number}"))
        room.wait(1).say(run_ended(f"run-{number}", room.at))
    drawn = chart(room.wait(60), every_minute())
    assert [mark.text for mark in drawn.marks if mark.kind in ("deploy", "rollback")] == [
        "Rollback v1.2.3",
        "Rollback",
        "Deploy v1.2.5",
    ]


def test_a_short_chart_says_its_times_to_the_second() -> None:
    room = Room.declared()
    room.say(verdict("error-rate", "failing"))
    assert "● 14:00:00 declared" in words(draw_rate(chart(room.wait(9), every_minute())))
    assert "● 14:00 declared" in words(draw_rate(chart(room.wait(60), every_minute())))


LABELS = st.text(max_size=60)


@UNTIMED
@given(st.lists(st.tuples(st.integers(0, 3600), LABELS), max_size=25), st.floats(0, 1e9), LABELS)
def test_any_chart_is_well_formed_and_no_label_covers_another(
    marks: list[tuple[int, str]], value: float, label: str
) -> None:
    end = START + timedelta(hours=1)
    drawn = draw_rate(
        Chart(
            title=label,
            unit=label,
            begin=START,
            end=end,
            lines=(Line(label, (Point(START, value), Point(end, 0.0))),),
            gaps=(),
            limit=1.0,
            limit_text=label,
            marks=tuple(sorted((Mark(START + timedelta(seconds=at), "deploy", text) for at, text in marks), key=_at)),
            shares=(Share(START, end, 10),),
        )
    )
    ElementTree.fromstring(drawn)


def _at(mark: Mark) -> datetime:
    return mark.at


@UNTIMED
@given(st.floats(1e-6, 1e12))
def test_the_axis_reaches_the_highest_value_in_few_round_steps(most: float) -> None:
    rows = heights(most)
    assert rows[0] == 0
    assert rows[-1] >= most * 0.999999
    assert 2 <= len(rows) <= 6


@UNTIMED
@given(st.integers(1, 400 * 86_400))
def test_the_axis_of_time_has_few_marks_inside_of_it(seconds: int) -> None:
    end = START + timedelta(seconds=seconds)
    marks = list(moments(START, end))
    assert len(marks) <= 10
    assert all(START <= at <= end for at, _ in marks)


def test_clocks_are_bars_with_their_limit_and_their_result_in_words() -> None:
    (block,) = clocks(material(story(), []))
    assert isinstance(block, Bars)
    assert [(bar.key, bar.state) for bar in block.bars] == [
        ("fix", "met"),
        ("resolve", "met"),
        ("review", "running"),
        ("update", "missed"),
    ]
    shown = words(draw_clocks(block))
    for label in ("✓ met, 23:00 to spare", "✗ missed by 18:00; longest silence 33:00", "limit 30m", "2.2 × »"):
        assert label in shown


def test_both_marks_of_a_range_are_drawn_and_a_waived_clock_says_so() -> None:
    room = Room.declared(level="P1")
    room.say(i.Waive(subject="clock:resolve", why="a drill", owner="kai"))
    (block,) = clocks(material(room.wait(45), []))
    assert isinstance(block, Bars)
    fix, resolve = block.bars[0], block.bars[1]
    assert (fix.least, fix.most, fix.state) == (minutes(30), minutes(60), "running")
    assert (resolve.state, resolve.result) == ("waived", "waived")
    picture = draw_clocks(block)
    assert "from 30:00" in words(picture)
    assert "least" in classes(picture)
    assert "– waived" in words(picture)


@pytest.mark.parametrize(("after", "words_of_it"), [(5, "watched for 5:00 so far"), (40, "watched for 20:00")])
def test_a_window_is_watched_not_kept(after: float, words_of_it: str) -> None:
    watch = Clock(
        key="watch", title="Watch", starts="declared", stops=("closed",), limit=Limit(max=minutes(20)), window=True
    )
    room = Room.declared(playbook=replace(SMALL, clock=(watch,)))
    (block,) = clocks(material(room.wait(after), []))
    assert isinstance(block, Bars)
    assert [bar.result for bar in block.bars] == [words_of_it]


def test_a_limit_that_the_calendar_has_no_date_for_is_drawn_without_a_mark() -> None:
    open_end = Clock(key="fix", title="Fix", starts="declared", limit=Limit(calendar="next-release"))
    room = Room.declared(playbook=replace(SMALL, clock=(open_end,)))
    (block,) = clocks(material(room.wait(9), []))
    assert isinstance(block, Bars)
    assert (block.bars[0].most, block.bars[0].result) == (None, "running; no date is set")
    assert "here" not in classes(draw_clocks(block))


@UNTIMED
@given(st.builds(timedelta, seconds=st.integers(0, 10**7)), st.builds(timedelta, seconds=st.integers(0, 10**7)), LABELS)
def test_any_bar_is_well_formed_and_stays_in_the_picture(ran: timedelta, most: timedelta, label: str) -> None:
    bar = Bar(
        key="fix",
        title=label,
        limit=label,
        started=START,
        stopped=None,
        due=None,
        ran=ran,
        most=most,
        least=most / 2,
        state="running",
        result=label,
    )
    root = ElementTree.fromstring(draw_clocks(Bars((bar,))))
    width = float((root.get("viewBox") or "").split()[2])
    for box in root.iter("rect"):
        assert 0 <= float(box.get("x") or 0) + float(box.get("width") or 0) <= width


def test_the_pictures_of_a_real_incident_are_well_formed() -> None:
    room = incident("release-protocol")
    drawn = chart(room, rates(room))
    assert [share.percent for share in drawn.shares] == [10, 25, 50, 100]
    assert (drawn.unit, drawn.limit_text) == ("%", "limit 1 %")
    shown = words(draw_rate(drawn))
    assert {"10 %", "25 %", "50 %", "100 %", "limit 1 %", "no data"} <= set(shown)
