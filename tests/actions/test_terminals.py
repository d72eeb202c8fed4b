"""Runs with a terminal of their own, and runs that must never be sent INT."""

import sys

from tests.actions.conftest import Room
from warroom.console.actions.runs.report import RunState

PROBE = """
import os, sys
print([os.isatty(fd) for fd in (0, 1, 2)], tuple(os.get_terminal_size()), os.environ["TERM"])
"""


def test_a_run_sees_a_terminal_only_where_its_action_asks_for_one(room: Room) -> None:
    room.run(sys.executable, "-c", PROBE, terminal=True)
    assert room.runner.tail("run-1", 1) == "[True, True, True] (80, 24) dumb"
    room.start("sh", "-c", "test -t 0 || test -t 1 || test -t 2 || echo no terminal", run_id="run-2")
    room.end("run-2")
    assert room.runner.tail("run-2", 1) == "no terminal"


def test_lines_from_a_terminal_end_as_those_from_a_pipe_do(room: Room) -> None:
    room.run("printf", "one\\ntwo\\r\\nthree 10%%\\rthree 99%%\\r\\n", terminal=True)
    assert room.runner.output("run-1").data == b"one\ntwo\nthree 10%\rthree 99%\n"


def test_a_program_that_sets_the_terminal_right_again_changes_nothing(room: Room) -> None:
    room.run("sh", "-c", "stty sane; echo one; echo two", terminal=True)
    assert room.runner.output("run-1").data == b"one\ntwo\n"


def test_a_question_at_the_terminal_is_answered_with_nothing(room: Room) -> None:
    ask = 'printf \'Really? \'; read answer; echo "status $? [$answer]"; read more; echo "status $?"'
    report = room.run("sh", "-c", ask, terminal=True, timeout=50)
    assert report.state is RunState.SUCCEEDED
    assert room.runner.tail("run-1", 2) == "Really? status 1 []\nstatus 1"


def test_a_password_can_not_be_asked_for_behind_the_back(room: Room) -> None:
    room.run("sh", "-c", "read word </dev/tty || echo no terminal to open", terminal=True, timeout=50)
    assert "no terminal to open" in room.runner.tail("run-1", 2)


def test_a_program_that_ignores_the_end_of_its_input_is_bounded_by_its_time(room: Room) -> None:
    hang = "import sys, tty; tty.setraw(0); print('ready', flush=True)\nwhile True: sys.stdin.buffer.read(1)"
    report = room.run(sys.executable, "-c", hang, terminal=True, timeout=1)
    assert report.state is RunState.TIMED_OUT


def test_what_a_descendant_keeps_open_does_not_hold_up_the_end(room: Room) -> None:
    report = room.run("sh", "-c", "(trap '' HUP; sleep 30) & echo done", terminal=True)
    assert report.state is RunState.SUCCEEDED
    assert room.runner.tail("run-1", 1) == "done"
    assert [left.name for left in report.leftovers]


def test_a_secret_printed_to_a_terminal_is_masked(room: Room) -> None:
    room.run("sh", "-c", "echo it is $TOKEN", terminal=True, secrets={"token": "correct-horse-battery"})
    assert "battery" not in room.runner.tail("run-1", 1)


TRAPS = "trap 'echo got INT' INT; trap 'echo got TERM; exit 3' TERM; echo ready; while :; do sleep 0.02; done"


def told(room: Room) -> list[str]:
    return [line for line in room.runner.tail("run-1", 9).splitlines() if line.startswith("got")]


def test_a_cancel_begins_with_the_signal_its_action_names(room: Room) -> None:
    room.start("sh", "-c", TRAPS, cancel_with="TERM")
    room.wait_for_output("ready")
    room.runner.cancel("run-1")
    assert room.end().state is RunState.CANCELLED
    assert told(room) == ["got TERM"]


def test_a_cancel_begins_with_int_where_nothing_is_said(room: Room) -> None:
    room.start("sh", "-c", TRAPS)
    room.wait_for_output("ready")
    room.runner.cancel("run-1")
    assert room.end().state is RunState.CANCELLED
    assert told(room) == ["got INT", "got TERM"]


def test_a_run_out_of_time_that_must_not_get_int_gets_none(room: Room) -> None:
    report = room.run("sh", "-c", TRAPS, cancel_with="TERM", timeout=0.5)
    assert report.state is RunState.TIMED_OUT
    assert "INT" not in room.runner.tail("run-1", 9)
