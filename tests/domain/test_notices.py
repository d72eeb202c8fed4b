"""What reaches people while nobody looks."""

from datetime import timedelta

from tests.domain.playbooks import Room
from warroom.console.domain import intents as i
from warroom.console.domain.notices import Notice, notices


def failing(probe: str = "api") -> i.RecordVerdict:
    return i.RecordVerdict(probe=probe, role="health", status="failing", reason="[STATUS] (500) == 200")


def told(room: Room) -> list[Notice]:
    return [notice for notice in notices(room.now, room.at) if notice.key.startswith("verdict:")]


def test_a_probe_that_fails_is_told_of_with_its_reason() -> None:
    room = Room.declared()
    room.say(failing())
    (notice,) = told(room)
    assert notice.subject == "INC-7 P0 Sign-in fails: api is failing"
    assert notice.body.startswith("[STATUS] (500) == 200, since ")


def test_a_probe_that_comes_and_goes_is_told_of_once_an_hour() -> None:
    room = Room.declared()
    keys = set()
    for _ in range(3):
        room.say(failing())
        keys |= {notice.key for notice in told(room)}
        room.wait(1).say(i.RecordVerdict(probe="api", role="health", status="ok", reason=""))
        assert told(room) == []
        room.wait(1)
    assert len(keys) == 1


def test_a_muted_probe_and_an_incident_that_is_over_are_not_told_of() -> None:
    room = Room.declared()
    room.say(failing(), i.MuteProbe(probe="api", until=room.at + timedelta(hours=1), why="known"))
    assert told(room) == []
    room.wait(90)
    assert len(told(room)) == 1
    room.say(i.Resolve(summary="fixed"))
    assert notices(room.now, room.at) == ()
