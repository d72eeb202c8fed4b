"""Why the clocks stand as they do, in plain lines."""

from dataclasses import replace

import pytest

from tests.domain.playbooks import CLOCKS, SMALL, Room, minutes
from warroom.console.domain import intents as i
from warroom.console.domain.strategy import Threshold
from warroom.console.domain.time.clocks import read_clocks
from warroom.console.domain.time.explain import (
    clock_reasons,
    forecast_reasons,
    moment_words,
    no_point_reason,
    phase_reason,
    point_reasons,
    road_reason,
    threshold_reason,
)
from warroom.console.domain.time.forecast import PhaseAhead, forecast
from warroom.console.domain.time.no_return import measured, point_of_no_return


def reasons(room: Room, key: str) -> tuple[str, ...]:
    """What is said of one clock."""
    reading = next(one for one in read_clocks(room.now, room.at) if one.key == key)
    return tuple(clock_reasons(room.now, reading))


def test_a_clock_says_from_which_moment_to_which_its_marks_and_who_set_it() -> None:
    room = Room.declared()
    assert reasons(room, "fix") == (
        "since it was detected (14:00:00 UTC), until the fix is deployed or the pain stops or it is resolved",
        "limit 30m: due 14:30:00 UTC, warns at 14:22:30 UTC",
        "set by small for P0",
    )


def test_a_range_says_its_lower_mark_and_a_clock_that_warned_when() -> None:
    room = Room.declared("P1").wait(50)
    assert reasons(room, "fix")[1] == (
        "limit 30m to 1h: due 15:00:00 UTC, lower mark 14:30:00 UTC, warned at 14:45:00 UTC"
    )


def test_a_cadence_says_what_starts_it_anew() -> None:
    room = Room.declared().wait(3)
    room.say(i.SendMessage(message="initial", audience="stakeholders", channel="chat", text="On it."))
    assert reasons(room, "update")[0] == (
        "since stakeholders were last told (14:03:00 UTC), anew with each word to stakeholders; until it is resolved"
    )


def test_a_clock_that_counts_for_a_fact_says_which() -> None:
    room = Room.declared()
    room.say(i.LearnFact(name="data-breach", value="yes"))
    assert reasons(room, "breach")[2] == "set by small; it counts because data-breach was said"
    assert reasons(room, "breach")[0].endswith("until ticked: Notify the authority")


def test_the_rooms_own_clocks_say_what_brings_them() -> None:
    room = Room.declared("?")
    assert reasons(room, "phase")[-1] == "set by the range the playbook gives this phase"
    assert reasons(room, "escalation")[-1] == "set by the ladder: the next who are to be called"
    assert reasons(room, "level")[-1] == "set by the room itself: the level is only assumed"


def test_a_clock_that_no_clock_names_says_what_asks_for_it() -> None:
    watched = replace(SMALL, threshold=(Threshold(role="error-rate", text="errors", watch=minutes(10)),), clock=())
    room = Room.declared(playbook=watched)
    room.say(i.Decide(choice="rollback", why="fast"))
    room.run("rollback", "back-1")
    assert reasons(room, "watch") == (
        "since production last changed (14:01:00 UTC), until it is closed",
        "to sit out 10m: due 14:11:00 UTC",
        "set by small, which asks for it without a clock of its own",
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("phase:assess:done", "the phase Assess is over"),
        ("phase:assess:entered", "the phase Assess begins"),
        ("document:post-mortem", "Post-mortem is signed"),
        ("message:initial", "Initial alert is sent"),
        ("action:rollback", "rollback succeeds"),
        ("duty:Audit", "Audit is done"),
        ("something", "something"),
    ],
)
def test_every_kind_of_moment_reads_as_a_sentences_end(name: str, words: str) -> None:
    assert moment_words(Room.declared().now, name) == words


def test_a_forecast_says_its_sum_and_which_phases_are_counted() -> None:
    room = Room.declared()
    found = next(one for one in forecast(room.now, room.at).clocks if one.key == "fix")
    assert tuple(forecast_reasons(found)) == (
        "forecast: tight (25m at best, 30m at worst; 30m left)",
        "counted: Assess, Prepare, Deploy",
    )


def test_the_road_says_which_way_is_counted() -> None:
    room = Room.declared()
    assert "the longer one" in road_reason(room.now, forecast(room.now, room.at))
    room.say(i.Decide(choice="rollback", why="fast"))
    assert road_reason(room.now, forecast(room.now, room.at)) == "the way of a rollback is counted, as was decided"
    room.say(i.Resolve(summary="well"))
    assert road_reason(room.now, forecast(room.now, room.at)) == "it is resolved: nothing is ahead"


def test_a_phase_says_what_it_still_takes_or_that_nothing_is_known() -> None:
    timed = PhaseAhead(key="a", title="A", best=minutes(5), worst=minutes(10), timed=True)
    assert phase_reason(timed) == "5m to 10m to go"
    assert phase_reason(replace(timed, best=minutes(10), overrun=minutes(2))) == "10m to go; 2m past its time"
    assert phase_reason(replace(timed, timed=False)) == "no time set: it adds nothing, and proves nothing"


def test_the_point_of_no_return_shows_its_sum_and_the_runs_behind_it() -> None:
    before = Room.declared()
    before.run("rollback", "back-1")
    room = Room.declared()
    point = point_of_no_return(room.now, room.at, rollbacks=measured((before.now,), room.now, "rollback"))
    assert point is not None
    assert tuple(point_reasons(room.now, (before.now,), point, "verify")) == (
        "Fix ready is due 14:30:00 UTC",
        "less 1m for the rollback: as the only run took",
        "  back-1 of INC-7, 2026-11-20 14:00 UTC: 1m",
        "less 10m for the check that it worked: the longest the playbook gives it; nothing was measured yet",
    )


def test_where_there_is_no_point_of_no_return_it_says_why() -> None:
    room = Room.declared()
    assert no_point_reason(room.now) == "no clock runs that a rollback could meet"
    assert "names no rollback" in no_point_reason(replace(room.now, playbook=replace(SMALL, rollback=())))
    room.run("rollback", "back-1")
    assert no_point_reason(room.now) == "Rollback was the last thing to change production"
    room.say(i.Mitigate(how="went back"))
    assert no_point_reason(room.now) == "it is mitigated: there is nothing left to choose"


def test_a_threshold_says_the_least_and_the_most_it_is_watched() -> None:
    watched = Threshold(role="health", text="h", watch=minutes(30), at_least=minutes(15), every=minutes(1))
    assert threshold_reason(watched) == "watched 15m to 30m after the deploy, looked at every 1m"
    assert threshold_reason(Threshold(role="health", text="h")) == "counts as long as it lasts"


def test_every_clock_of_the_small_protocol_has_its_reasons() -> None:
    room = Room.declared()
    room.say(i.LearnFact(name="data-breach", value="yes"), i.Resolve(summary="well"))
    readings = read_clocks(room.now, room.at)
    assert {clock.key for clock in CLOCKS} <= {reading.key for reading in readings}
    assert all(len(tuple(clock_reasons(room.now, reading))) == 3 for reading in readings)
