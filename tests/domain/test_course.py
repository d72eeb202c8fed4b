"""The course of an incident: a scenario laid over its playbook, and objections to what was decided."""

from dataclasses import replace

import pytest

from tests.domain.playbooks import KAI, LEE, OTHER, SMALL, START, Room, minutes
from warroom.console.domain import events as e
from warroom.console.domain import guard
from warroom.console.domain import intents as i
from warroom.console.domain.applying import scenario_titles
from warroom.console.domain.evolve import fold
from warroom.console.domain.handover import handover_card
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import StepMark
from warroom.console.domain.playbook import Playbook
from warroom.console.domain.ruling import asked, rule_for, ruled
from warroom.console.domain.time.clocks import OBJECTIONS, ClockReading, read_clocks
from warroom.console.domain.timeline import entry
from warroom.console.domain.triage import needs_level_review

UNLEVELLED = replace(OTHER, scenario={"odd": replace(OTHER.scenario["flood"], level="")})


def readings(room: Room) -> dict[str, ClockReading]:
    """The clocks of the room by key."""
    return {reading.key: reading for reading in read_clocks(room.now, room.at)}


def opened(level: str = "P1", scenario: str = "", playbook: Playbook = OTHER) -> Room:
    """A room under the other protocol."""
    room = Room()
    room.say(i.Declare(incident="INC-7", title="Water", level=level, playbook=playbook, scenario=scenario))
    return room


def decided() -> Room:
    """A room in which a hotfix was just decided on."""
    room = opened()
    room.wait(2).say(i.Decide(choice="hotfix", why="no way back"))
    return room


def test_a_scenario_brings_its_step_its_clock_and_its_worse_level() -> None:
    room = opened()
    events = room.say(i.LayScenario(scenario="flood", why="water in the cellar"))
    assert [type(event) for event in events] == [e.ScenarioLaid, e.LevelChanged]
    assert (room.now.scenarios, room.now.level) == (("flood",), "P0")
    assert room.now.playbook.phase[0].step[0].key == "shut"
    assert readings(room)["scenario"].due_at == START + minutes(120)
    assert scenario_titles(room.now) == ("Flood",)
    assert "scenario: Flood" in handover_card(room.now, room.at)
    assert entry(room.stream[-2]).text == "scenario flood: water in the cellar"
    assert fold(None, room.stream) == room.now


def test_a_scenario_of_a_lesser_level_leaves_the_level_alone() -> None:
    room = opened("P0")
    assert room.say(i.LayScenario(scenario="leak", why="a drip")) == (e.ScenarioLaid(scenario="leak", why="a drip"),)
    assert room.now.playbook.naming.branch == "hotfix/leak-{ticket}"


def test_two_scenarios_keep_a_clock_each() -> None:
    room = opened(scenario="flood")
    room.say(i.LayScenario(scenario="leak", why="a drip as well"))
    assert {"scenario", "scenario-leak"} <= set(readings(room))


@pytest.mark.parametrize(
    ("intent", "reason"),
    [
        (i.LayScenario(scenario="fire", why="smoke"), "other has no scenario 'fire'; it has flood, leak"),
        (i.LayScenario(scenario="flood", why="again"), "INC-7 is run as flood already"),
        (i.LayScenario(scenario="leak", why=" "), "say why it is of this kind"),
        (i.Object(why="no"), "nothing is decided yet"),
    ],
)
def test_what_makes_no_sense_is_refused(intent: i.Intent, reason: str) -> None:
    assert reason in opened(scenario="flood").refusal(intent)


def test_a_closed_incident_takes_no_scenario_and_no_other_playbook() -> None:
    room = opened()
    room.say(i.Resolve(), i.Close())
    assert "closed" in room.refusal(i.LayScenario(scenario="flood", why="late"))
    assert "closed" in room.refusal(i.SwitchPlaybook(playbook=SMALL, why="late"))


@pytest.mark.parametrize(("asked", "level"), [("", "P1"), ("?", "P1"), ("P0", "P0")])
def test_declaring_with_a_scenario_takes_its_level_where_nobody_asked_for_one(asked: str, level: str) -> None:
    room = opened(asked, "leak")
    assert (room.now.level, room.now.scenarios) == (level, ("leak",))
    assert not needs_level_review(room.now)


