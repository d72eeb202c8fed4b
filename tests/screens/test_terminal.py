"""A real terminal: it is given back whole, whatever ends the console."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from warroom.console.screens.terminal.handback import window_title

REPOSITORY = Path(__file__).parent.parent.parent
LEFT = b"\x1b[?1049l"


class Terminal:
    """A pseudo-terminal with a console in it."""

    def __init__(self, scene: str, ended: Path, env: dict[str, str], wrapper: tuple[str, ...] = ()) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        environment = {
            "PATH": os.environ["PATH"],
            "TERM": "xterm-256color",
            "ENDED": str(ended),
            "LANG": "C.UTF-8",
            **env,
        }
        self.process = subprocess.Popen(
            [*wrapper, sys.executable, "-m", "tests.screens.console_process", scene],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=REPOSITORY,
            env={**environment, "ENDED": str(ended), **env},
            start_new_session=True,
        )
        self.seen = b""

    def read_until(self, wanted: bytes, seconds: float = 60) -> None:
        """Read until something was written."""
        end = time.monotonic() + seconds
        while wanted not in self.seen:
            assert time.monotonic() < end, self.seen[-2000:]
            self.read(0.1)

    def read(self, seconds: float) -> None:
        """Read what is there, or comes within a time."""
        if select.select([self.master], [], [], seconds)[0]:
            try:
                self.seen += os.read(self.master, 65536)
            except OSError:
                return

    def end(self, seconds: float = 20) -> int:
        """Read until the console has ended; gives its status."""
        end = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < end
            self.read(0.05)
        while select.select([self.master], [], [], 0)[0]:
            size = len(self.seen)
            self.read(0)
            if len(self.seen) == size:
                break
        return self.process.returncode

    def close(self) -> None:
        """Leave nothing behind."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for descriptor in (self.master, self.slave):
            try:
                os.close(descriptor)
            except OSError:
                continue


class OpenTerminal:
    def __init__(self, ended: Path) -> None:
        self.ended = ended
        self.terminals: list[Terminal] = []

    def __call__(self, scene: str = "breach", wrapper: tuple[str, ...] = (), **env: str) -> Terminal:
        terminal = Terminal(scene, self.ended, env, wrapper)
        self.terminals.append(terminal)
        return terminal


@pytest.fixture
def in_terminal(tmp_path: Path) -> Iterator[OpenTerminal]:
    opened = OpenTerminal(tmp_path / "ended")
    yield opened
    for terminal in opened.terminals:
        terminal.close()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGHUP, 129), (signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_the_console_with_the_terminal_given_back(
    in_terminal: OpenTerminal, number: signal.Signals, status: int
) -> None:
    terminal = in_terminal()
    terminal.read_until(b"Sign-in")
    terminal.process.send_signal(number)
    assert terminal.end() == status
    assert LEFT in terminal.seen and b"\x1b[?1003l" in terminal.seen
    assert termios.tcgetattr(terminal.slave) == terminal.before
    assert in_terminal.ended.exists()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGHUP, 129), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_console_whose_loop_stands_still(
    in_terminal: OpenTerminal, number: signal.Signals, status: int
) -> None:
    terminal = in_terminal("stalled")
    terminal.read_until(b"STALLED")
    terminal.process.send_signal(number)
    assert terminal.end() == status
    assert LEFT in terminal.seen


def test_the_last_words_name_what_goes_on(in_terminal: OpenTerminal) -> None:
    terminal = in_terminal("deploying")
    terminal.read_until(b"Sign-in")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.end() == 143
    assert b"Run the tests on the hotfix" in terminal.seen.rpartition(LEFT)[2]


def test_a_terminal_that_is_gone_ends_a_console_that_ignores_hang_ups(in_terminal: OpenTerminal) -> None:
    terminal = in_terminal(wrapper=("sh", "-c", 'trap "" HUP; exec "$@"', "sh"))
    terminal.read_until(b"Sign-in")
    os.close(terminal.slave)
    os.close(terminal.master)
    assert terminal.process.wait(20) == 129
    assert in_terminal.ended.exists()


def test_a_terminal_that_was_gone_before_it_began_keeps_no_console(in_terminal: OpenTerminal) -> None:
    terminal = in_terminal()
    os.close(terminal.slave)
    os.close(terminal.master)
    assert terminal.process.wait(60) == 129


def test_a_terminal_that_nobody_reads_does_not_keep_the_console(in_terminal: OpenTerminal) -> None:
    terminal = in_terminal()
    terminal.read_until(b"Sign-in")
    # Fill what the terminal holds, so that the next write would wait for ever.
    filler = os.open(os.ttyname(terminal.slave), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    with pytest.raises(BlockingIOError):
        while True:
            os.write(filler, b"x" * 4096)
    os.close(filler)
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.process.wait(20) == 143


def test_after_suspending_the_screen_is_painted_again(in_terminal: OpenTerminal) -> None:
    terminal = in_terminal()
    terminal.read_until(b"Sign-in")
    os.write(terminal.master, b"\x1a")
    end = time.monotonic() + 20
    while os.waitpid(terminal.process.pid, os.WUNTRACED | os.WNOHANG) == (0, 0):
        assert time.monotonic() < end
        terminal.read(0.05)
    terminal.read_until(LEFT)
    terminal.seen = b""
    terminal.process.send_signal(signal.SIGCONT)
    terminal.read_until(b"\x1b[?1049h")
    terminal.read_until(b"Sign-in")


def test_a_crash_shows_where_and_no_local_variable(in_terminal: OpenTerminal) -> None:
    terminal = in_terminal("broken")
    assert terminal.end(60) == 1
    after = terminal.seen.rpartition(LEFT)[2]
    assert b"TypeError" in after
    assert b"hunter2" not in after


def test_the_window_is_named_after_the_worst_clock(in_terminal: OpenTerminal) -> None:
    terminal = in_terminal()
    terminal.read_until(b"\x1b]2;P0 INC-2 ")


def test_a_window_title_can_end_nothing() -> None:
    assert window_title("a\x07\x1b]52;c;QUFB\x07") == "\x1b]2;a␇␛␇\x07".replace("␛␇", "␛")


def test_without_colour_no_colour_is_sent(in_terminal: OpenTerminal) -> None:
    terminal = in_terminal(NO_COLOR="1")
    terminal.read_until(b"Sign-in")
    for part in terminal.seen.split(b"\x1b[")[1:]:
        codes, letter, _ = part.partition(b"m")
        if letter and codes.replace(b";", b"").isdigit():
            assert not {int(code) for code in codes.split(b";")} & {*range(30, 39), *range(40, 49), *range(90, 108)}


def test_an_empty_no_color_means_nothing(in_terminal: OpenTerminal) -> None:
    terminal = in_terminal(NO_COLOR="")
    terminal.read_until(b"Sign-in")
    assert b"38;5;" in terminal.seen or b"38;2;" in terminal.seen
