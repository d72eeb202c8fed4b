"""Triage: the playbook's own criteria lead to a level, and a level that is only assumed is asked for again."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.playbooks import SMALL, START, Room, minutes
from warroom.console.domain import intents as i
from warroom.console.domain.playbook import Level
from warroom.console.domain.time.clocks import ClockState, read_clocks, worst
from warroom.console.domain.triage import (
    ASSUMED,
    Answer,
    level_hint,
    needs_level_review,
    questions,
    reminder,
    triage,
)

LEVELS = {
    "P0": Level(title="Critical", criteria=("Nobody can sign in", "Data is exposed")),
    "P1": Level(title="High", criteria=("Payments fail",)),
    "P2": Level(title="Medium", criteria=("It is slow",)),
}
BOOK = replace(SMALL, level=LEVELS)
ALL_NO: dict[str, Answer] = {"P0:1": "no", "P0:2": "no", "P1:1": "no", "P2:1": "no"}


def answers(**changed: Answer) -> dict[str, Answer]:
    """All no, but for these."""
    return {**ALL_NO, **{key.replace("_", ":"): answer for key, answer in changed.items()}}


def test_the_questions_are_the_criteria_from_the_worst_level_on() -> None:
    assert [(one.key, one.text) for one in questions(BOOK)][:3] == [
        ("P0:1", "Nobody can sign in"),
        ("P0:2", "Data is exposed"),
        ("P1:1", "Payments fail"),
    ]


def test_one_yes_is_enough_and_the_worst_yes_decides() -> None:
    found = triage(BOOK, answers(P1_1="yes", P2_1="yes"))
    assert (found.level, found.why, found.assumed) == ("P1", "P1: Payments fail", False)


def test_a_doubt_about_a_worse_level_is_that_level_and_says_so() -> None:
    found = triage(BOOK, answers(P0_2="unsure", P1_1="yes"))
    assert (found.level, found.assumed) == ("P0", True)
    assert "Data is exposed" in found.why


def test_a_doubt_about_a_milder_level_changes_nothing() -> None:
    assert triage(BOOK, answers(P1_1="yes", P2_1="unsure")).level == "P1"


def test_whoever_answers_nothing_gets_the_worst_level() -> None:
    assert (triage(BOOK, {}).level, triage(BOOK, {}).assumed) == ("P0", True)
    assert triage(SMALL, {}).level == "P0"


def test_where_nothing_holds_it_is_no_emergency() -> None:
    found = triage(BOOK, ALL_NO)
    assert found.level == ""
    assert "normal way" in found.why


@pytest.mark.parametrize(("in_doubt", "way"), [("wait", "wait"), ("normal-process", "normal process")])
def test_a_protocol_may_say_that_a_doubt_is_no_reason(in_doubt: Literal["wait", "normal-process"], way: str) -> None:
    book = replace(BOOK, in_doubt=in_doubt)
    assert triage(book, answers(P0_1="unsure", P1_1="yes")).level == "P1"
    nothing = triage(book, answers(P0_1="unsure"))
    assert nothing.level == ""
    assert way in nothing.why


def test_an_unknown_level_is_declared_as_the_worst_and_marked_as_assumed() -> None:
    room = Room.declared("?")
    assert room.now.level == "P0"
    assert needs_level_review(room.now)
    assert "P0 is assumed" in level_hint(room.now, room.at)
    assert "since 7m" in level_hint(room.now, room.at + minutes(7))
    assert not needs_level_review(Room.declared("P1").now)
    assert level_hint(Room.declared("P1").now, START) == ""


def test_the_same_level_with_a_reason_confirms_it_and_keeps_the_reason() -> None:
    room = Room.declared("?")
    room.say(i.ChangeLevel(level="P0", why="nobody can sign in"))
    assert not needs_level_review(room.now)
    assert room.now.facts[ASSUMED] == "no"
    assert "nobody can sign in" in room.now.notes[-1].text
    assert room.say(i.ChangeLevel(level="P0", why="again")) == ()


def test_another_level_settles_it_as_well() -> None:
    room = Room.declared("?")
    room.say(i.ChangeLevel(level="P2", why="a few users only"))
    assert (room.now.level, needs_level_review(room.now)) == ("P2", False)


def test_the_reminder_asks_every_five_minutes_and_is_never_missed() -> None:
    room = Room.declared("?")
    first, later = (
        next(one for one in read_clocks(room.now, START + minutes(at)) if one.key == "level") for at in (4, 23)
    )
    assert (first.state, first.remaining) == (ClockState.RUNNING, minutes(1))
    assert (later.state, later.remaining, later.kind) == (ClockState.WARNING, minutes(2), "reminder")
    looked_at = worst(read_clocks(room.now, START + minutes(4)))
    assert looked_at is not None
    assert looked_at.key != "level"


def test_nothing_is_asked_once_it_is_over() -> None:
    room = Room.declared("?")
    room.say(i.Resolve())
    assert reminder(room.now, room.at + timedelta(days=1)) is None


@settings(deadline=None, max_examples=100)
@given(st.fixed_dictionaries({}, optional={key: st.sampled_from(["yes", "no", "unsure"]) for key in ALL_NO}))
def test_learning_that_something_is_worse_never_makes_the_level_milder(given_answers: dict[str, Answer]) -> None:
    order = [*BOOK.level, ""]
    before = order.index(triage(BOOK, given_answers).level)
    for key in ALL_NO:
        assert order.index(triage(BOOK, {**given_answers, key: "yes"}).level) <= max(
            before, order.index(key.partition(":")[0])
        )
