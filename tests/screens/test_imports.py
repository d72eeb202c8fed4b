"""What opening the console costs."""

import subprocess
import sys

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
