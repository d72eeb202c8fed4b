"""Alerts on the board and in incidents: linked once, ended when they certainly fire no more."""

from dataclasses import replace

from tests.domain.playbooks import START, Room
from warroom.console.domain import intents as i
from warroom.console.domain.view import ProbeView
from warroom.console.domain.watch.alert import Alert
from warroom.console.domain.watch.intake import firing, over
from warroom.console.domain.watch.verdict import Health, Sample, Status

DOWN = Alert(fingerprint="a1", name="ApiDown", summary="The API is down", started_at=START, labels=(("region", "eu"),))
SLOW = Alert(fingerprint="a2", name="Slow", started_at=START)


def probe(*alerts: Alert, status: Status = Status.FAILING, count: int | None = None) -> ProbeView:
    value = float(len(alerts) if count is None else count)
    last = Sample(probe="alerts", at=START, status=status, value=value, alerts=alerts)
    health = Health(probe="alerts", status=status, last=last)
    return ProbeView(name="alerts", role="health", every=10.0, health=health, kind="alertmanager")


def linked() -> Room:
    room = Room.declared()
    room.say(i.LinkAlert(alert=DOWN))
    return room


def test_what_nobody_has_taken_comes_first() -> None:
    room = linked()
    found = firing([probe(DOWN, SLOW)], {"INC-7": room.now})
    assert [(one.alert.name, one.incident) for one in found] == [("Slow", ""), ("ApiDown", "INC-7")]


def test_an_alert_is_linked_once_and_says_where_it_burns() -> None:
    room = linked()
    assert room.say(i.LinkAlert(alert=DOWN)) == ()
    assert room.now.facts["affected"] == "region eu"


def test_what_somebody_said_is_affected_stays() -> None:
    room = Room.declared()
    room.say(i.LearnFact(name="affected", value="everyone"), i.LinkAlert(alert=DOWN))
    assert room.now.facts["affected"] == "everyone"


def test_its_end_is_noted_once() -> None:
    room = linked()
    assert over(room.now, [probe(SLOW)]) == ("a1",)
    room.say(i.EndAlert(fingerprint="a1"))
    assert room.now.alerts["a1"].ended_at == START
    assert room.say(i.EndAlert(fingerprint="a1")) == ()
    assert over(room.now, [probe(SLOW)]) == ()


def test_an_alert_that_fires_again_is_linked_anew() -> None:
    room = linked()
    room.say(i.EndAlert(fingerprint="a1"), i.LinkAlert(alert=DOWN))
    assert room.now.alerts["a1"].ended_at is None


def test_silence_of_the_source_ends_nothing() -> None:
    room = linked()
    assert over(room.now, []) == ()
    assert over(room.now, [probe(status=Status.UNKNOWN)]) == ()
    assert over(room.now, [probe(SLOW, count=300)]) == (), "a storm is cut short"
    assert over(room.now, [probe(SLOW), replace(probe(), health=Health(probe="b"))]) == ()


def test_after_the_end_of_the_incident_the_alert_is_free_again() -> None:
    room = linked()
    room.say(i.Resolve(), i.Close())
    assert firing([probe(DOWN)], {"INC-7": room.now})[0].incident == ""
