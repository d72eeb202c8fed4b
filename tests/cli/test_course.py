"""Changing the course from a shell: scenarios, another playbook, decisions, objections, what is skipped and owed."""

import json
from typing import Any

import pytest

from tests.cli.conftest import Shell

PLAYBOOK = "hotfix-workflow"


def declared(shell: Shell, *more: str, playbook: str = PLAYBOOK) -> str:
    """The id of an incident under a playbook."""
    return shell.ok("declare", "Payments fail", "--playbook", playbook, *more)


def shape(shell: Shell, incident: str) -> dict[str, Any]:
    """The incident as JSON."""
    (found,) = json.loads(shell.ok("status", incident, "--json"))
    assert isinstance(found, dict)
    return found


def test_declaring_with_a_scenario_brings_its_level_and_its_clock(shell: Shell) -> None:
    incident = declared(shell, "--scenario", "payments")
    found = shape(shell, incident)
    assert (found["level"], found["level_assumed"], found["scenarios"]) == ("P0", False, ["payments"])
    assert "scenario" in {clock["key"] for clock in found["clocks"]}
    assert "scenario Payment" in shell.ok("status", incident)
    assert "scenario payments: declared as such" in shell.ok("log", incident)


def test_declaring_without_level_and_scenario_is_asked_back(shell: Shell) -> None:
    done = shell.warroom("declare", "Payments fail")
    assert done.status == 2
    assert "say how bad it is with --level" in done.err


def test_scenarios_are_listed_and_laid(shell: Shell) -> None:
    incident = declared(shell, "--level", "P1")
    lines = shell.ok("scenario", incident).splitlines()
    assert len(lines) == 5
    assert not any("laid" in line for line in lines)
    shell.ok("scenario", incident, "endpoint", "--why", "only one of them is down")
    (laid,) = [line for line in shell.ok("scenario", incident).splitlines() if line.endswith(", laid")]
    assert laid.startswith("endpoint ")
    again = shell.warroom("scenario", incident, "endpoint", "--why", "still")
    assert (again.status, again.err.strip()) == (5, f"refused: {incident} is run as endpoint already")
    assert shell.ok("playbook", "show", PLAYBOOK).startswith("# security ")


def test_another_playbook_is_tried_dry_and_then_taken(shell: Shell) -> None:
    incident = declared(shell, "--level", "P1")
    dry = shell.warroom("switch", incident, "release-protocol", "--dry-run")
    assert (dry.status, dry.err.strip()) == (0, "nothing was changed")
    assert "Next update: 15m (new)" in dry.out.splitlines()
    assert shape(shell, incident)["playbook"] == PLAYBOOK
    assert shell.warroom("switch", incident, "release-protocol", "--why", "x", actor="lee").status == 5
    assert shell.ok("switch", incident, "release-protocol", "--why", "it is everybody's problem") == dry.out.strip()
    assert shape(shell, incident)["playbook"] == "release-protocol"
    assert "goes on by release-protocol: it is everybody's problem" in shell.ok("log", incident)


def test_a_decision_keeps_its_answers_and_its_rule_and_is_objected_to(shell: Shell) -> None:
    incident = declared(shell, "--level", "P0", playbook="release-protocol")
    wrong = shell.warroom("decide", incident, "hotfix", "--why", "x", "--fact", "moon=yes")
    assert wrong.status == 2
    assert "does not ask 'moon'" in wrong.err
    question = wrong.err.rpartition("it asks: ")[2].split(",")[0].strip()
    assert shell.warroom("decide", incident, "hotfix", "--why", "x", "--fact", f"{question}=perhaps").status == 2
    done = shell.warroom("decide", incident, "hotfix", "--why", "it is small", "--fact", f"{question}=yes")
    assert done.status == 0
    assert f"warroom object {incident}" in done.err
    shell.ok("object", incident, "--why", "the way back is tested", actor="lee")
    found = shape(shell, incident)
    (objection,) = found["decision"]["objections"]
    assert (objection["by"], objection["why"]) == ("lee", "the way back is tested")
    assert "objections" in {clock["key"] for clock in found["clocks"]}
    assert "lee objects: the way back is tested" in shell.ok("status", incident)


@pytest.mark.parametrize("due", [(), ("--due", "2d")])
def test_a_rule_is_skipped_listed_and_repaid(shell: Shell, due: tuple[str, ...]) -> None:
    incident = declared(shell, "--level", "P0", playbook="emergency-release")
    done = shell.warroom("waive", incident, "smoke-staging", "--why", "users are out", "--owner", "lee", *due)
    assert done.status == 0, done.err
    assert ("without a date" in done.err) == (not due)
    line = shell.ok("repay", incident)
    assert line.startswith("step:smoke-staging: users are out; owed by lee, ")
    assert line.endswith("no date") == (not due)
    shell.ok("repay", incident, "smoke-staging", "--note", "seen now")
    assert shell.ok("repay", incident) == ""


def test_a_rule_is_skipped_only_where_the_playbook_lets_it(shell: Shell) -> None:
    incident = declared(shell, "--level", "P2", playbook="emergency-release")
    done = shell.warroom("waive", incident, "review", "--why", "alone", "--owner", "lee")
    assert done.status == 5
    assert "emergency-release skips the review at P0 only; this is P2" in done.err
    past = shell.warroom("waive", incident, "build", "--why", "alone", "--owner", "lee", "--due", "2020-01-01")
    assert (past.status, "has been already" in past.err) == (2, True)


def test_who_only_looks_changes_no_course(shell: Shell) -> None:
    incident = declared(shell, "--level", "P1")
    for verb in (
        ("scenario", incident, "security", "--why", "x"),
        ("switch", incident, "release-protocol", "--why", "x"),
        ("decide", incident, "wait", "--why", "x"),
        ("object", incident, "--why", "x"),
        ("waive", incident, "declare", "--why", "x", "--owner", "lee"),
    ):
        assert shell.warroom("--view", *verb).status == 5
