"""A second person from the command line: asking, answering, and what is refused."""

import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cli.conftest import PROGRAM, Done, Shell
from tests.cli.test_run import runs, wait_for

CONFIG = """
[service]
name = "shop"

[action.restore]
title = "Restore the database"
argv = ["sh", "-c", "echo restored {backup} >> restored"]
danger = "two"
target = "orders"
environment = "production"
parameters = { backup = "monday" }
env = { TOKEN = "s3cret-of-the-team" }

[action.look]
title = "Look"
argv = ["sh", "-c", "echo seen"]
danger = "free"
"""
RESTORE = ("run", "INC-1", "restore", "--yes", "orders")


@pytest.fixture
def incident(shell: Shell) -> str:
    shell.write(CONFIG)
    return shell.ok("declare", "Orders are gone", "--level", "P0")


def asking(shell: Shell, *more: str) -> "subprocess.Popen[str]":
    """Kai asks and waits."""
    process = subprocess.Popen(
        [PROGRAM, "--as", "kai", *RESTORE, "--ask", "--wait", "2m", *more],
        cwd=shell.folder,
        env=shell.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(lambda: states(shell).count("approval.asked"))
    return process


def states(shell: Shell) -> list[str]:
    """The kinds of everything that happened."""
    return [json.loads(line)["type"] for line in shell.ok("log", "INC-1", "--json").splitlines()]


def restored(shell: Shell) -> bool:
    return (shell.folder / "restored").exists()


def test_without_a_second_person_it_says_what_to_do(shell: Shell, incident: str) -> None:
    done = shell.warroom(*RESTORE)
    assert done.status == 5
    assert "a second person must approve it" in done.err
    assert "--ask" in done.err
    assert "warroom approve INC-1" in done.err
    assert not restored(shell)


def test_somebody_else_approves_by_the_targets_name_and_it_runs_once(shell: Shell, incident: str) -> None:
    process = asking(shell)
    refused = shell.warroom("approve", "INC-1", "--yes", "orders")
    assert (refused.status, restored(shell)) == (5, False)
    assert "somebody else must answer" in refused.err
    wrong = shell.warroom("approve", "--yes", "production", actor="lee")
    assert (wrong.status, restored(shell)) == (5, False)
    done = shell.warroom("approve", "INC-1", "--yes", "orders", actor="lee")
    assert done.status == 0, done.err
    for words in (
        "kai (",
        "sh -c 'echo restored monday >> restored'",
        "target: orders (PRODUCTION)",
        "variable: TOKEN=",
    ):
        assert words in done.err
    assert "s3cret" not in done.err
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert (shell.folder / "restored").read_text() == "restored monday\n"
    (run,) = json.loads(shell.ok("runs", "INC-1", "--json"))
    assert (run["by"], run["approved_by"], run["exit_code"]) == ("kai", "lee", 0)
    assert shell.warroom(*RESTORE).status == 5
    assert (shell.folder / "restored").read_text() == "restored monday\n"


def test_a_word_given_before_is_used_without_asking_again_and_for_nothing_else(shell: Shell, incident: str) -> None:
    process = asking(shell)
    process.kill()
    process.communicate()
    assert shell.warroom("approve", "--yes", "orders", actor="lee").status == 0
    other = shell.warroom("run", "INC-1", "restore", "backup=tuesday", "--yes", "orders")
    assert (other.status, restored(shell)) == (5, False)
    assert shell.warroom(*RESTORE).status == 0
    assert (shell.folder / "restored").read_text() == "restored monday\n"


def test_a_no_ends_the_waiting_with_its_reason(shell: Shell, incident: str) -> None:
    process = asking(shell)
    assert shell.warroom("deny", "--why", "wrong backup", actor="kai").status == 5
    assert shell.warroom("deny", "--why", "wrong backup", actor="lee").status == 0
    _, said = process.communicate(timeout=60)
    assert process.returncode == 5
    assert "denied by lee: wrong backup" in said
    assert not restored(shell)


def test_waiting_in_vain_is_refused_and_the_question_stands(shell: Shell, incident: str) -> None:
    done = shell.warroom(*RESTORE, "--ask", "--wait", "300ms")
    assert done.status == 5
    assert "nobody has answered" in done.err
    assert shell.warroom("approve", "--yes", "orders", actor="lee").status == 0
    assert shell.warroom(*RESTORE).status == 0


def test_a_code_is_printed_for_the_second_person_alone_and_kept_nowhere(shell: Shell, incident: str) -> None:
    process = asking(shell)
    assert shell.warroom("approve", "INC-1").status == 5
    done = shell.warroom("approve", "INC-1", actor="lee")
    assert done.status == 0
    code = done.out.strip()
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", code)
    assert "this is the account it was asked from" in done.err
    assert code.replace("-", "") not in shell.ok("log", "INC-1", "--json")
    assert "approval.granted" not in states(shell)
    process.kill()
    process.communicate()


def test_two_that_approve_at_once_and_two_that_run_at_once_make_one_run(shell: Shell, incident: str) -> None:
    process = asking(shell)
    process.kill()
    process.communicate()
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda who: shell.warroom("approve", "--yes", "orders", actor=who), ["lee", "mei"]))
    assert sorted(done.status for done in answers)[0] == 0
    assert states(shell).count("approval.granted") == 1

    def race(_: int) -> Done:
        return shell.warroom(*RESTORE)

    with ThreadPoolExecutor() as pool:
        done = list(pool.map(race, range(2)))
    assert sorted(one.status for one in done) == [0, 5], [one.err for one in done]
    assert (shell.folder / "restored").read_text() == "restored monday\n"
    assert "whole" in shell.ok("verify")


def test_what_is_asked_for_is_found_or_named(shell: Shell, incident: str) -> None:
    done = shell.warroom("approve", actor="lee")
    assert (done.status, "nobody asks for an approval" in done.err) == (2, True)
    done = shell.warroom("approve", "INC-1", "approval-0000", actor="lee")
    assert (done.status, "there is no request 'approval-0000'" in done.err) == (2, True)
    assert shell.warroom("--view", "approve", actor="lee").status == 5
    assert shell.warroom(*RESTORE, "--ask", "--wait", "soon").status == 2
    assert runs(shell) == []
