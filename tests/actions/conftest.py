"""What the tests of actions share: a folder of runs, commands without ceremony, waiting for a condition."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from warroom.console.actions.command import Prepared, prepare
from warroom.console.actions.run_report import RunReport
from warroom.console.actions.runner import Runner
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

    def command(self, *argv: str, timeout: float = 60, secrets: dict[str, str] | None = None) -> Prepared:
        env = {name.upper(): f"{{{name}}}" for name in secrets or {}}
        action = Action(title="X", argv=argv, timeout=timedelta(seconds=timeout), env=env)
        return prepare("x", action, {}, cwd=self.folder, secrets=secrets)

    def start(
        self, *argv: str, timeout: float = 60, secrets: dict[str, str] | None = None, run_id: str = "run-1"
    ) -> int:
        return self.runner.launch(self.runner.prepare(run_id, self.command(*argv, timeout=timeout, secrets=secrets)))

    def end(self, run_id: str = "run-1") -> RunReport:
        wait_for(lambda: self.runner.look(run_id).ended)
        return self.runner.look(run_id)

    def run(self, *argv: str, timeout: float = 60, secrets: dict[str, str] | None = None) -> RunReport:
        self.start(*argv, timeout=timeout, secrets=secrets)
        return self.end()

    def wait_for_output(self, text: str, run_id: str = "run-1") -> None:
        wait_for(lambda: text in self.runner.tail(run_id, 10))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """A room whose runs are over when the test is."""
    room = Room(tmp_path)
    yield room
    for run_id in room.runner.list():
        if room.runner.cancel(run_id):
            room.end(run_id)
