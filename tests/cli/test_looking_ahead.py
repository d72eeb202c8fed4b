"""What lies ahead, from the command line: forecasts, debts, levels that are assumed, triage and hand-over."""

import json
from typing import Any

from tests.cli.conftest import Shell


def status(shell: Shell) -> dict[str, Any]:
    """The one incident, as JSON."""
    (shown,) = json.loads(shell.ok("status", "--json"))
    assert isinstance(shown, dict)
    return shown


def test_a_status_says_whether_each_clock_can_be_met(shell: Shell) -> None:
    shell.ok("declare", "Sign-in fails", "--level", "P0")
    clocks = {clock["key"]: clock["forecast"] for clock in status(shell)["clocks"]}
    resolve = clocks["resolve"]
    # Phases of 55 to 70 minutes against an hour: the same verdict as long as neither has run out.
    assert resolve["verdict"] == "tight"
    assert resolve["worst_s"] - resolve["best_s"] == 15 * 60
    assert " at best, " in resolve["reason"]
    assert clocks["update"] is None
    assert status(shell)["rollback_by"] is not None
    assert "tight (" in shell.ok("status", "INC-1")
    assert "Rollback by 20" in shell.ok("status", "INC-1")


def test_debts_are_listed_until_they_are_paid(shell: Shell) -> None:
    shell.ok("declare", "Sign-in fails", "--level", "P0")
    assert status(shell)["debts"] == []
    shell.ok("resolve", "INC-1")
    debts = {debt["key"]: debt for debt in status(shell)["debts"]}
    assert debts["post-mortem"]["kind"] == "document"
    assert set(debts["post-mortem"]) == {"kind", "key", "title", "owner", "due_at", "overdue"}
    assert "owed: Post-mortem" in shell.ok("status", "INC-1")
    assert "debt" in shell.ok("status")


def test_a_level_nobody_knows_is_assumed_until_it_is_confirmed(shell: Shell) -> None:
    shell.ok("declare", "Sign-in fails", "--level", "?")
    assert (status(shell)["level"], status(shell)["level_assumed"]) == ("P0", True)
    assert "P0 is assumed" in shell.ok("status", "INC-1")
    shell.ok("level", "INC-1", "P0", "--why", "nobody gets in")
    assert status(shell)["level_assumed"] is False


def test_triage_leads_from_the_criteria_to_a_level_with_its_reason(shell: Shell) -> None:
    unsure = shell.warroom("triage")
    assert (unsure.status, unsure.out.strip()) == (0, "P0")
    assert "is assumed until this is known" in unsure.err
    sure = shell.warroom("triage", "--yes", "P1:1", "--otherwise", "no")
    assert sure.out.strip() == "P1"
    assert "why: P1:" in sure.err
    assert shell.warroom("triage", "--otherwise", "no").out.strip() == "none"
    assert shell.warroom("triage", "--yes", "P7:1").status == 2


def test_the_conn_is_handed_over_with_its_card(shell: Shell) -> None:
    shell.ok("declare", "Sign-in fails", "--level", "P0")
    assert "State:   INC-1 P0 open: Sign-in fails" in shell.ok("handover", "INC-1")
    shell.ok("handover", "INC-1", "--to", "lee", "--remark", "mind the database")
    assert shell.warroom("handover", "INC-1", "--accept", actor="mei").status == 5
    taken = shell.ok("handover", "INC-1", "--accept", actor="lee")
    assert taken.startswith("Said:    mind the database")
    assert status(shell)["conn"] == "lee"


def test_the_teams_calendar_is_kept_with_the_incident(shell: Shell) -> None:
    shell.write('[service]\nname = "shop"\n[calendar]\nzone = "Europe/Berlin"\nday_ends = "17:30"\n')
    shell.ok("declare", "Sign-in fails", "--level", "P0")
    declared = json.loads(shell.ok("log", "INC-1", "--json").splitlines()[0])
    assert '"zone": "Europe/Berlin"' in json.dumps(declared)
