"""The forecast and the point of no return: sums over what is ahead, against what is left."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.intentions import NOW, STREAMS, Asked
from tests.domain.playbooks import RAMP, SMALL, START, Room, minutes, verdict
from tests.domain.test_properties import last
from warroom.console.domain import intents as i
from warroom.console.domain.playbook import Clock, Phase, Step
from warroom.console.domain.strategy import Stage
from warroom.console.domain.time.forecast import ClockForecast, Outlook, baking, forecast, rough
from warroom.console.domain.time.limit import Limit
from warroom.console.domain.time.no_return import Measure, PointOfNoReturn, measured, point_of_no_return

RESOLVE = Clock(key="resolve", title="Resolved", limit=Limit(max=minutes(60)))
PHASES = (
    Phase(key="one", title="One", max=minutes(15), step=(Step(key="a", text="A"),)),
    Phase(key="two", title="Two", min=minutes(10), max=minutes(15), step=(Step(key="b", text="B"),)),
    Phase(key="three", title="Three", min=minutes(10), max=minutes(30), step=(Step(key="c", text="C"),)),
)
PLAN = replace(SMALL, clock=(RESOLVE,), phase=PHASES)
ORDER = [Outlook.FITS, Outlook.TIGHT, Outlook.CANNOT]


def of(room: Room, key: str = "resolve", later: float = 0) -> ClockForecast:
    """The forecast of one clock, so many minutes from now."""
    return next(one for one in forecast(room.now, room.at + minutes(later)).clocks if one.key == key)


Spans = tuple[timedelta, ...]


def point(room: Room, later: float = 0, rollbacks: Spans = (), verifies: Spans = ()) -> PointOfNoReturn:
    """The point of no return, which must be there."""
    found = point_of_no_return(room.now, room.at + minutes(later), rollbacks=rollbacks, verifies=verifies)
    assert found is not None
    return found


def test_the_phases_ahead_are_summed_at_best_and_at_worst() -> None:
    found = of(Room.declared(playbook=PLAN))
    assert (found.best, found.worst, found.left) == (minutes(35), minutes(60), minutes(60))
    assert found.outlook is Outlook.TIGHT
    assert found.reason == "35m at best, 1h at worst; 1h left"


def test_time_used_in_the_current_phase_is_taken_off_and_a_done_phase_is_gone() -> None:
    room = Room.declared(playbook=PLAN)
    assert (of(room, later=10).best, of(room, later=10).worst) == (minutes(25), minutes(50))
    room.wait(5).say(i.Tick(step="a"))
    found = of(room)
    assert (found.best, found.worst, found.outlook) == (minutes(20), minutes(45), Outlook.FITS)
    assert found.words == "fits, 10m to spare"


def test_what_can_not_be_met_says_by_how_much() -> None:
    room = Room.declared(playbook=PLAN).wait(14)
    room.say(i.CorrectTime(moment="detected", to=START - minutes(27), why="the pager rang earlier"))
    found = of(room)
    assert (found.outlook, found.short) == (Outlook.CANNOT, minutes(2))
    assert found.reason == "21m at best, 46m at worst; 19m left"
    assert found.words == "cannot, 2m short"


def test_a_phase_past_its_time_is_never_said_to_fit() -> None:
    last_one = replace(PLAN, phase=PHASES[:1])
    found = of(Room.declared(playbook=last_one), later=20)
    assert (found.outlook, found.overrun) == (Outlook.TIGHT, minutes(5))
    assert found.reason == "0s to go; 40m left; the phase is 5m past its time"


def test_an_overdue_clock_can_not_be_met() -> None:
    found = of(Room.declared(playbook=PLAN), later=70)
    assert found.outlook is Outlook.CANNOT
    assert "10m over already" in found.reason


def test_each_clock_is_held_against_the_phases_up_to_where_it_stops() -> None:
    early = Clock(key="fix", title="Fix", stops=("phase:two:done", "resolved"), limit=Limit(max=minutes(20)))
    step = Clock(key="first", title="First", stops=("step:a",), limit=Limit(max=minutes(20)))
    room = Room.declared(playbook=replace(PLAN, clock=(early, step, RESOLVE)))
    assert [(one.key, one.outlook, one.best) for one in forecast(room.now, room.at).clocks] == [
        ("fix", Outlook.CANNOT, minutes(25)),
        ("first", Outlook.FITS, minutes(15)),
        ("resolve", Outlook.TIGHT, minutes(35)),
    ]
    hardest = forecast(room.now, room.at).worst
    assert hardest is not None
    assert hardest.key == "fix"


def test_an_hour_for_phases_of_55_to_70_minutes_is_tight_from_the_first_second() -> None:
    ranges = ((15, 15), (15, 15), (10, 15), (10, 15), (5, 10))
    plan = tuple(
        Phase(key=f"p{n}", title=f"P{n}", min=minutes(least), max=minutes(most), step=(Step(key=f"s{n}", text="S"),))
        for n, (least, most) in enumerate(ranges)
    )
    room = Room.declared(playbook=replace(PLAN, phase=plan))
    assert of(room).reason == "55m at best, 1h10m at worst; 1h left"
    assert of(room).outlook is Outlook.TIGHT


def test_updates_watches_and_clocks_no_phase_decides_have_no_forecast() -> None:
    room = Room.declared()
    room.say(i.LearnFact(name="data-breach", value="yes"))
    assert {one.key for one in forecast(room.now, room.at).clocks} == {"fix", "resolve", "breach"}
    bare = replace(PLAN, phase=tuple(replace(phase, min=None, max=None) for phase in PHASES))
    assert forecast(Room.declared(playbook=bare).now, START).clocks == ()


def test_a_minute_plan_counts_from_one_mark_to_the_next() -> None:
    plan = (
        Phase(key="one", title="One", at=minutes(0), by=minutes(15), step=(Step(key="a", text="A"),)),
        Phase(key="two", title="Two", at=minutes(15), by=minutes(60), step=(Step(key="b", text="B"),)),
    )
    found = of(Room.declared(playbook=replace(PLAN, phase=plan)))
    assert (found.best, found.worst) == (minutes(60), minutes(60))
    assert found.reason == "1h to go; 1h left"


def test_once_it_is_over_nothing_is_forecast() -> None:
    room = Room.declared(playbook=PLAN)
    room.say(i.Resolve())
    assert forecast(room.now, room.at).ahead == ()


@pytest.mark.parametrize(
    ("seconds", "up", "text"), [(59, False, "59s"), (61, True, "2m"), (119, False, "1m"), (0.4, True, "1s")]
)
def test_what_is_needed_is_rounded_up_and_what_is_left_down(seconds: float, up: bool, text: str) -> None:
    assert rough(timedelta(seconds=seconds), up=up) == text


@settings(deadline=None, max_examples=100)
@given(STREAMS, NOW, st.integers(0, 7200))
def test_a_forecast_adds_up_and_waiting_never_makes_it_better(asked: list[Asked], now: object, later: int) -> None:
    room = last(asked)
    before = {one.key: one for one in forecast(room.now, room.at).clocks}
    after = {one.key: one for one in forecast(room.now, room.at + timedelta(seconds=later)).clocks}
    assert before.keys() == after.keys()
    for key, found in before.items():
        assert timedelta(0) <= found.best <= found.worst
        assert (found.outlook is Outlook.CANNOT) is (found.short > timedelta(0))
        if found.outlook is Outlook.FITS:
            assert found.spare > timedelta(0)
        assert ORDER.index(after[key].outlook) >= ORDER.index(found.outlook)
        assert found.reason
        assert found.words


BACK = replace(SMALL, clock=(RESOLVE,))


def test_going_back_takes_what_it_took_before() -> None:
    room = Room.declared(playbook=BACK)
    found = point(room, rollbacks=(minutes(2), minutes(4)), verifies=(minutes(1),))
    assert found.by == START + minutes(60 - 4 - 1)
    assert not found.assumed
    assert found.reason == "rollback 4m measured in 2 runs, check 1m measured in 1 run; Resolved is due 15:00:00 UTC"


def test_only_the_newest_measurements_count() -> None:
    slow_once = (minutes(30), *[minutes(3)] * 5)
    assert point(Room.declared(playbook=BACK), rollbacks=slow_once).rollback.span == minutes(3)


def test_what_nobody_measured_comes_from_the_playbook_or_is_said_to_be_assumed() -> None:
    found = point(Room.declared(playbook=BACK))
    assert (found.rollback, found.verify) == (
        Measure(span=minutes(5), source="assumed"),
        Measure(span=minutes(10), source="playbook"),
    )
    assert found.assumed
    assert "rollback 5m assumed, check 10m by the playbook" in found.reason


def test_this_incidents_own_runs_count_and_so_do_those_of_its_like() -> None:
    room = Room.declared(playbook=BACK)
    room.run("rollback", "run-1")
    room.run("deploy", "run-2", marks="deployed")
    assert point(room).rollback == Measure(span=minutes(1), source="measured", runs=1)
    drill = replace(room.now, drill=True)
    assert measured((room.now,), room.now, "rollback") == (minutes(1),)
    assert measured((drill, replace(room.now, service="other")), room.now, "rollback") == ()


def test_it_passes_and_the_next_clock_is_looked_at() -> None:
    fix = Clock(key="fix", title="Fix ready", stops=("mitigated",), limit=Limit(max=minutes(30)))
    room = Room.declared(playbook=replace(SMALL, clock=(fix, RESOLVE)))
    assert (point(room).clock, point(room).left, point(room).near) == ("Fix ready", minutes(15), False)
    assert point(room, later=6).near
    assert (point(room, later=16).clock, point(room, later=16).left) == ("Resolved", minutes(29))
    over = point(room, later=50)
    assert (over.clock, over.passed, over.left) == ("Resolved", True, minutes(-5))


def test_there_is_none_where_nothing_can_be_gone_back_to_or_met() -> None:
    assert point_of_no_return(Room.declared(playbook=replace(BACK, rollback=())).now, START) is None
    assert point_of_no_return(Room.declared(playbook=replace(BACK, clock=())).now, START) is None
    gone = Room.declared(playbook=BACK)
    gone.run("rollback", "run-1")
    assert point_of_no_return(gone.now, gone.at) is None
    calm = Room.declared(playbook=BACK)
    calm.say(i.Mitigate(how="the feature is off"))
    assert point_of_no_return(calm.now, calm.at) is None
    failed = Room.declared(playbook=BACK)
    failed.run("rollback", "run-1", outcome="failed")
    assert point_of_no_return(failed.now, failed.at) is not None


def test_readings_of_probes_change_no_forecast() -> None:
    room = Room.declared()
    before = forecast(room.now, room.at)
    room.say(verdict("health", "failing", "500"))
    assert forecast(room.now, room.at) == before


@settings(deadline=None, max_examples=80)
@given(STREAMS, st.integers(0, 7200))
def test_going_back_before_the_point_meets_its_clock(asked: list[Asked], later: int) -> None:
    room = last(asked)
    found = point_of_no_return(room.now, room.at + timedelta(seconds=later))
    if found is not None:
        assert found.by + found.rollback.span + found.verify.span == found.due_at
        assert found.passed is (found.now > found.by)


def test_a_rollout_under_way_takes_at_least_what_it_has_still_to_bake() -> None:
    ramp = Step(key="b", text="Shift traffic", ticked_by="rollout")
    short = replace(PHASES[1], min=minutes(1), max=minutes(2), step=(ramp,))
    stages = (Stage(percent=10, bake=minutes(20)), Stage(percent=50, bake=minutes(10)), Stage(percent=100))
    room = Room.declared(playbook=replace(PLAN, phase=(PHASES[0], short, PHASES[2])))
    room.say(i.EnterPhase(phase="two"))
    assert (of(room).best, of(room).worst) == (minutes(11), minutes(32))
    room.say(i.StartRollout(rollout="ro-1", strategy=replace(RAMP, stage=stages), values={}))
    assert of(room).best == minutes(30 + 10)
    room.run("shift-traffic", "run-1", rollout="ro-1", percent="10")
    room.say(i.EnterStage(rollout="ro-1", stage=0, run="run-1"))
    assert baking(room.now, room.at) == minutes(30)
    assert (of(room, later=25).best, of(room, later=25).worst) == (minutes(10 + 10), minutes(10 + 30))
    room.say(i.AbortRollout(rollout="ro-1", why="it hurts"))
    assert baking(room.now, room.at) == minutes(0)


def test_a_drill_shortens_its_bakes_so_none_are_counted() -> None:
    room = Room.declared()
    room.say(i.StartRollout(rollout="ro-1", strategy=RAMP, values={}))
    assert baking(room.now, room.at) == minutes(5)
    assert baking(replace(room.now, drill=True), room.at) == minutes(0)
