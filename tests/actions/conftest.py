"""What the tests of actions share: a folder of runs, commands without ceremony, waiting for a condition."""

import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from warroom.console.actions.command import Prepared, prepare
from warroom.console.actions.git.repository import Repository, open_repository
from warroom.console.actions.runs.report import RunReport
from warroom.console.actions.runs.runner import Runner
from warroom.console.domain.action import Action

PATIENCE = 60.0
"""Seconds after which a condition is taken never to come."""


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "the condition never came"
        time.sleep(0.01)


class Room:
    """A runner and what the tests do with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runner = Runner(folder / "runs", grace=timedelta(seconds=0.2))

    def command(self, *argv: str, timeout: float = 60, secrets: dict[str, str] | None = None, **more: Any) -> Prepared:
        env = {name.upper(): f"{{{name}}}" for name in secrets or {}}
        action = Action(title="X", argv=argv, timeout=timedelta(seconds=timeout), env=env, **more)
        return prepare("x", action, {}, cwd=self.folder, secrets=secrets)

    def start(
        self,
        *argv: str,
        timeout: float = 60,
        secrets: dict[str, str] | None = None,
        run_id: str = "run-1",
        **more: Any,
    ) -> int:
        command = self.command(*argv, timeout=timeout, secrets=secrets, **more)
        return self.runner.launch(self.runner.prepare(run_id, command))

    def end(self, run_id: str = "run-1") -> RunReport:
        wait_for(lambda: self.runner.look(run_id).ended)
        return self.runner.look(run_id)

    def run(self, *argv: str, timeout: float = 60, secrets: dict[str, str] | None = None, **more: Any) -> RunReport:
        self.start(*argv, timeout=timeout, secrets=secrets, **more)
        return self.end()

    def wait_for_output(self, text: str, run_id: str = "run-1") -> None:
        wait_for(lambda: text in self.runner.tail(run_id, 10) or self.runner.look(run_id).ended)
        assert text in self.runner.tail(run_id, 10)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """A room whose runs are over when the test is."""
    room = Room(tmp_path)
    yield room
    for run_id in room.runner.list():
        if room.runner.cancel(run_id):
            room.end(run_id)


class Workshop:
    """A real repository with a bare remote: `main` with v1.2.3 on it, and one unreleased commit after that."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "shop"
        self.remote = folder / "remote.git"
        self.path.mkdir()
        subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", self.remote], check=True)
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.name", "Kai")
        self.git("config", "user.email", "kai@example.com")
        self.git("remote", "add", "origin", str(self.remote))
        self.commit("app.py", "one\ntwo\nthree\n", "First")
        self.git("tag", "-a", "v1.2.3", "-m", "v1.2.3")
        self.commit("stranger.py", "x\n", "A stranger's change")
        self.git("push", "--quiet", "origin", "main", "v1.2.3")

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", *words], cwd=self.path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def feed(self, text: str, *words: str) -> None:
        """Run git with something on its standard input."""
        subprocess.run(["git", *words], cwd=self.path, check=True, input=text, text=True)

    def commit(self, file: str, content: str, message: str) -> str:
        (self.path / file).write_text(content)
        self.git("add", file)
        self.git("commit", "--quiet", "-m", message)
        return self.git("rev-parse", "HEAD")

    def commit_on(self, branch: str, file: str, content: str, message: str) -> str:
        """Commit on another branch and come back to main."""
        self.git("switch", "--quiet", branch)
        sha = self.commit(file, content, message)
        self.git("switch", "--quiet", "main")
        return sha

    def sha(self, name: str) -> str:
        return self.git("rev-parse", f"{name}^{{commit}}")

    def is_as_before(self) -> bool:
        """Whether no working copy is left behind."""
        return self.git("worktree", "list").count("\n") == 0


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """A repository of its own, whatever the git configuration of this machine."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    return Workshop(tmp_path)


@pytest.fixture
def repository(shop: Workshop) -> Iterator[Repository]:
    """The shop's repository, open."""
    with open_repository(shop.path) as repository:
        yield repository
