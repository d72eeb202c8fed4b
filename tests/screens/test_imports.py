"""What opening the console costs."""

import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

FORBIDDEN = ("httpx", "git", "pydantic", "jinja2", "sentry_sdk", "sqlite3", "psycopg", "click")


def test_importing_the_app_imports_nothing_that_can_wait() -> None:
    code = f"import sys, warroom.console.app; print(*[name for name in {FORBIDDEN!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == []


def test_importing_the_app_leaves_dialogs_for_later() -> None:
    code = "import sys, warroom.console.app; print(*[name for name in sys.modules if 'console.screens' in name])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    loaded = {name.rpartition(".")[2] for name in done.stdout.split()}
    assert loaded.isdisjoint({"room", "declare", "confirm", "compose", "output", "help", "commands", "document"})


CAN_WAIT = ("httpx", "git", "pydantic", "jinja2", "sentry_sdk", "prometheus_client", "psycopg")
OPEN_AND_LEAVE = f"""
import sys
from warroom.console.app import WarroomApp
from warroom.console.cli import main

display = WarroomApp._display

def once(self, screen, renderable):
    display(self, screen, renderable)
    self.exit(message=str([name for name in {CAN_WAIT!r} if name in sys.modules]))

WarroomApp._display = once
main()
"""


def test_the_first_picture_of_the_board_waits_for_nothing_that_can_wait(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color", "XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    command = [sys.executable, "-c", OPEN_AND_LEAVE]
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, cwd=tmp_path, env=env) as process:
        os.close(slave)
        seen = b""
        # Reading fails once the other end is closed: the console has ended.
        with suppress(OSError):
            while chunk := os.read(master, 65536):
                seen += chunk
        assert process.wait(60) == 0, seen
    os.close(master)
    assert seen.rstrip().endswith(b"[]"), seen[-300:]
