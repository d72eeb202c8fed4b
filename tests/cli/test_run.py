"""The verb that acts: what it asks for, how it ends, and what goes on without it."""

import json
import os
import pty
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import PROGRAM, Shell

CONFIG = """
[service]
name = "shop"

[action.look]
title = "Look"
argv = ["sh", "-c", "echo all quiet"]
danger = "free"

[action.deploy]
title = "Deploy"
argv = ["sh", "-c", "echo shipped {version} >> shipped"]
danger = "typed"
target = "production"
environment = "production"
undo = "run back"
parameters = { version = "1" }
verify = "smoke"

[action.smoke]
title = "Smoke"
argv = ["sh", "-c", "echo smoked; [ ! -e smoke-fails ]"]
danger = "free"

[action.broken]
title = "Broken"
argv = ["sh", "-c", "echo no such cluster >&2; exit 7"]
danger = "confirm"

[action.wait]
title = "Wait"
argv = ["sh", "-c", "echo waiting; while [ ! -e go ]; do sleep 0.02; done; echo gone"]
danger = "free"
environment = "production"

[action.restore]
title = "Restore"
argv = ["true"]
danger = "two"
target = "database"

[action.rollback]
title = "Back"
argv = ["sh", "-c", "echo back"]
danger = "confirm"
target = "production"
environment = "production"

[action.noisy]
title = "Noisy"
argv = ["sh", "-c", "printf '\\\\033]0;owned\\\\007\\\\033[2J[/x]\\\\342\\\\200\\\\256done\\\\n'"]
danger = "free"
"""


@pytest.fixture
def incident(shell: Shell) -> str:
    shell.write(CONFIG)
    return shell.ok("declare", "Sign-in fails", "--level", "P1")


def wait_for(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "the condition never came"
        time.sleep(0.05)


def runs(shell: Shell) -> list[dict[str, object]]:
    (shown,) = json.loads(shell.ok("status", "--json"))
    found: list[dict[str, object]] = shown["runs"]
    return found


def test_a_free_action_runs_and_its_output_is_the_output(shell: Shell, incident: str) -> None:
    done = shell.warroom("run", incident, "look")
    assert (done.status, done.out) == (0, "all quiet\n")
    assert "Look: sh -c 'echo all quiet'" in done.err
    assert "succeeded" in done.err


def test_the_right_name_confirms_and_the_outcome_is_verified(shell: Shell, incident: str) -> None:
    done = shell.warroom("run", incident, "deploy", "version=2", "--yes", "production")
    assert (done.status, done.out) == (0, "smoked\n")
    assert (shell.folder / "shipped").read_text() == "shipped 2\n"
    assert [(run["action"], run["state"], run["exit_code"]) for run in runs(shell)] == [
        ("deploy", "succeeded", 0),
        ("smoke", "succeeded", 0),
    ]


def test_a_deploy_that_does_not_verify_is_a_failure(shell: Shell, incident: str) -> None:
    (shell.folder / "smoke-fails").touch()
    assert shell.warroom("run", incident, "deploy", "--yes", "production").status == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("deploy", "--yes", "staging"), "--yes names 'staging', and the target is 'production'"),
        (("deploy",), "nobody is here to confirm it"),
        (("broken",), "nobody is here to confirm it"),
        (("restore", "--yes", "database"), "a second person must approve it"),
        (("teleport",), "there is no action 'teleport'"),
        (("deploy", "colour=blue", "--yes", "production"), "'colour' is no parameter of it"),
    ],
)
def test_a_refusal_is_status_5_and_starts_nothing(
    shell: Shell, incident: str, arguments: tuple[str, ...], words: str
) -> None:
    done = shell.warroom("run", incident, *arguments)
    assert (done.status, done.out) == (5, "")
    assert words in done.err
    assert not (shell.folder / "shipped").exists()
    assert runs(shell) == []


def test_who_has_not_the_conn_is_refused(shell: Shell, incident: str) -> None:
    done = shell.warroom("run", incident, "deploy", "--yes", "production", actor="mei")
    assert done.status == 5
    assert "conn: kai has it" in done.err
    assert shell.warroom("--view", "run", incident, "look").status == 5


def test_a_dry_run_shows_everything_and_starts_nothing(shell: Shell, incident: str) -> None:
    done = shell.warroom("run", incident, "deploy", "version=2", "--dry-run")
    assert (done.status, done.out) == (0, "")
    assert "Deploy: sh -c 'echo shipped 2 >> shipped'" in done.err
    for words in ("on production", "undo: run back", "ok: conn", "ok: no-other-run: nothing runs on production"):
        assert words in done.err
    assert runs(shell) == []


def test_a_dry_run_leaves_nothing_in_the_log(shell: Shell, incident: str) -> None:
    who = ("-c", "user.name=kai", "-c", "user.email=kai@localhost")
    for words in (("init", "-q", "-b", "main"), ("commit", "-q", "--allow-empty", "-m", "one"), ("tag", "v1.0.0")):
        subprocess.run(["git", *who, *words], cwd=shell.folder, check=True)
    before = shell.ok("log", incident)
    done = shell.warroom("run", incident, "branch", "--dry-run")
    assert done.status == 0, done.err
    assert "hotfix/" in done.err
    assert shell.ok("log", incident) == before
    assert shell.warroom("run", incident, "branch", "--yes", incident).status == 5
    assert "branch hotfix/" in shell.ok("log", incident)