def test_a_scenario_without_a_level_leaves_the_worst_assumed() -> None:
    room = opened("", "odd", UNLEVELLED)
    assert room.now.level == "P0"
    assert needs_level_review(room.now)


def test_declaring_as_what_the_playbook_does_not_know_is_refused() -> None:
    ask = i.Declare(incident="INC-1", title="Water", level="P1", playbook=SMALL, scenario="flood")
    answer = Room().ask(ask)
    assert isinstance(answer, Refused)
    assert answer.reason == "small has no scenario 'flood'; it has none"


def test_the_time_for_objections_is_a_clock_and_a_warning_until_it_is_over() -> None:
    room = decided()
    reading = readings(room)[OBJECTIONS]
    assert (reading.kind, reading.due_at) == ("window", room.at + minutes(1))
    checks = guard.check((), room.now, "kai", "typed", "production", room.at)
    assert checks[-1].reason == "objections until 14:03:00 UTC"
    assert {check.verdict for check in checks} == {"ok", "warn"}
    assert "objections" not in {check.name for check in guard.check((), room.now, "kai", "free", "", room.at)}
    room.wait(1)
    assert OBJECTIONS not in readings(room)
    assert "objections" not in {one.name for one in guard.check((), room.now, "kai", "typed", "production", room.at)}


def test_an_objection_makes_the_decision_fall_back_until_it_is_made_again() -> None:
    room = decided()
    assert room.now.mark("decide") is StepMark.DONE
    room.say(i.Object(why="the way back is tested"), by=LEE)
    taken = room.now.decision
    assert taken is not None and taken.contested
    assert room.now.decisions[-1] == taken
    assert room.now.mark("decide") is StepMark.REGRESSED
    assert room.now.steps["decide"].text == "lee objects: the way back is tested"
    check = guard.check((), room.now, "kai", "typed", "production", room.at + minutes(9))[-1]
    assert (check.verdict, check.reason) == ("warn", "lee objects: the way back is tested")
    assert "lee objects to it: the way back is tested" in handover_card(room.now, room.at)
    room.say(i.Decide(choice="rollback", why="lee is right"))
    assert room.now.mark("decide") is StepMark.DONE
    assert [len(one.objections) for one in room.now.decisions] == [1, 0]
    assert fold(None, room.stream) == room.now


def test_an_objection_after_its_time_or_without_a_reason_is_refused() -> None:
    room = decided()
    assert "needs its reason" in room.refusal(i.Object(why=""))
    room.at += minutes(1.1)
    assert "ended at 14:03:00 UTC; decide again" in room.refusal(i.Object(why="too late"), by=LEE)


def test_a_playbook_without_a_window_takes_no_objection() -> None:
    room = Room.declared()
    room.say(i.Decide(choice="hotfix", why="x"))
    assert "sets no time for objections" in room.refusal(i.Object(why="no"), by=KAI)
    assert room.now.decision is not None and room.now.decision.objections_until is None


def test_the_rule_that_fires_is_kept_and_what_it_said_is_refused() -> None:
    from tests.engine.intents import playbook

    decision = playbook().decision
    rule = decision.rule[0]
    answers = {fact.removeprefix("!"): not fact.startswith("!") for fact in rule.when}
    assert rule_for(decision, answers) == rule
    assert rule_for(decision, {key: not value for key, value in answers.items()}) != rule
    other: i.Choice = "wait" if rule.choose != "wait" else "hotfix"
    intent = ruled(decision, answers, other, "we know better", ("api ok",))
    assert intent.rule == f"{', '.join(rule.when)}: {rule.choose}"
    assert intent.refused == {rule.choose: "the rule said so; we know better"}
    assert not ruled(decision, answers, rule.choose, "so be it", ()).refused


def test_the_questions_that_the_first_rules_turn_on_are_asked_first_although_the_log_keeps_no_order() -> None:
    from tests.engine.intents import playbook

    decision = playbook().decision
    stored = replace(decision, questions=dict(sorted(decision.questions.items())))
    first = decision.rule[0].when[0].removeprefix("!")
    assert asked(stored)[0] == first
    assert set(asked(stored)) == set(decision.questions)
