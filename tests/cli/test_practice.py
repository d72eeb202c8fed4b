"""A drill does not begin beside a real emergency."""

from tests.cli.conftest import Shell


def test_a_drill_is_refused_while_a_real_incident_is_open(shell: Shell) -> None:
    shell.ok("declare", "Sign-in fails", "--level", "P0")
    done = shell.warroom("drill", "--headless", "--autopilot")
    assert done.status == 5
    assert "INC-1 is open" in done.err
    assert "--anyway" in done.err


def test_an_ended_incident_is_no_reason_against_a_drill(shell: Shell) -> None:
    shell.ok("declare", "Sign-in fails", "--level", "P0")
    shell.ok("resolve", "INC-1")
    # What is looked at next is the scenario.
    done = shell.warroom("drill", "no-such-one", "--headless", "--autopilot")
    assert done.status == 2
    assert "no-such-one" in done.err


def test_whoever_insists_may_practise_all_the_same(shell: Shell) -> None:
    shell.ok("declare", "Sign-in fails", "--level", "P0")
    assert shell.warroom("drill", "no-such-one", "--headless", "--autopilot", "--anyway").status == 2
