"""A scenario changes the playbook it is laid over, and nothing it does not name."""

from dataclasses import replace

import pytest

from tests.config.facts import before, clock, keys, loaded
from warroom.config.lint import check_playbook
from warroom.console.domain.overlay import SCENARIO, laid_over
from warroom.console.domain.playbook import Playbook

SCENARIOS = ("security", "corruption", "endpoint", "performance", "payments")


@pytest.fixture(scope="module")
def workflow() -> Playbook:
    return loaded("hotfix-workflow")


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_step_of_a_scenario_joins_its_phase(workflow: Playbook, name: str) -> None:
    overlay, playbook = workflow.scenario[name], laid_over(workflow, name)
    for step in overlay.step:
        assert step.key in keys(playbook, step.phase or overlay.phase)
    added = {step.key for step in overlay.step}
    for old, new in zip(workflow.phase, playbook.phase, strict=True):
        assert replace(new, step=()) == replace(old, step=())
        assert tuple(step for step in new.step if step.key not in added) == old.step


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_brings_a_clock_of_its_own_and_keeps_those_of_the_level(workflow: Playbook, name: str) -> None:
    playbook = laid_over(workflow, name)
    assert playbook.clock[:-1] == workflow.clock
    assert clock(playbook, SCENARIO).limit_for("P0") == workflow.scenario[name].resolve


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_playbook_under_a_scenario_has_no_errors(workflow: Playbook, name: str) -> None:
    playbook = replace(laid_over(workflow, name), scenario={})
    assert [str(found) for found in check_playbook(playbook) if found.severity == "error"] == []


def test_writes_stop_before_anything_else(workflow: Playbook) -> None:
    assert keys(laid_over(workflow, "corruption"), "assess")[:2] == ["stop-writes", "assess-loss"]


def test_steps_stand_where_they_make_sense(workflow: Playbook) -> None:
    payments = laid_over(workflow, "payments")
    assert before(payments, "which-part", "decide", "minimal-fix", "review", "payment-security", "deploy-staging")
    assert before(payments, "staging-fixed", "test-payments", "tag", "deploy-production", "replay", "verify-payments")


def test_the_branch_of_a_security_hole_and_the_canary_of_an_endpoint(workflow: Playbook) -> None:
    assert laid_over(workflow, "security").naming.branch == "hotfix/security-{ticket}"
    assert laid_over(workflow, "payments").naming.branch == workflow.naming.branch
    upside_down = replace(workflow, strategy=dict(reversed(list(workflow.strategy.items()))))
    assert next(iter(laid_over(upside_down, "endpoint").strategy)) == "canary"


def test_a_scenario_that_is_not_there_is_an_error(workflow: Playbook) -> None:
    with pytest.raises(KeyError):
        laid_over(workflow, "flood")
