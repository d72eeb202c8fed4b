"""A yes holds for one command, from the right people, with the right name typed, and for nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from warroom.console.actions.command import Command, prepare
from warroom.console.actions.confirm import check, friction
from warroom.console.domain.action import Action, Danger
from warroom.console.domain.desk import Confirmation
from warroom.console.domain.intents import Refused


def command(danger: Danger) -> Command:
    action = Action(title="Deploy", argv=("deploy", "v1.2.4"), danger=danger, target="production")
    return prepare("deploy", action, {}, cwd=Path("/srv")).command


def yes(to: Command, typed: str = "production", approval: str = "") -> Confirmation:
    return Confirmation(fingerprint=to.fingerprint, typed=typed, approval=approval)


def reason(to: Command, confirmation: Confirmation | None) -> str:
    refusal = check(to, confirmation)
    assert refusal is not None
    return refusal.reason


def test_a_free_command_needs_nothing() -> None:
    assert check(command(Danger.FREE), None) is None


def test_friction_grows_with_danger() -> None:
    asked = [friction(command(danger)) for danger in Danger]
    assert [(f.dialog, f.typed, f.second_person) for f in asked] == [
        (False, "", False),
        (True, "", False),
        (True, "production", False),
        (True, "production", True),
    ]


@pytest.mark.parametrize("danger", [Danger.CONFIRM, Danger.TYPED, Danger.TWO])
def test_every_other_class_needs_a_yes(danger: Danger) -> None:
    assert "needs a yes" in reason(command(danger), None)


def test_a_yes_to_a_command_that_changed_is_void() -> None:
    seen = command(Danger.CONFIRM)
    assert check(seen, yes(seen)) is None
    assert "something changed" in reason(replace(seen, argv=("deploy", "v9")), yes(seen))


@pytest.mark.parametrize("typed", ["", "staging", "Production", "product"])
def test_only_the_targets_own_name_will_do(typed: str) -> None:
    asked = command(Danger.TYPED)
    assert "the target is 'production'" in reason(asked, yes(asked, typed))
    assert check(asked, yes(asked, "production ")) is None


def test_class_two_names_the_second_persons_approval() -> None:
    asked = command(Danger.TWO)
    assert check(asked, yes(asked)) == Refused(reason=f"{asked.title}: a second person must approve it")
    assert check(asked, yes(asked, approval="approval-1")) is None
