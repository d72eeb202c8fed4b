"""Muting a probe: with a reason, an end, and no gate that passes meanwhile."""

from datetime import timedelta

from tests.domain.playbooks import START, Room
from warroom.console.domain import intents as i
from warroom.console.domain.intents import By
from warroom.console.domain.strategy import Gate
from warroom.console.domain.timeline import entry
from warroom.console.domain.watch.gate import Readings, read_gates
from warroom.console.domain.watch.mute import muted
from warroom.console.domain.watch.verdict import Sample, Status

HOUR = timedelta(hours=1)


def mute(until: timedelta = HOUR, why: str = "known fault") -> i.MuteProbe:
    return i.MuteProbe(probe="api", until=START + until, why=why)


def test_a_mute_says_who_until_when_and_why() -> None:
    room = Room.declared()
    room.say(mute(), by=By(actor="mei", console="console-2"))
    found = muted(room.now.mutes.values(), "api", room.at)
    assert found is not None
    assert found.words() == f"muted by mei until {START + HOUR:%H:%M} UTC: known fault"
    assert entry(room.stream[-1]).text == f"api muted until {START + HOUR:%H:%M} UTC: known fault"


def test_a_mute_ends_by_itself_and_by_hand() -> None:
    room = Room.declared()
    room.say(mute())
    assert muted(room.now.mutes.values(), "web", room.at) is None
    assert muted(room.now.mutes.values(), "api", START + HOUR) is None
    room.say(i.UnmuteProbe(probe="api"))
    assert room.now.mutes == {}
    assert room.refusal(i.UnmuteProbe(probe="api")) == "api is not muted"


def test_a_mute_needs_a_reason_and_an_end_within_a_day() -> None:
    room = Room.declared()
    assert "needs a reason" in room.refusal(mute(why=" "))
    assert "lies ahead" in room.refusal(mute(timedelta(0)))
    assert "longer than 1d" in room.refusal(mute(timedelta(hours=25)))
    assert "which probe" in room.refusal(i.MuteProbe(probe="", until=START + HOUR, why="x"))


def test_a_gate_that_needs_a_muted_probe_is_unknown_until_the_mute_ends() -> None:
    room = Room.declared()
    room.say(mute())
    readings = Readings(
        samples=tuple(
            Sample(probe=probe, at=START + timedelta(seconds=n), status=Status.OK, value=0.1)
            for n in range(1, 4)
            for probe in ("api", "web")
        ),
        every=timedelta(seconds=5),
    )
    gate, now = Gate(role="error-rate", below=1.0, samples=2), START + timedelta(seconds=4)
    roles, mutes = {"error-rate": readings}, tuple(room.now.mutes.values())
    assert read_gates([gate], roles, START, now).verdict == "passing"
    held = read_gates([gate], roles, START, now, mutes)
    assert held.verdict == "unknown"
    assert held.reason.startswith("error-rate: api is muted by kai until")
