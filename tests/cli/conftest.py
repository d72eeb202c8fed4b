"""A console in a folder of its own."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.forked import call

PROGRAM = Path(sys.executable).parent / "warroom"


@dataclass(frozen=True)
class Done:
    """How a call ended."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Shell:
    """Somebody at a shell, in a folder with a state of its own."""

    folder: Path
    env: dict[str, str]

    def warroom(self, *arguments: str, actor: str = "kai", stdin: str = "") -> Done:
        """Call the program as that person."""
        argv = [str(PROGRAM), "--as", actor, *arguments]
        return Done(*call(argv, cwd=self.folder, env=self.env, stdin=stdin))

    def ok(self, *arguments: str, actor: str = "kai") -> str:
        """Call it, and have it succeed; gives what it printed."""
        done = self.warroom(*arguments, actor=actor)
        assert done.status == 0, done.err
        return done.out.strip()

    def write(self, text: str, name: str = "warroom.toml") -> Path:
        """Write a file into the folder."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    folder = tmp_path / "here"
    folder.mkdir()
    env = {
        **os.environ,
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    return Shell(folder, env)
