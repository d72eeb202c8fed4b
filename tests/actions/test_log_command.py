"""A log is followed over rotations, filtered and bounded, as a supervised run."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.actions.conftest import Room, wait_for
from warroom.config.settings import Service, Settings
from warroom.config.shipping import LogSource
from warroom.console.actions.buttons.shipped import Shipped, log_spec
from warroom.console.actions.command import prepare
from warroom.console.actions.log_command import LONGEST_LINE, Filter, Lines
from warroom.console.actions.template import CommandError
from warroom.console.domain.action import Action, Danger


@dataclass
class Follower:
    """A log that is being followed."""

    process: subprocess.Popen[bytes]
    printed: Path

    @property
    def text(self) -> str:
        return self.printed.read_text()

    def until(self, text: str) -> None:
        wait_for(lambda: text in self.text or self.process.poll() is not None)
        assert text in self.text


Follow = Callable[[LogSource], AbstractContextManager[Follower]]


@pytest.fixture
def follow(tmp_path: Path) -> Follow:
    @contextmanager
    def started(log: LogSource) -> Iterator[Follower]:
        printed = tmp_path / "printed"
        with printed.open("wb") as out:
            argv = [sys.executable, "-P", "-m", "warroom.console.actions.log_command", "app"]
            process = subprocess.Popen(argv, stdout=out, env={**os.environ, "WARROOM_LOG": log_spec(log)})
        try:
            yield Follower(process, printed)
        finally:
            process.terminate()
            process.wait()

    return started


def test_only_lines_that_fit_are_shown_from_the_end_on(tmp_path: Path, follow: Follow) -> None:
    log = tmp_path / "app.log"
    log.write_text("old auth fail\nold cart\n")
    with follow(LogSource(file=str(log), filter="AUTH fail")) as seen:
        seen.until("old auth fail")
        with log.open("a") as file:
            file.write("auth failed for dana\ncart failed\nauth ok\nAuth FAILED for lee\n")
        seen.until("Auth FAILED for lee")
        assert seen.text.splitlines() == ["old auth fail", "auth failed for dana", "Auth FAILED for lee"]


def test_the_last_lines_that_fit_come_first(tmp_path: Path, follow: Follow) -> None:
    log = tmp_path / "app.log"
    log.write_text("".join(f"auth {number}\ncart {number}\n" for number in range(100)) + "auth half a li")
    with follow(LogSource(file=str(log), filter="auth", lines=2)) as seen:
        seen.until("auth 99")
        with log.open("a") as file:
            file.write("ne\n")
        seen.until("auth half a line")
        assert seen.text.splitlines() == ["auth 98", "auth 99", "auth half a line"]


def test_a_rotated_and_an_emptied_file_are_followed_on(tmp_path: Path, follow: Follow) -> None:
    log = tmp_path / "app.log"
    log.write_text("one\n")
    with follow(LogSource(file=str(log))) as seen:
        seen.until("one")
        log.rename(tmp_path / "app.log.1")
        with (tmp_path / "app.log.1").open("a") as file:
            file.write("two, to the old file\n")
        seen.until("two")
        log.write_text("three\n")
        seen.until("three")
        os.truncate(log, 0)
        seen.until("emptied")
        with log.open("a") as file:
            file.write("four\n")
        seen.until("four")
        assert "the file was replaced" in seen.text


def test_a_file_that_is_not_there_is_waited_for(tmp_path: Path, follow: Follow) -> None:
    log = tmp_path / "app.log"
    with follow(LogSource(file=str(log))) as seen:
        seen.until("waiting for it")
        log.write_text("hello\n")
        seen.until("hello")


@pytest.mark.parametrize(("script", "status"), [("echo auth; echo cart", 0), ("echo auth; exit 3", 1)])
def test_a_command_is_followed_to_its_end(tmp_path: Path, follow: Follow, script: str, status: int) -> None:
    with follow(LogSource(argv=("sh", "-c", script), filter="auth")) as seen:
        assert seen.process.wait() == status
        assert seen.text == "auth\n"


def test_a_flood_is_counted_and_not_printed(tmp_path: Path, follow: Follow) -> None:
    with follow(LogSource(argv=("sh", "-c", "yes auth | head -n 20000"))) as seen:
        assert seen.process.wait() == 0
        assert len(seen.text.splitlines()) < 10_000
        assert "more lines fit and were left out" in seen.text


def test_it_ends_well_when_its_time_is_over(tmp_path: Path, follow: Follow) -> None:
    log = LogSource(argv=("sleep", "60"), last=timedelta(milliseconds=200))
    with follow(log) as seen:
        assert seen.process.wait() == 0
        assert "its time is over" in seen.text


def test_lines_are_cut_where_they_do_not_end() -> None:
    lines = Lines()
    assert list(lines.feed(b"ab")) == []
    assert list(lines.feed(b"c\nd\r\n\xff")) == ["abc", "d"]
    assert list(lines.feed(b"x" * 2 * LONGEST_LINE)) == ["\ufffd" + "x" * (LONGEST_LINE - 1)]
    assert list(lines.feed(b"rest of it\nnext\n")) == ["next"]
    assert list(lines.finish()) == []


def test_the_pattern_asks_besides_the_words() -> None:
    fits = Filter(["auth"], r"status=5\d\d")
    assert fits.passes("AUTH status=503")
    assert not fits.passes("auth status=200")


def test_a_log_is_a_button_that_changes_nothing(tmp_path: Path, room: Room) -> None:
    log = tmp_path / "app.log"
    log.write_text("hello\n")
    settings = Settings(service=Service(name="shop"), log={"app": LogSource(file=str(log))})
    shipped = Shipped(replace(settings, service=replace(settings.service, pull_requests=False)))
    action = shipped._fixed["log-app"]
    assert action.danger is Danger.FREE
    prepared = shipped.furnish(prepare("log-app", action, {}, cwd=tmp_path))
    assert str(log) not in prepared.command.shown()
    room.runner.launch(room.runner.prepare("run-1", prepared))
    room.wait_for_output("hello")


def test_a_log_nobody_configured_is_refused(tmp_path: Path) -> None:
    shipped = Shipped(Settings(service=Service(name="shop", pull_requests=False)))
    prepared = prepare("x", Action(title="X", argv=("warroom-log", "web")), {}, cwd=tmp_path)
    with pytest.raises(CommandError, match="no log is called 'web'"):
        shipped.furnish(prepared)


def test_without_anything_to_follow_it_says_so() -> None:
    argv = [sys.executable, "-P", "-m", "warroom.console.actions.log_command"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env={**os.environ, "WARROOM_LOG": ""})
    assert (done.returncode, "nothing to follow" in done.stderr) == (2, True)
