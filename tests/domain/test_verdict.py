"""The debounced verdict over readings."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from warroom.console.domain.watch.verdict import ConditionResult, Health, Sample, Status, observe, worst

START = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
EVERY = timedelta(seconds=5)
KINDS = {"o": Status.OK, "f": Status.FAILING, "u": Status.UNKNOWN}


def sample(kind: str, number: int = 0) -> Sample:
    return Sample(probe="api", at=START + number * EVERY, status=KINDS[kind], latency_ms=12.0)


def verdicts(readings: str, failures: int = 3, successes: int = 2) -> str:
    """The verdict after each reading, by first letters."""
    health, said = Health(probe="api"), ""
    for number, kind in enumerate(readings):
        health = observe(health, sample(kind, number), failures, successes)
        said += health.status.value[0]
    return said


def test_the_first_good_reading_decides_at_once() -> None:
    assert verdicts("o") == "o"
    assert verdicts("uo") == "uo"


def test_three_failures_in_a_row_open() -> None:
    assert verdicts("offf") == "ooof"
    assert verdicts("fff") == "uuf"
    assert verdicts("offoffo") == "ooooooo"


def test_two_good_readings_in_a_row_close() -> None:
    assert verdicts("fffoo") == "uuffo"
    assert verdicts("fffofoo") == "uuffffo"


def test_both_numbers_can_be_set() -> None:
    assert verdicts("of", failures=1) == "of"
    assert verdicts("ofo", failures=1, successes=1) == "ofo"
    assert verdicts("offffooo", failures=4, successes=3) == "oooofffo"


def test_no_data_takes_ok_away_at_once() -> None:
    assert verdicts("ou") == "ou"
    assert verdicts("ouo") == "ouo"


def test_no_data_lets_an_alarm_stand_until_it_lasts() -> None:
    assert verdicts("fffuu") == "uufff"
    assert verdicts("fffuuu") == "uufffu"


def test_no_data_does_not_forgive_failures() -> None:
    assert verdicts("ofuff") == "oouuf"


def test_after_lost_data_an_open_alarm_needs_as_many_good_readings_as_ever() -> None:
    assert verdicts("fffuuuoo") == "uufffuuo"
    assert verdicts("fffuuuf") == "uufffuf"


def test_since_is_when_the_verdict_last_changed() -> None:
    health = Health(probe="api")
    for number, kind in enumerate("ooff"):
        health = observe(health, sample(kind, number))
    assert health.since == START
    health = observe(health, sample("f", 4))
    assert health.since == START + 4 * EVERY
    assert health.last_good_at == START + EVERY
    assert (health.run, health.run_length) == (Status.FAILING, 3)


def test_a_verdict_without_readings_is_stale_and_unknown() -> None:
    health = Health(probe="api")
    assert health.stale(START, EVERY)
    assert health.age(START) is None
    assert health.shown(START, EVERY) is Status.UNKNOWN


def test_three_missed_intervals_make_a_verdict_stale() -> None:
    health = observe(Health(probe="api"), sample("o"))
    assert health.shown(START + 3 * EVERY, EVERY) is Status.OK
    assert health.shown(START + 3.1 * EVERY, EVERY) is Status.UNKNOWN
    assert health.status is Status.OK
    assert health.age(START + EVERY) == EVERY


def test_what_is_read_many_times_a_second_is_not_stale_while_it_is_on_its_way_from_another_console() -> None:
    often = timedelta(milliseconds=100)
    health = observe(Health(probe="api"), Sample(probe="api", at=START, status=Status.OK))
    assert health.shown(START + timedelta(seconds=2), often) is Status.OK
    assert health.shown(START + timedelta(seconds=2.1), often) is Status.UNKNOWN


def test_a_target_that_asked_for_peace_is_not_stale_meanwhile() -> None:
    health = observe(Health(probe="api"), replace(sample("f"), hold=timedelta(minutes=5)))
    assert not health.stale(START + timedelta(minutes=5), EVERY)
    assert health.stale(START + timedelta(minutes=6), EVERY)


def test_a_clock_set_back_gives_no_negative_age() -> None:
    health = observe(Health(probe="api"), sample("o"))
    assert health.age(START - EVERY) == timedelta(0)


def test_the_reason_is_the_broken_condition_with_what_was_measured() -> None:
    results = (
        ConditionResult("[CONNECTED] == true", True, "[CONNECTED] == true"),
        ConditionResult("[STATUS] == 200", False, "[STATUS] (500) == 200"),
    )
    failing = replace(sample("f"), conditions=results)
    assert failing.reason == "[STATUS] (500) == 200"
    assert replace(failing, error="body cut").reason == "body cut; [STATUS] (500) == 200"
    assert replace(failing, error="connection refused", latency_ms=None).reason == "connection refused"
    assert sample("o").reason == ""
    assert observe(Health(probe="api"), failing).reason == "[STATUS] (500) == 200"


def test_the_worst_of_many_is_failing_then_unknown_then_ok() -> None:
    assert worst([Status.OK, Status.UNKNOWN, Status.FAILING]) is Status.FAILING
    assert worst([Status.OK, Status.UNKNOWN]) is Status.UNKNOWN
    assert worst([Status.OK]) is Status.OK
    assert worst([]) is Status.UNKNOWN


@given(readings=st.text(alphabet="ofu", max_size=30), failures=st.integers(1, 4), successes=st.integers(1, 4))
def test_a_verdict_is_never_better_than_its_readings(readings: str, failures: int, successes: int) -> None:
    for number, verdict in enumerate(verdicts(readings, failures, successes), start=1):
        seen = readings[:number]
        if verdict == "o":
            assert "o" in seen
            assert "u" not in seen[seen.rindex("o") :]
            assert len(seen) - 1 - seen.rindex("o") < failures
        if verdict == "f":
            assert seen.count("f") >= failures
