"""What ships, and the replayed request, from the command line."""

import json
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.cli.conftest import Shell


class Login(BaseHTTPRequestHandler):
    """A login that works on staging only."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        body = b'{"user": "dana", "echo": "hunter2-and-more"}'
        self.send_response(200 if self.path.startswith("/staging") else 500)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Login) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def configure(shell: Shell, address: str = "http://127.0.0.1:9") -> None:
    shell.env["LOGIN_PASSWORD"] = "hunter2-and-more"
    shell.write(f"""
[service]
name = "shop"
environments = {{ staging = "{address}/staging", production = "{address}" }}
[request.login]
url = "/login"
method = "POST"
body = '{{"password": "${{LOGIN_PASSWORD}}"}}'
conditions = ["[STATUS] == 200"]
""")


def git(shell: Shell, *words: str) -> None:
    who = ("-c", "user.name=kai", "-c", "user.email=kai@localhost")
    subprocess.run(["git", *who, *words], cwd=shell.folder, env=shell.env, check=True, capture_output=True)


def test_a_request_is_replayed_where_one_says(shell: Shell, address: str) -> None:
    configure(shell, address)
    broken = shell.warroom("request", "login")
    assert broken.status == 1
    assert "FAILING [STATUS] (500) == 200" in broken.out
    works = shell.warroom("request", "login", "--environment", "staging", "--json")
    assert works.status == 0
    assert json.loads(works.out)["status"] == 200
    assert "hunter2" not in broken.out + broken.err + works.out + works.err


def test_nobody_there_is_unknown_and_a_wrong_name_is_usage(shell: Shell) -> None:
    configure(shell)
    assert shell.warroom("request", "login").status == 3
    assert shell.warroom("request", "logout").status == 2
    assert shell.warroom("--view", "request", "login").status == 5


def test_what_ships_is_told_with_a_status(shell: Shell) -> None:
    configure(shell)
    git(shell, "init", "-q", "-b", "main")
    (shell.folder / "app.py").write_text("one\n")
    git(shell, "add", "app.py")
    git(shell, "commit", "-qm", "One")
    git(shell, "tag", "v1.0.0")
    incident = shell.ok("declare", "Sign-in fails", "--level", "P0")
    assert shell.warroom("ships", incident).status == 3
    (shell.folder / "app.py").write_text("two\n")
    git(shell, "commit", "-qam", "A stranger's change")
    git(shell, "switch", "-qc", "hotfix/INC-1")
    (shell.folder / "app.py").write_text("three\n")
    git(shell, "commit", "-qam", "The fix")
    told = shell.warroom("ships", incident)
    assert told.status == 1
    assert "strangers: 1 commit that is not part of the fix rides along" in told.out
    shape = json.loads(shell.warroom("ships", incident, "--json").out)
    assert (shape["verdict"], shape["strangers"], shape["live"]) == ("red", 1, "v1.0.0")
