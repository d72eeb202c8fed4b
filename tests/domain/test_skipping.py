"""Skipping rules: the review and the look at staging only at the levels that the playbook names."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.domain.playbooks import LEE, SMALL, Room
from warroom.config.playbook_files import load_playbook
from warroom.console.domain import guard
from warroom.console.domain import intents as i
from warroom.console.domain.git.release import Review, Staging
from warroom.console.domain.playbook import Playbook, Step
from warroom.console.domain.skipping import never_skipped, rule_of


def shipped(name: str) -> Playbook:
    """A playbook that comes with the product."""
    return load_playbook(name, Path())


def skip(subject: str) -> i.Waive:
    """Skip it."""
    return i.Waive(subject=subject, why="users are locked out", owner="lee")


def check(room: Room, name: str) -> tuple[str, str]:
    """What a guard says."""
    found = guard.GUARDS[name](room.now)
    return found.verdict, found.reason


@pytest.mark.parametrize("subject", ["staging", "review", "step:review", "step:deploy-staging", "step:smoke-staging"])
def test_an_emergency_release_skips_staging_and_review_at_p0_only(subject: str) -> None:
    book = shipped("emergency-release")
    Room.declared("P0", playbook=book).say(skip(subject))
    rule = "the review" if "review" in subject else "staging"
    said = Room.declared("P2", playbook=book).refusal(skip(subject))
    assert said == f"emergency-release skips {rule} at P0 only; this is P2"


@pytest.mark.parametrize(
    ("name", "subject", "said"),
    [
        ("two-hour-hotfix", "step:review", "never skips review"),
        ("two-hour-hotfix", "review", "two-hour-hotfix never skips the review"),
        ("release-protocol", "staging", "release-protocol never skips staging"),
        ("release-protocol", "step:smoke-staging", "release-protocol never skips staging"),
        ("hotfix-workflow", "step:deploy-staging", "never skips deploy-staging"),
    ],
)
def test_what_a_protocol_never_skips_is_never_skipped(name: str, subject: str, said: str) -> None:
    assert said in Room.declared("P0", playbook=shipped(name)).refusal(skip(subject))


def test_staging_that_is_not_asked_for_may_be_skipped() -> None:
    book = shipped("two-hour-hotfix")
    assert not book.staging.required
    Room.declared("P0", playbook=book).say(skip("staging"))


def test_a_step_that_names_whose_word_it_takes_is_skipped_with_it() -> None:
    room = Room.declared()
    room.say(i.Assign(role="lead", name="lee"))
    assert "takes the word of lee (lead)" in room.refusal(skip("step:review"))
    room.say(skip("step:review"), by=LEE)
    assert check(room, "review") == ("warn", "waived")


def test_levels_that_are_named_hold_for_a_word_as_well() -> None:
    room = Room.declared("P1", playbook=replace(SMALL, review=Review(waivable_at=("P0",))))
    room.say(i.Assign(role="lead", name="lee"))
    assert "skips the review at P0 only" in room.refusal(skip("step:review"), by=LEE)


def test_only_who_has_the_conn_skips_what_a_guard_asks_for() -> None:
    room = Room.declared("P0", playbook=shipped("emergency-release"))
    assert "kai" in room.refusal(skip("staging"), by=LEE)


def test_a_waiver_counts_no_more_at_a_level_at_which_it_could_not_be_given() -> None:
    room = Room.declared("P0", playbook=shipped("emergency-release"))
    room.say(skip("staging"), skip("step:review"))
    assert check(room, "staging") == ("warn", "waived")
    assert check(room, "review") == ("warn", "waived")
    room.say(i.ChangeLevel(level="P1", why="fewer users than thought"))
    verdict, reason = check(room, "staging")
    assert verdict == "refused"
    assert "its waiver counts no more: emergency-release skips staging at P0 only; this is P1" in reason
    assert check(room, "review")[0] == "refused"
    room.run("smoke-staging", "run-1", environment="staging")
    room.say(i.Tick(step="review"))
    assert check(room, "staging") == ("ok", "smoke-staging succeeded")
    assert check(room, "review") == ("ok", "ticked by kai")


@pytest.mark.parametrize(
    ("step", "rule"),
    [
        (Step(key="review", text=""), "review"),
        (Step(key="staging", text=""), "staging"),
        (Step(key="try-it", text="", ticked_by="action:smoke-staging"), "staging"),
        (Step(key="try-it", text="", action="deploy-staging"), "staging"),
        (Step(key="staging-logs", text=""), ""),
        (Step(key="review-notes", text=""), ""),
    ],
)
def test_a_step_is_there_for_a_rule_by_its_key_or_its_action(step: Step, rule: str) -> None:
    assert rule_of(step) == rule


def test_several_levels_are_all_named() -> None:
    book = replace(SMALL, staging=Staging(waivable_at=("P0", "P1")))
    assert never_skipped(book, "staging", "P2") == "small skips staging at P0, P1 only; this is P2"
    assert never_skipped(book, "staging", "P1") == never_skipped(book, "tests", "P2") == ""
