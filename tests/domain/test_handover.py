"""Handing over: the card says state, clocks, what is pending and what is needed, and someone tired is told."""

from dataclasses import replace

from hypothesis import given, settings

from tests.domain.intentions import STREAMS, Asked
from tests.domain.playbooks import KAI, LEE, SMALL, Room, minutes, request
from tests.domain.test_properties import last
from warroom.console.domain import intents as i
from warroom.console.domain.events import ConnOffered
from warroom.console.domain.handover import fatigue, handover_card
from warroom.console.domain.time.calendar import Calendar


def busy() -> Room:
    """A room in the middle of things."""
    room = Room.declared().wait(20)
    room.say(
        request("deploy", "run-1"),
        i.StartRun(run="run-1"),
        i.RecordVerdict(probe="api", role="health", status="failing", reason="500"),
        i.LearnFact(name="cause", value="an expired key"),
    )
    return room


def test_the_card_says_state_clocks_pending_and_needs() -> None:
    room = busy()
    card = handover_card(room.now, room.at, remark="the vendor calls back at 15:00")
    assert [line.split(":")[0] for line in card.splitlines() if not line.startswith(" ")] == [
        "Said",
        "State",
        "Clocks",
        "Pending",
        "Needs",
    ]
    for words in (
        "the vendor calls back at 15:00",
        "INC-7 P0 open: Sign-in fails, users hit for 20m",
        "phase Assess; nothing decided",
        "api failing: 500",
        "Next update: 5m over",
        "Fix ready: 10m left; tight",
        "Deploy (run-1) runs, by kai",
        "no message was sent",
        "a decision: rollback, hotfix or wait",
    ):
        assert words in card, words


def test_a_long_list_is_cut_so_that_a_minute_is_enough() -> None:
    card = handover_card(busy().now, busy().at)
    assert len(card.splitlines()) <= 26
    assert "more" in card


def test_a_lost_run_and_a_held_rollout_are_pending() -> None:
    room = busy()
    room.say(i.LoseRun(run="run-1", why="its supervisor is gone"))
    assert "the outcome of Deploy (run-1) is unknown" in handover_card(room.now, room.at)


def test_after_the_end_the_card_says_what_is_owed() -> None:
    room = Room.declared()
    room.say(i.Resolve())
    card = handover_card(room.now, room.at)
    assert "owed: Post-mortem, due 2026-11-23 18:00 UTC" in card


def test_an_offer_carries_the_card_and_it_is_there_until_it_is_accepted() -> None:
    room = busy()
    offered = room.say(i.OfferConn(to="lee", card="mind the database"))[0]
    assert isinstance(offered, ConnOffered)
    assert offered.card == room.now.conn_card
    assert offered.card.startswith("Said:    mind the database\nState:   INC-7")
    room.say(i.AcceptConn(), by=LEE)
    assert (room.now.conn, room.now.conn_card) == ("lee", "")


def test_a_line_of_the_card_is_one_line_whatever_was_said() -> None:
    room = Room.declared(title="Sign-in\x1b[2J\nfails")
    assert "\x1b" not in handover_card(room.now, room.at)
    assert len(handover_card(room.now, room.at).splitlines()) == len(
        handover_card(replace(room.now, title="x"), room.at).splitlines()
    )


def test_after_a_shift_the_holder_of_the_conn_is_told() -> None:
    room = Room.declared()
    assert fatigue(room.now, room.at + minutes(239)) == ""
    assert fatigue(room.now, room.at + minutes(250)) == "kai has had the conn for 4h10m: time to hand it over"
    room.wait(245).say(i.OfferConn(to="lee"))
    room.say(i.AcceptConn(), by=LEE)
    assert fatigue(room.now, room.at) == ""


def test_the_length_of_a_shift_is_the_teams() -> None:
    room = Room()
    night = Calendar(shift=minutes(30))
    room.say(i.Declare(incident="INC-7", title="x", level="P0", playbook=SMALL, calendar=night), by=KAI)
    assert fatigue(room.now, room.at + minutes(31))
    room.say(i.Resolve())
    assert fatigue(room.now, room.at + minutes(31)) == ""


@settings(deadline=None, max_examples=60)
@given(STREAMS)
def test_there_is_a_card_for_every_incident(asked: list[Asked]) -> None:
    room = last(asked)
    card = handover_card(room.now, room.at)
    assert "State:" in card
    assert "Needs:" in card
