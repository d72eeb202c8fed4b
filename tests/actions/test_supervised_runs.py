"""Runs of real children: what they print, how they end, and that this is known whatever happens to the console."""

import errno
import json
import os
import re
import resource
import signal
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.actions.conftest import Room, wait_for
from warroom.console.actions.runs import files as run_files
from warroom.console.actions.runs.masking import MASK
from warroom.console.actions.runs.runner import RunError, Runner, RunState

STUBBORN = "trap '' INT TERM; echo ready; while :; do sleep 0.05; done"


def test_a_success_is_recorded_with_its_output_and_times(room: Room) -> None:
    report = room.run("sh", "-c", "echo out; echo err >&2")
    assert (report.state, report.exit_code) == (RunState.SUCCEEDED, 0)
    assert room.runner.tail("run-1", 5) == "out\nerr"
    assert report.started_at is not None
    assert report.ended_at is not None
    assert report.started_at <= report.ended_at
    assert report.size == 8


def test_a_failure_is_recorded_with_its_status(room: Room) -> None:
    report = room.run("sh", "-c", "exit 3")
    assert (report.state, report.exit_code) == (RunState.FAILED, 3)


def test_an_end_by_a_signal_is_recorded_with_its_name(room: Room) -> None:
    report = room.run("sh", "-c", "kill -USR1 $$")
    assert (report.state, report.exit_code, report.signal) == (RunState.FAILED, None, "SIGUSR1")


def test_a_program_that_does_not_exist_is_named(room: Room) -> None:
    report = room.run("./ops/nonesuch")
    assert (report.state, report.exit_code) == (RunState.FAILED, 127)
    assert report.reason == "./ops/nonesuch can't be started: No such file or directory"


def test_a_folder_that_does_not_exist_is_named(room: Room) -> None:
    room.folder = room.folder / "gone"
    assert room.run("true").reason == f"the folder {room.folder} can't be entered"


def test_nobody_is_asked_anything(room: Room) -> None:
    room.run("sh", "-c", "read line; echo status $?; read line </dev/tty || echo no terminal")
    assert "status 1" in room.runner.tail("run-1", 9)
    assert "no terminal" in room.runner.tail("run-1", 9)


