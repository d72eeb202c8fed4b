"""Staged rollouts from a shell."""

import contextlib
import json
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import PROGRAM, Shell
from tests.cli.test_run import wait_for
from warroom.console.store.store import open_store

PLAYBOOK = """
id = "tiny"
title = "Tiny"

[level.P1]
title = "High"

[[phase]]
key = "fix"
title = "Fix"

[strategy.quick]
title = "Half, then all"
action = "shift"
stage = [{ percent = 50 }, { percent = 100 }]

[strategy.slow]
title = "A tenth, then all"
action = "shift"
stage = [{ percent = 10, bake = "1h" }, { percent = 100 }]

[strategy.gated]
title = "Behind a gate"
action = "shift"
stage = [{ percent = 10 }, { percent = 100 }]
gate = [{ role = "error-rate", below = 1.0 }]

[strategy.at-once]
title = "All at once"
action = "ship"
stage = [{ percent = 100 }]

[strategy.restore]
title = "Restored by parts"
action = "restore"
stage = [{ percent = 50 }, { percent = 100 }]

[[rollback]]
title = "Back"
action = "back"
"""
CONFIG = """
playbook = "tiny.toml"

[service]
name = "shop"

[action.shift]
title = "Shift {percent} %"
argv = ["sh", "-c", "echo {percent} >> traffic"]
danger = "typed"
target = "production"
environment = "production"
parameters = { percent = "" }

[action.ship]
title = "Ship"
argv = ["sh", "-c", "echo shipped >> traffic"]
danger = "typed"
target = "production"
environment = "production"
verify = "prove"

[action.prove]
title = "Prove it"
argv = ["test", "-e", "well"]
danger = "free"

[action.restore]
title = "Restore"
argv = ["true", "{percent}"]
danger = "two"
target = "orders"
parameters = { percent = "" }
"""


@pytest.fixture
def incident(shell: Shell) -> str:
    shell.write(CONFIG)
    shell.write(PLAYBOOK, "tiny.toml")
    return shell.ok("declare", "Sign-in fails", "--level", "P1")


def traffic(shell: Shell) -> list[str]:
    path: Path = shell.folder / "traffic"
    return path.read_text().split() if path.exists() else []


def shown(shell: Shell) -> dict[str, object]:
    """The newest rollout."""
    done = shell.warroom("rollout", "INC-1", "--json")
    (newest, *_) = json.loads(done.out)
    assert isinstance(newest, dict)
    return newest


def driving(shell: Shell, *arguments: str) -> "subprocess.Popen[str]":
    """A console that drives a rollout, and stands at its first stage."""
    process = subprocess.Popen(
        [PROGRAM, "--as", "kai", "rollout", "INC-1", *arguments],
        cwd=shell.folder,
        env=shell.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(lambda: traffic(shell) == ["10"] and "stage-entered" in shell.ok("log", "INC-1", "--json"))
    return process


def test_a_rollout_is_started_shown_and_driven_to_its_end(shell: Shell, incident: str) -> None:
    assert "strategies: quick, slow, gated, at-once, restore" in shell.ok("rollout", "INC-1")
    done = shell.warroom("rollout", "INC-1", "--start", "quick", "--yes", "production")
    assert done.status == 0, done.err
    assert "then, while its gate passes, 100 %: sh -c 'echo 100 >> traffic'" in done.err
    assert traffic(shell) == ["50", "100"]
    lines = shell.ok("rollout").splitlines()
    assert lines[0].startswith("Half, then all (rollout-")
    assert lines[0].endswith("done at 100 %")
    assert lines[-1] == "  all traffic on the new version"
    assert (shown(shell)["state"], shown(shell)["percent"]) == ("done", 100)


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--start", "quick"), 5, "nobody is here to confirm it"),
        (("--start", "quick", "--yes", "staging"), 5, "the target is 'production'"),
        (("--start", "teleport", "--yes", "production"), 5, "there is no strategy 'teleport'"),
        (("--start", "restore", "--yes", "orders"), 5, "asks for a second person at each run"),
        (("--resume",), 5, "no rollout is under way"),
        (("--start", "quick", "--hold"), 2, "two things"),
    ],
)
def test_what_can_not_be_done_says_why_and_shifts_nothing(
    shell: Shell, incident: str, words: tuple[str, ...], status: int, said: str
) -> None:
    done = shell.warroom("rollout", "INC-1", *words)
    assert (done.status, said in done.err) == (status, True), done.err
    assert traffic(shell) == []