def test_a_failing_command_is_status_1(shell: Shell, incident: str) -> None:
    done = shell.warroom("run", incident, "broken", "--yes", "broken")
    assert (done.status, done.out) == (1, "no such cluster\n")
    assert runs(shell)[0]["exit_code"] == 7


def test_values_must_be_pairs(shell: Shell, incident: str) -> None:
    assert shell.warroom("run", incident, "deploy", "version").status == 2


def test_hostile_output_is_printed_harmlessly(shell: Shell, incident: str) -> None:
    done = shell.warroom("run", incident, "noisy")
    assert done.status == 0
    assert "[/x]" in done.out
    assert "done" in done.out
    for text in (done.out, done.err, shell.ok("log", incident), shell.ok("export", incident, "post-mortem")):
        assert not any(letter in text for letter in ("\x1b", "\x07", "\u202e"))


def _waiting(shell: Shell, incident: str) -> "subprocess.Popen[str]":
    """A console that waits for a run, and the run has begun."""
    process = subprocess.Popen(
        [PROGRAM, "--as", "kai", "run", incident, "wait"],
        cwd=shell.folder,
        env=shell.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stdout
    assert process.stdout.readline() == "waiting\n"
    return process


def _goes_on(shell: Shell, incident: str) -> None:
    """The run that was left goes on, and the next call records its end, once."""
    (run,) = runs(shell)
    assert run["state"] == "running"
    done = shell.warroom("run", incident, "wait")
    assert done.status == 5
    assert "is running there" in done.err
    (shell.folder / "go").touch()

    def recorded() -> bool:
        shell.warroom("run", incident, "look")
        return runs(shell)[0]["state"] == "succeeded"

    wait_for(recorded)
    events = [json.loads(line) for line in shell.ok("log", incident, "--json").splitlines()]
    ends = [event for event in events if event["type"] == "run.ended" and event["data"]["run"] == run["id"]]
    assert len(ends) == 1
    assert ends[0]["data"]["tail"] == "waiting\ngone"
    assert "whole" in shell.ok("verify")


def test_interrupting_the_waiting_leaves_the_run_alone(shell: Shell, incident: str) -> None:
    process = _waiting(shell, incident)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "goes on; look with: warroom log INC-1" in said
    assert "Traceback" not in said
    _goes_on(shell, incident)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP])
def test_ending_the_console_leaves_the_run_alone(shell: Shell, incident: str, number: signal.Signals) -> None:
    process = _waiting(shell, incident)
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode != 0
    _goes_on(shell, incident)


def test_an_outcome_nobody_knows_is_status_3(shell: Shell, incident: str, tmp_path: Path) -> None:
    process = _waiting(shell, incident)
    (folder,) = (tmp_path / "state" / "warroom" / "runs").iterdir()
    os.kill(json.loads((folder / "started.json").read_text())["pid"], signal.SIGKILL)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "the outcome is unknown" in said
    assert runs(shell)[0]["state"] == "lost"
    (shell.folder / "go").touch()


@pytest.mark.parametrize(("typed", "status"), [("production", 0), ("yes", 5), ("", 5)])
def test_at_a_terminal_the_target_is_typed(shell: Shell, incident: str, typed: str, status: int) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [PROGRAM, "--as", "kai", "run", incident, "deploy"],
        cwd=shell.folder,
        env=shell.env,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    seen = b""
    while b"to confirm" not in seen:
        seen += os.read(ours, 4096)
    os.write(ours, typed.encode() + b"\n")
    assert process.wait(60) == status
    os.close(ours)
    assert (shell.folder / "shipped").exists() == (status == 0)
    assert process.stdout
    process.stdout.close()


@pytest.mark.parametrize("store", ["~/room/my%20room.db", "sqlite://{folder}/my%20room.db", "room.db"])
def test_runs_are_kept_beside_the_store_however_it_is_written(shell: Shell, store: str, tmp_path: Path) -> None:
    home = Shell(shell.folder, {**shell.env, "HOME": str(tmp_path / "home")})
    (tmp_path / "home").mkdir()
    home.write(CONFIG)
    option = ("--store", store.replace("{folder}", str(tmp_path / "there")))
    incident = home.ok(*option, "declare", "Sign-in fails", "--level", "P1")
    home.ok(*option, "run", incident, "look")
    (database,) = tmp_path.glob("**/*room.db")
    assert [path.name.rpartition("-")[0] for path in (database.parent / "runs").iterdir()] == ["look"]
    assert len(list(tmp_path.glob("**/runs"))) == 1


def test_a_way_back_says_what_it_would_stop_and_stops_it_when_told(shell: Shell, incident: str) -> None:
    process = _waiting(shell, incident)
    (run,) = runs(shell)
    refused = shell.warroom("run", incident, "rollback", "--yes", "production")
    assert refused.status == 5
    assert f"stops first: Wait ({run['id']}), by kai, running since" in refused.err
    assert f"refused: it would stop {run['id']} first" in refused.err
    assert "--stop-running" in refused.err
    assert [one["state"] for one in runs(shell)] == ["running"]
    done = shell.warroom("run", incident, "rollback", "--yes", "production", "--stop-running")
    assert done.status == 0, done.err
    assert done.out == "back\n"
    process.communicate(timeout=60)
    assert process.returncode == 1
    assert [one["state"] for one in runs(shell)] == ["cancelled", "succeeded"]
    said = shell.ok("log", incident)
    assert f"{run['id']} cancel asked for: Back takes its place" in said
    assert f"Back on production: sh -c 'echo back', after {run['id']} was stopped" in said
    assert "whole" in shell.ok("verify")