def test_the_environment_says_that_nobody_is_there(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", "ssh -i key")
    monkeypatch.setenv("GIT_DIR", "/elsewhere/.git")
    room.run("sh", "-c", "echo $CI/$NO_COLOR/$TERM/$GIT_TERMINAL_PROMPT/$GIT_SSH_COMMAND; env | grep GIT_DIR; env")
    lines = room.runner.tail("run-1", 1000).splitlines()
    assert lines[0] == "1/1/dumb/0/ssh -i key -oBatchMode=yes -oConnectTimeout=10"
    assert not [line for line in lines if line.startswith("GIT_DIR")]
    assert f"WARROOM_RUN={room.folder / 'runs' / 'run-1'}" in lines


def test_escape_sequences_are_stored_and_shown_harmless(room: Room) -> None:
    room.run("printf", "\\033[2Jgone\\033]52;c;aGk=\\007\\n")
    assert room.runner.output("run-1").data == b"\x1b[2Jgone\x1b]52;c;aGk=\x07\n"
    assert room.runner.tail("run-1", 1) == "␛gone␛"


def test_a_secret_reaches_the_command_and_no_file_and_no_command_line(room: Room) -> None:
    secret = "correct-horse-battery"
    room.start("sh", "-c", "echo $TOKEN; ps -eo args; echo ready; sleep 60", secrets={"token": secret})
    room.wait_for_output("ready")
    assert room.runner.output("run-1").data.startswith(f"{MASK}\n".encode())
    room.runner.cancel("run-1")
    room.end()
    files = [path for path in (room.folder / "runs").rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if secret.encode() in path.read_bytes()]
    assert room.runner.output("run-1").data.count(MASK.encode()) == 1


def test_the_files_of_a_run_are_for_nobody_else(room: Room) -> None:
    room.run("echo", "x")
    paths = [room.folder / "runs", *(room.folder / "runs").rglob("*")]
    open_to_others = [path for path in paths if path.name != run_files.DIARY and path.stat().st_mode & 0o077]
    assert not open_to_others
    assert stat.S_IMODE((room.folder / "runs" / "run-1").stat().st_mode) == 0o700


def test_a_command_that_was_rewritten_between_the_yes_and_the_start_does_not_run(room: Room) -> None:
    prepared = room.command("touch", "confirmed")
    run = room.runner.prepare("run-1", prepared)
    spec = run.path / run_files.SPEC
    spec.write_text(spec.read_text().replace("confirmed", "another"))
    room.runner.launch(run)
    report = room.end()
    assert (report.state, report.started_at) == (RunState.FAILED, None)
    assert "is not what the console wrote" in (run.path / run_files.DIARY).read_text()
    assert not {"confirmed", "another"} & {one.name for one in room.folder.iterdir()}


def test_a_run_whose_folder_was_swapped_for_a_link_to_another_is_not_told_by_that_ones_end(room: Room) -> None:
    room.run("true")
    kept = room.runner.prepare("run-2", room.command("false"))
    kept.release()
    kept.path.rename(kept.path.with_name("aside"))
    kept.path.symlink_to(kept.path.with_name("run-1"))
    report = room.runner.look("run-2")
    assert report.state is RunState.UNKNOWN
    assert "is of another run, run-1" in report.reason


def test_a_cancel_is_gentle_first(room: Room) -> None:
    room.start("sh", "-c", "trap 'echo tidied up; exit 0' INT; echo ready; while :; do sleep 0.05; done")
    room.wait_for_output("ready")
    assert room.runner.cancel("run-1")
    report = room.end()
    assert (report.state, report.exit_code) == (RunState.CANCELLED, 0)
    assert "tidied up" in room.runner.tail("run-1", 9)


def test_a_command_that_ignores_it_is_killed_with_its_whole_group(room: Room) -> None:
    room.start("sh", "-c", f"(trap '' INT TERM; echo child $(exec sh -c 'echo $PPID'); sleep 100)& {STUBBORN}")
    room.wait_for_output("ready")
    room.runner.cancel("run-1")
    report = room.end()
    assert (report.state, report.signal) == (RunState.CANCELLED, "SIGKILL")
    assert report.leftovers == ()


def test_what_is_cancelled_before_it_starts_never_starts(room: Room) -> None:
    run = room.runner.prepare("run-1", room.command("touch", "done"))
    assert room.runner.cancel("run-1")
    room.runner.launch(run)
    report = room.end()
    assert (report.state, report.reason) == (RunState.CANCELLED, "cancelled before it was started")
    assert not (room.folder / "done").exists()


def test_a_cancel_of_what_has_ended_does_nothing(room: Room) -> None:
    room.run("true")
    assert not room.runner.cancel("run-1")
    assert room.runner.look("run-1").state is RunState.SUCCEEDED


def test_a_sigterm_to_the_supervisor_cancels(room: Room) -> None:
    supervisor = room.start("sh", "-c", "echo ready; sleep 60")
    room.wait_for_output("ready")
    os.kill(supervisor, signal.SIGTERM)
    assert room.end().state is RunState.CANCELLED


def test_hang_up_and_interrupt_do_not_touch_a_run(room: Room) -> None:
    supervisor = room.start("sh", "-c", "echo ready; while ! test -e go; do sleep 0.02; done; echo done")
    room.wait_for_output("ready")
    for number in (signal.SIGHUP, signal.SIGINT):
        os.kill(supervisor, number)
    (room.folder / "go").touch()
    assert room.end().state is RunState.SUCCEEDED


def test_what_takes_too_long_is_ended(room: Room) -> None:
    report = room.run("sh", "-c", STUBBORN, timeout=0.3)
    assert (report.state, report.signal) == (RunState.TIMED_OUT, "SIGKILL")


def test_a_descendant_that_keeps_the_pipe_open_does_not_hold_up_the_end_and_is_reported(room: Room) -> None:
    report = room.run("sh", "-c", "setsid sh -c 'echo $$ > pid; exec sleep 300' & while ! test -s pid; do :; done")
    left = int((room.folder / "pid").read_text())
    os.kill(left, signal.SIGKILL)
    assert report.state is RunState.SUCCEEDED
    assert [(leftover.pid, leftover.name) for leftover in report.leftovers] == [(left, "sleep")]


def test_a_command_that_closes_its_output_is_still_waited_for(room: Room) -> None:
    report = room.run("sh", "-c", "exec >&- 2>&-; sleep 0.3; exit 4")
    assert report.exit_code == 4


def test_a_flood_is_bounded_on_disk_and_its_beginning_and_end_are_kept(room: Room) -> None:
    room.runner = Runner(room.folder / "runs", cap_bytes=1024 * 1024)
    report = room.run("sh", "-c", "echo begin; head -c 100000000 /dev/zero; echo; echo end")
    kept = sum(path.stat().st_size for path in (room.folder / "runs" / "run-1").glob("output*"))
    assert report.state is RunState.SUCCEEDED
    assert report.size == 100_000_000 + len("begin\n\nend\n")
    assert kept <= 1024 * 1024
    assert room.runner.output("run-1", 0, 6).data == b"begin\n"
    assert room.runner.tail("run-1", 1) == "end"


def test_a_flood_without_line_ends_does_not_fill_the_memory(room: Room) -> None:
    supervisor = room.start("sh", "-c", "head -c 100000000 /dev/zero; echo; echo ready; sleep 300")
    room.wait_for_output("ready")
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{supervisor}/status").read_text())
    assert peak is not None
    assert int(peak[1]) < 100_000


def open_files() -> list[str]:
    """What this process has open, by path; of what was deleted as well."""
    links = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            links.append(str(descriptor.readlink()))
    return links


def test_a_run_that_cannot_be_written_down_leaves_nothing_open_and_nothing_behind(room: Room) -> None:
    room.run("true")
    command = room.command("true")
    folder, limits = room.folder / "runs", resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        with pytest.raises(RunError) as told:
            room.runner.prepare("run-2", command)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert str(told.value) == (
        f"runs can't be written down in {folder}: {os.strerror(errno.EFBIG)}; mend that, then try again"
    )
    assert not [link for link in open_files() if link.startswith(str(folder))]
    assert [path.name for path in folder.iterdir()] == ["run-1"]


def test_a_full_disk_under_the_output_does_not_stop_the_command(room: Room) -> None:
    run = room.runner.prepare("run-1", room.command("sh", "-c", "echo lost; sleep 0.3; echo kept; exit 5"))
    (run.path / "output").symlink_to("/dev/full")
    room.runner.launch(run)
    report = room.end()
    assert (report.exit_code, report.lost) == (5, 5)
    assert report.reason == "5 bytes of its output could not be written: No space left on device"
    assert room.runner.tail("run-1", 1) == "kept"


def test_a_supervisor_that_was_killed_leaves_an_unknown_outcome(room: Room) -> None:
    supervisor = room.start("sh", "-c", "echo $$ > pid; echo ready; sleep 300")
    room.wait_for_output("ready")
    os.kill(supervisor, signal.SIGKILL)
    report = room.end()
    os.killpg(int((room.folder / "pid").read_text()), signal.SIGKILL)
    assert report.state is RunState.UNKNOWN
    assert report.reason == "its supervisor ended without recording an outcome"


@pytest.mark.parametrize(
    ("fact", "reason"), [("boot_id", "the machine was restarted while it ran"), ("host", "it was started on other")]
)
def test_a_run_of_another_boot_or_host_is_unknown(room: Room, fact: str, reason: str) -> None:
    room.start("sh", "-c", "echo ready; sleep 300")
    room.wait_for_output("ready")
    started = room.folder / "runs" / "run-1" / run_files.STARTED
    honest = started.read_text()
    started.write_text(json.dumps({**json.loads(honest), fact: "other"}))
    report = room.runner.look("run-1")
    started.write_text(honest)
    assert report.state is RunState.UNKNOWN
    assert report.reason.startswith(reason)


def test_a_run_is_starting_while_somebody_holds_it_and_never_started_once_nobody_does(room: Room) -> None:
    run = room.runner.prepare("run-1", room.command("true"))
    other = Runner(room.folder / "runs")
    assert other.look("run-1").state is RunState.STARTING
    run.release()
    assert other.look("run-1").state is RunState.FAILED
    assert other.look("run-1").reason.startswith("never started")


def test_a_run_that_nobody_here_knows_is_unknown(room: Room) -> None:
    assert room.runner.look("run-9").state is RunState.UNKNOWN


def test_a_run_is_launched_once(room: Room) -> None:
    run = room.runner.prepare("run-1", room.command("true"))
    room.runner.launch(run)
    with pytest.raises(RunError, match="launched already"):
        room.runner.launch(run)
    with pytest.raises(RunError, match="exists already"):
        room.runner.prepare("run-1", room.command("true"))


@pytest.mark.parametrize("run_id", ["", "..", ".x", "a/b", "/etc", "a\n", "a\0", "x" * 101, "-x"])
def test_an_id_that_is_no_plain_name_is_refused(room: Room, run_id: str) -> None:
    for use in (room.runner.look, room.runner.cancel, room.runner.output):
        with pytest.raises(RunError, match="can't be a run's id"):
            use(run_id)


def test_another_console_sees_follows_and_cancels_a_run(room: Room) -> None:
    room.start("sh", "-c", "echo ready; sleep 300")
    other = Runner(room.folder / "runs")
    room.wait_for_output("ready")
    assert other.list() == ("run-1",)
    assert other.look("run-1").state is RunState.RUNNING
    assert other.output("run-1").data == b"ready\n"
    assert other.cancel("run-1")
    assert room.end().state is RunState.CANCELLED


def test_no_zombie_stays_behind(room: Room) -> None:
    supervisor = room.start("true")
    room.end()
    wait_for(lambda: not Path(f"/proc/{supervisor}").exists())


LAUNCHER = """
import sys
from pathlib import Path
from warroom.console.actions.command import prepare
from warroom.console.actions.runs.runner import Runner
from warroom.console.domain.action import Action

folder = Path(sys.argv[1])
runner = Runner(folder / "runs")
for line in sys.stdin:
    run = line.strip()
    action = Action(title="X", argv=("sh", "-c", "echo begun >> " + run + "; sleep 0.05; echo ended >> " + run))
    prepared = prepare("x", action, {}, cwd=folder)
    print(run, flush=True)
    runner.launch(runner.prepare(run, prepared))
"""


@pytest.mark.parametrize("round_", range(20))
def test_the_end_of_a_run_is_recorded_when_its_console_is_killed_at_any_moment(room: Room, round_: int) -> None:
    argv = [sys.executable, "-c", LAUNCHER, str(room.folder)]
    pipe = subprocess.PIPE
    console = subprocess.Popen(argv, stdin=pipe, stdout=pipe, text=True, start_new_session=True)
    assert console.stdin is not None
    assert console.stdout is not None
    console.stdin.write("run-1\n")
    console.stdin.flush()
    console.stdout.readline()
    with pytest.raises(subprocess.TimeoutExpired):
        console.wait(timeout=0.001 + 0.007 * round_)
    os.killpg(console.pid, signal.SIGKILL)
    console.communicate()
    report = room.end()
    written = (room.folder / "run-1").read_text() if (room.folder / "run-1").exists() else ""
    if report.state is RunState.SUCCEEDED:
        assert written == "begun\nended\n"
    else:
        assert report.reason.startswith(("never started", "nothing is known"))
        assert written == ""
