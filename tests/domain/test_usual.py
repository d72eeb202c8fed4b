"""What is usual, and how far a reading is from it."""

from datetime import UTC, datetime

from tests.domain.playbooks import Room
from warroom.console.domain.watch.usual import (
    Usual,
    Yardstick,
    burning_since,
    compared,
    deployed_at,
    held_against,
    usual_of,
)
from warroom.console.domain.watch.verdict import ConditionResult, Sample, Status

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
NORMAL = Usual(figure=200.0, count=60)


def took(milliseconds: float, **more: object) -> Sample:
    return Sample(probe="api", at=AT, status=Status.OK, latency_ms=milliseconds, **more)  # type: ignore[arg-type]


def test_the_usual_is_the_median_of_ten_readings_or_more() -> None:
    assert usual_of([took(figure) for figure in (*range(9), 9000)]) == Usual(figure=4.5, count=10)
    assert usual_of([took(figure) for figure in range(9)]) == Usual(figure=None, count=9)
    silent = Sample(probe="api", at=AT, status=Status.UNKNOWN)
    assert usual_of([silent] * 20) == Usual(figure=None, count=0)


def test_a_value_is_compared_before_the_time_its_answer_took() -> None:
    assert usual_of([took(5, value=0.2)] * 10).figure == 0.2


def test_ten_times_slower_than_usual_fails_and_says_the_figures() -> None:
    good = held_against(took(1999), NORMAL, 10)
    assert (good.status, good.conditions[-1].ok) == (Status.OK, True)
    bad = held_against(took(2000), NORMAL, 10)
    assert bad.status is Status.FAILING
    assert bad.reason == "[BASELINE] (10) < 10, usually 200 ms"


def test_what_is_usual_must_be_known_to_judge_by_it_alone() -> None:
    sample = held_against(took(2000), Usual(count=3), 10)
    assert sample.status is Status.UNKNOWN
    assert sample.reason == "[BASELINE] < 10: what is usual is not known yet, 3 of 10 readings"


def test_other_limits_judge_while_the_usual_is_not_known() -> None:
    limit = ConditionResult("[STATUS] == 200", True, "[STATUS] == 200")
    sample = held_against(took(2000, conditions=(limit,)), Usual(count=3), 10)
    assert sample.status is Status.OK
    assert "3 of 10 readings" in sample.details[0]


def test_nothing_is_a_multiple_of_nothing() -> None:
    sample = held_against(took(1, value=0.5), Usual(figure=0.0, count=60), 1.5)
    assert sample.status is Status.OK
    assert sample.details == ("[BASELINE] < 1.5: usually 0, so there is no ratio",)


def test_no_data_stays_unknown() -> None:
    silent = Sample(probe="api", at=AT, status=Status.UNKNOWN, error="no data")
    assert held_against(silent, NORMAL, 1.5) is silent
    assert compared(silent, Yardstick(usual=NORMAL)) == ""


def test_a_reading_is_told_against_the_usual_and_the_time_before_the_deploy() -> None:
    stick = Yardstick(usual=NORMAL, deployed=Usual(figure=800.0, count=40))
    assert compared(took(600), stick) == "3x the usual 200 ms; -25 % since the deploy (800 ms before)"
    assert compared(took(600), Yardstick(usual=Usual(count=4))) == "what is usual is not known: 4 of 10 readings"
    few = Yardstick(usual=NORMAL, deployed=Usual(count=1))
    assert compared(took(200), few) == "1x the usual 200 ms; too few readings before the deploy"
    zero = Yardstick(usual=Usual(figure=0.0, count=20), deployed=Usual(figure=0.0, count=20))
    assert compared(took(1, value=2.0, unit="%"), zero) == (
        "against the usual 0 %; changed since the deploy (0 % before)"
    )


def test_a_service_burns_since_the_first_impact_of_what_is_open() -> None:
    room = Room.declared()
    incident = room.now
    assert burning_since([incident], incident.service) == incident.moments["impact"]
    assert burning_since([incident], "another") is None
    assert burning_since([], incident.service) is None


def test_the_last_deploy_is_what_changed_production_and_not_what_looked_at_it_or_went_to_staging() -> None:
    room = Room.declared()
    room.run("deploy-production", "RUN-1", environment="production", danger="typed")
    deployed = room.now.runs["RUN-1"].started_at
    room.run("smoke-production", "RUN-2", environment="production", danger="free")
    room.run("deploy-staging", "RUN-3", environment="staging", danger="confirm")
    assert deployed_at([room.now], room.now.service) == deployed
    room.run("rollback", "RUN-4", environment="production", danger="confirm")
    assert deployed_at([room.now], room.now.service) == room.now.runs["RUN-4"].started_at
    assert deployed_at([room.now], "another") is None
