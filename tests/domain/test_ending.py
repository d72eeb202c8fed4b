"""What speaks against calling an incident over."""

from dataclasses import replace

from tests.domain.playbooks import Room, verdict
from tests.domain.test_debts import OWING, over
from warroom.console.domain import intents as i
from warroom.console.domain.ending import against_closing, against_resolving
from warroom.console.domain.model import State


def test_open_steps_before_the_end_and_failing_probes_speak_against_resolving() -> None:
    room = Room.declared(playbook=OWING)
    room.say(verdict("health", "failing", "[STATUS] (500) == 200"))
    failing, steps = against_resolving(room.now)
    assert failing == "api health is failing: [STATUS] (500) == 200"
    assert steps.startswith("required steps are still open: ")
    assert "After" not in steps


def test_resolving_over_a_failing_probe_takes_a_word() -> None:
    room = Room.declared(playbook=OWING)
    room.say(verdict("health", "failing", "500"))
    assert "api health is failing: 500; say in words" in room.refusal(i.Resolve())
    room.say(i.Resolve(summary="the probe asks a host that is gone"))
    assert room.now.state is State.RESOLVED


def test_nothing_speaks_against_it_where_no_phase_ends_it_and_nothing_fails() -> None:
    room = Room.declared(playbook=replace(OWING, resolved_after=""))
    assert against_resolving(room.now) == ()


def test_what_is_owed_speaks_against_closing() -> None:
    room = over()
    lines = against_closing(room.now, room.at)
    assert "Write the follow-up tickets" in lines
    assert len(lines) <= 7
