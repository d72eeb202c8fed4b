"""warroom-check holds what a real program prints against conditions, and says what it read."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

BODY = '{"status": {"traffic": [{"tag": "a", "revision": "r1"}, {"revision": "r1", "percent": 100}], "ready": true}}'
HOLDS, FAILS, USAGE, UNKNOWN = 0, 1, 2, 3


def check(*words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "warroom.console.monitor.check_command", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).strip()


@pytest.mark.parametrize(
    ("condition", "status", "says"),
    [
        ("[BODY].status.ready == true", HOLDS, "holds"),
        ("[BODY].status.traffic[revision=r1].percent == 100", HOLDS, "holds"),
        ("has([BODY].status.traffic[tag=a].revision) == true", HOLDS, "holds"),
        (
            "[BODY].status.traffic[tag=a].percent == 100",
            FAILS,
            "not yet: [BODY].status.traffic[tag=a].percent (INVALID) == 100",
        ),
        (
            "[BODY].status.traffic[revision=r1].percent == 50",
            FAILS,
            "not yet: [BODY].status.traffic[revision=r1].percent (100) == 50",
        ),
    ],
)
def test_a_condition_may_pick_an_entry_by_what_is_in_it(condition: str, status: int, says: str) -> None:
    assert check("--holds", condition, "--", "echo", BODY) == (status, says)


def test_lines_of_json_are_a_list_and_so_is_a_single_line_where_one_is_wanted(tmp_path: Path) -> None:
    lines = tmp_path / "lines"
    lines.write_text('{"Service": "web", "State": "running"}\n')
    assert check("--holds", "[BODY][Service=web].State == running", "--", "cat", str(lines))[0] == HOLDS
    lines.write_text('{"Service": "db", "State": "exited"}\n{"Service": "web", "State": "running"}\n')
    assert check("--holds", "[BODY][Service=web].State == running", "--", "cat", str(lines))[0] == HOLDS


@pytest.mark.parametrize(
    ("second", "status"),
    [("v2 running", HOLDS), ("v1 running", FAILS), ("v2 exited", FAILS)],
)
def test_a_condition_for_every_entry_holds_only_where_all_do(second: str, status: int, tmp_path: Path) -> None:
    lines = tmp_path / "lines"
    image, state = second.split()
    lines.write_text(
        '{"Service": "web", "Image": "shop:v2", "State": "running"}\n'
        '{"Service": "db", "Image": "x", "State": "exited"}\n'
        f'{{"Service": "web", "Image": "shop:{image}", "State": "{state}"}}\n'
    )
    words = ("--holds", "[BODY][*Service=web].Image == pat(*:v2)", "--holds", "[BODY][*Service=web].State == running")
    assert check(*words, "--", "cat", str(lines))[0] == status
    assert check("--holds", "[BODY][*Service=gone].State == running", "--", "cat", str(lines))[0] == FAILS


def test_it_reads_again_until_it_holds(tmp_path: Path) -> None:
    counter = tmp_path / "count"
    script = f'echo x >> {counter}; echo "{{\\"n\\": $(wc -l < {counter})}}"'
    status, said = check("--for", "30s", "--every", "50ms", "--holds", "[BODY].n == 3", "--", "sh", "-c", script)
    assert (status, said.splitlines()[-1], len(said.splitlines())) == (HOLDS, "holds", 3)


def test_what_has_failed_is_not_waited_for() -> None:
    words = ("--for", "10m", "--holds", "[BODY].s == ok", "--fails", "[BODY].s == any(bad, worse)")
    assert check(*words, "--", "echo", '{"s": "bad"}') == (FAILS, "failed: it has failed: [BODY].s == any(bad, worse)")


@pytest.mark.parametrize(
    ("created", "status"),
    [("1763706000001", HOLDS), ("1763705999999", FAILS), ('"2025-11-21T06:20:01Z"', HOLDS), ('"soon"', FAILS)],
)
def test_what_was_made_before_the_deploy_proves_nothing(created: str, status: int) -> None:
    words = ("--made", "[BODY].createdAt", "--since", "1763706000000")
    assert check(*words, "--", "echo", f'{{"createdAt": {created}}}')[0] == status


@pytest.mark.parametrize(
    "argv",
    [("false",), ("echo", "not json"), ("true",), ("no-such-program",), ("echo", "[" * 5000)],
    ids=["fails", "no json", "empty", "missing", "deep"],
)
def test_no_answer_is_unknown_and_never_good(argv: tuple[str, ...]) -> None:
    status, said = check("--holds", "[BODY].a == 1", "--", *argv)
    assert status == UNKNOWN
    assert said.startswith("unknown: ")


def test_an_answer_without_end_is_cut_off() -> None:
    status, said = check("--holds", "[BODY].a == 1", "--", "yes")
    assert (status, said) == (UNKNOWN, "unknown: the answer is longer than 4 MiB")


def test_an_exit_status_can_be_held_against_a_condition() -> None:
    assert check("--holds", "[STATUS] == 3", "--", "sh", "-c", "exit 3")[0] == HOLDS


@pytest.mark.parametrize(
    "words",
    [(), ("--", "true"), ("--holds", "nonsense", "--", "true"), ("--hold", "x", "--", "true"), ("--holds",)],
)
def test_wrong_usage_is_said(words: tuple[str, ...]) -> None:
    assert check(*words)[0] == USAGE


def test_a_child_that_the_tool_leaves_behind_is_not_waited_for() -> None:
    # The sleep holds both streams open; waiting for it would run into the limit of `check`.
    left = 'sleep 30 & printf \'{"a": 1, "pid": %s}\' $!'
    words = ("--holds", "[BODY].a == 1", "--fails", "[BODY].pid < 0", "--", "sh", "-c", f"{left}; echo $! >&2")
    assert check(*words) == (HOLDS, "holds")


def test_the_time_of_the_whole_bounds_a_tool_that_hangs() -> None:
    status, said = check("--for", "1s", "--holds", "[BODY].a == 1", "--", "sh", "-c", "sleep 30 & wait")
    assert (status, said.splitlines()[0]) == (UNKNOWN, "unknown: sh gave no answer in 5 s")


def test_a_cancel_ends_it_quietly(tmp_path: Path) -> None:
    there = tmp_path / "there"
    program = [sys.executable, "-P", "-m", "warroom.console.monitor.check_command", "--for", "5m"]
    words = ["--holds", "[BODY].a == 1", "--", "sh", "-c", f"touch {there}; exec sleep 60"]
    with subprocess.Popen(
        [*program, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as ours:
        while not there.exists():
            assert ours.poll() is None
            time.sleep(0.01)
        os.killpg(ours.pid, signal.SIGINT)
        assert ours.communicate(timeout=60) == (b"", b"")
    assert ours.returncode == 130
