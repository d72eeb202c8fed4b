"""The place of a step in a minute plan."""

from dataclasses import replace

from tests.domain.playbooks import SMALL, Room, minutes
from warroom.console.domain import intents as i
from warroom.console.domain.playbook import Phase, Step
from warroom.console.domain.time.minute_plan import planned

STEPS = (
    Step(key="fix", text="Fix it", at=minutes(25), by=minutes(40)),
    Step(key="tell", text="Tell them", at=minutes(15)),
    Step(key="write", text="Write it down"),
)
PLAN = replace(SMALL, phase=(Phase(key="plan", title="Plan", step=STEPS),))


def test_a_step_counts_from_the_detection_to_its_minute() -> None:
    room = Room.declared(playbook=PLAN).wait(20)
    found = planned(room.now, STEPS[0], room.at)
    assert found is not None
    assert (found.mark, found.left, found.near, found.late) == (minutes(40), minutes(20), False, minutes(0))
    near = planned(room.now, STEPS[0], room.at + minutes(16))
    assert near is not None and near.near
    late = planned(room.now, STEPS[0], room.at + minutes(23))
    assert late is not None and (late.late, late.near) == (minutes(3), False)


def test_a_step_that_only_has_a_beginning_is_never_late() -> None:
    room = Room.declared(playbook=PLAN).wait(100)
    found = planned(room.now, STEPS[1], room.at)
    assert found is not None
    assert (found.ends, found.late, found.near) == (False, minutes(0), True)


def test_what_has_no_minute_or_is_settled_or_over_is_not_planned() -> None:
    room = Room.declared(playbook=PLAN)
    assert planned(room.now, STEPS[2], room.at) is None
    room.say(i.Tick(step="fix"))
    assert planned(room.now, STEPS[0], room.at) is None
    assert planned(room.now, STEPS[1], room.at) is not None
    room.say(i.Resolve(summary="well"))
    assert planned(room.now, STEPS[1], room.at) is None


def test_a_corrected_detection_moves_the_plan() -> None:
    room = Room.declared(playbook=PLAN).wait(30)
    room.say(i.CorrectTime(moment="detected", to=room.at - minutes(45), why="the pager rang earlier"))
    found = planned(room.now, STEPS[0], room.at)
    assert found is not None
    assert found.late == minutes(5)
