"""Verbs about runs: what was run, what it printed, stopping, settling."""

import json

import pytest

from tests.cli.conftest import Shell
from tests.cli.test_run import CONFIG, _waiting, runs, wait_for


@pytest.fixture
def incident(shell: Shell) -> str:
    shell.write(CONFIG)
    return shell.ok("declare", "Sign-in fails", "--level", "P1")


def test_runs_lists_every_command_as_it_ran_the_newest_first(shell: Shell, incident: str) -> None:
    assert shell.ok("runs", incident) == ""
    shell.ok("run", incident, "look")
    shell.warroom("run", incident, "broken", "--yes", "broken")
    shown = shell.ok("runs", incident).splitlines()
    assert "kai  failed exit 7" in shown[0]
    assert shown[1] == "  $ sh -c 'echo no such cluster >&2; exit 7'"
    assert "succeeded exit 0" in shown[2]
    (broken, look) = json.loads(shell.ok("runs", incident, "--json"))
    assert (broken["exit_code"], broken["by"], broken["approved_by"]) == (7, "kai", None)
    assert look["duration_s"] >= 0
    assert look["command"] == "sh -c 'echo all quiet'"


def test_output_prints_what_a_run_printed_and_follows_it_to_its_end(shell: Shell, incident: str) -> None:
    process = _waiting(shell, incident)
    (run,) = runs(shell)
    assert shell.ok("output", str(run["id"])) == "waiting"
    (shell.folder / "go").touch()
    assert shell.ok("output", str(run["id"]), "--follow") == "waiting\ngone"
    process.communicate(timeout=60)
    assert shell.warroom("output", "nonesuch").status == 2


def test_output_of_a_run_whose_files_are_gone_is_what_the_log_kept(shell: Shell, incident: str) -> None:
    shell.ok("run", incident, "look")
    (run,) = runs(shell)
    state = next(shell.folder.parent.glob("state/warroom/runs"))
    (state / str(run["id"])).rename(shell.folder / "elsewhere")
    done = shell.warroom("output", str(run["id"]))
    assert (done.status, done.out.strip()) == (0, "all quiet")
    assert "or were cleared" in done.err


@pytest.mark.parametrize("what", ["--all", "RUN"])
def test_stop_cancels_what_runs_and_wants_a_yes(shell: Shell, incident: str, what: str) -> None:
    process = _waiting(shell, incident)
    (run,) = runs(shell)
    asked = what.replace("RUN", str(run["id"]))
    assert shell.warroom("stop", incident, asked).status == 5
    assert shell.warroom("stop", incident).status == 2
    assert runs(shell)[0]["state"] == "running"
    done = shell.warroom("stop", incident, asked, "--yes")
    assert done.status == 0
    assert f"{run['id']}: asked to stop" in done.err
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1, said
    wait_for(lambda: runs(shell)[0]["state"] == "cancelled")
    assert "nothing to stop" in shell.warroom("stop", incident, "--all").err


def test_settle_says_how_a_run_ended_only_where_nobody_knows(shell: Shell, incident: str) -> None:
    shell.ok("run", incident, "look")
    (run,) = runs(shell)
    done = shell.warroom("settle", incident, str(run["id"]), "failed", "--why", "it did nothing")
    assert done.status == 5
    assert "is known: succeeded" in done.err
    assert shell.warroom("settle", incident, str(run["id"]), "perhaps", "--why", "x").status == 2
    assert shell.warroom("settle", incident, str(run["id"]), "failed").status == 2