def test_a_dry_run_shows_every_stage_and_starts_nothing(shell: Shell, incident: str) -> None:
    done = shell.warroom("rollout", "INC-1", "--start", "quick", "--dry-run")
    assert (done.status, "echo 50" in done.err, "echo 100" in done.err) == (0, True, True)
    assert traffic(shell) == []
    assert shell.ok("rollout", "INC-1", "--json") == "[]"


def test_who_looks_only_steers_nothing(shell: Shell, incident: str) -> None:
    assert shell.warroom("--view", "rollout", "INC-1", "--start", "quick", "--yes", "production").status == 5
    assert traffic(shell) == []


def test_without_a_gate_the_proof_of_its_action_decides_and_it_is_not_run_again_for_that(
    shell: Shell, incident: str
) -> None:
    done = shell.warroom("rollout", "INC-1", "--start", "at-once", "--yes", "production")
    assert (done.status, "Ship succeeded, and prove did not prove it" in done.err) == (1, True), done.err
    assert (shown(shell)["state"], shown(shell)["percent"]) == ("held", 0)
    shell.write("", "well")
    assert shell.warroom("rollout", "INC-1", "--resume").status == 0
    assert (shown(shell)["state"], traffic(shell)) == ("done", ["shipped"])


def test_holding_from_another_shell_ends_the_driving_and_it_can_be_resumed(shell: Shell, incident: str) -> None:
    process = driving(shell, "--start", "slow", "--yes", "production")
    try:
        assert shell.warroom("rollout", "INC-1").status == 0
        done = shell.warroom("rollout", "INC-1", "--hold", "--why", "support hears of errors")
        assert (done.status, "held at 10 %: support hears of errors" in done.err) == (0, True), done.err
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 1
    assert said.endswith("held at 10 %: support hears of errors\n"), said
    held = shell.warroom("rollout", "INC-1")
    assert held.status == 1
    assert held.out.splitlines()[-1] == "  support hears of errors"
    assert shell.warroom("rollout", "INC-1", "--promote").status == 2
    gone_on = shell.warroom("rollout", "INC-1", "--promote", "--why", "ten quiet minutes")
    assert gone_on.status == 0, gone_on.err
    assert traffic(shell) == ["10", "100"]
    assert "goes on before its time, once its gate passes: ten quiet minutes" in shell.ok("log", "INC-1")
    assert shown(shell)["stages"][0]["promoted"] is True  # type: ignore[index]


def test_what_a_killed_console_drove_is_resumed_once_it_is_known_to_be_gone(shell: Shell, incident: str) -> None:
    process = driving(shell, "--start", "slow", "--yes", "production")
    process.kill()
    process.communicate(timeout=60)
    assert shown(shell)["state"] == "running"
    # Its leases run out in half a minute; here at once.
    (path,) = Path(shell.env["XDG_STATE_HOME"]).rglob("*.db")
    with contextlib.closing(open_store(str(path))) as store:
        for lease in store.leases.list(""):
            store.leases.release(lease)
    resumed = driving(shell, "--resume")
    try:
        assert resumed.stderr is not None
        lines = [resumed.stderr.readline() for _ in range(2)]
        assert "whether that console still lives is known in 45 s" in lines[0]
        assert "running at 10 %" in lines[1]
        assert shell.warroom("rollout", "INC-1", "--hold").status == 0
        resumed.communicate(timeout=60)
    finally:
        resumed.kill()
    assert traffic(shell) == ["10"]


def test_interrupting_who_drives_holds_it_where_it_is(shell: Shell, incident: str) -> None:
    process = driving(shell, "--start", "slow", "--yes", "production")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the rollout is held where it is" in said
    assert (shown(shell)["state"], shown(shell)["percent"]) == ("held", 10)
    done = shell.warroom("rollout", "INC-1", "--abort", "--why", "we go back")
    assert done.status == 0
    assert "traffic stays where it is; to go back: warroom run INC-1 back" in done.err
    assert (shown(shell)["state"], shown(shell)["reason"]) == ("aborted", "we go back")


def test_a_gate_that_knows_nothing_is_skipped_by_name_while_another_drives(shell: Shell, incident: str) -> None:
    process = driving(shell, "--start", "gated", "--yes", "production")
    try:
        assert shell.warroom("rollout", "INC-1", "--resume", actor="lee").status == 5
        done = shell.warroom("rollout", "INC-1", "--skip-gate", "--why", "no probe reads it; users are well")
        assert done.status == 0, done.err
        wait_for(lambda: shown(shell)["percent"] == 100)
        # The last gate is one as well.
        assert shown(shell)["state"] == "running"
        assert shell.warroom("rollout", "INC-1", "--skip-gate", "--why", "as before").status == 0
        process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0
    assert traffic(shell) == ["10", "100"]
    assert "goes on against its gate: no probe reads it" in shell.ok("log", "INC-1")
