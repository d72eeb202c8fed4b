"""The doctor as a person meets it: on a folder with nothing, on a good service, and on one with things amiss."""

import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli.conftest import Shell


@pytest.fixture
def server() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing is printed."""

    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    served.server_close()


def git(shell: Shell, *words: str) -> None:
    subprocess.run(["git", *words], cwd=shell.folder, check=True, capture_output=True, env=shell.env)


def with_a_remote(shell: Shell, origin: Path) -> None:
    git(shell, "init", "-q", "-b", "main")
    git(shell, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "--allow-empty", "-m", "first")
    git(shell, "init", "-q", "--bare", str(origin))
    git(shell, "remote", "add", "origin", str(origin))
    git(shell, "push", "-q", "origin", "main")


def findings(shell: Shell) -> dict[str, dict[str, str]]:
    done = shell.warroom("doctor", "--json")
    return {finding["what"]: finding for finding in json.loads(done.out)}


def test_without_a_configuration_init_is_named(shell: Shell) -> None:
    done = shell.warroom("doctor")
    assert done.status == 1
    assert "mend:  warroom init" in done.out
    assert not list(shell.folder.iterdir())


def test_what_is_missing_names_its_cost(shell: Shell) -> None:
    shell.write(
        '[service]\nname = "shop"\n[action.deploy]\ntitle = "Deploy"\nargv = ["no-such-tool", "x"]\n'
        '[[probe]]\nname = "api"\nurl = "http://127.0.0.1:9/"\nrole = "health"\n'
    )
    found = findings(shell)
    assert found["no-such-tool"]["grade"] == "missing"
    assert found["no-such-tool"]["cost"] == "can't run: deploy"
    assert found["repository"]["grade"] == "missing"
    assert found["error rate"]["grade"] == "doubtful"
    assert found["people"]["grade"] == "doubtful"


def test_a_service_with_everything_has_nothing_missing(shell: Shell, tmp_path: Path, server: str) -> None:
    with_a_remote(shell, tmp_path / "origin.git")
    shell.write(
        f'[service]\nname = "shop"\n[[probe]]\nname = "api"\nurl = "{server}/"\nrole = "error-rate"\n'
        '[action.test]\ntitle = "Test"\nargv = ["git", "version"]\n'
    )
    done = shell.warroom("doctor")
    assert done.status == 0, done.out
    assert "remote          answers without asking anything" in done.out


def test_a_remote_that_asks_for_a_password_is_found_out(shell: Shell, tmp_path: Path) -> None:
    with_a_remote(shell, tmp_path / "origin.git")
    git(shell, "remote", "set-url", "origin", str(tmp_path / "gone.git"))
    shell.write('[service]\nname = "shop"\n')
    assert findings(shell)["remote"]["grade"] == "missing"
