"""Messages sent from the command line, to a real service on loopback."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.cli.conftest import Shell

BOOK = '[message.hello]\ntitle = "Hello"\naudience = "team"\nsubject = "{{ title }}"\nbody = "{{ impact }}"\n'


class Hook(ThreadingHTTPServer):
    """A webhook that takes everything, or says what it was told to; with 0 it takes it and says nothing."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.status = 200
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers["content-length"])).decode())
        if self.server.status == 0:
            self.close_connection = True
            return
        self.send_response(self.server.status)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:
        """Tests keep quiet."""


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def room(shell: Shell, hook: Hook) -> Shell:
    shell.write('extends = "release-protocol"\nid = "ours"\n' + BOOK, "ours.toml")
    channel = f'url = "http://127.0.0.1:{hook.server_port}/T0/B0/secret-part"'
    shell.write(
        'playbook = "ours.toml"\n[service]\nname = "shop"\n'
        f'[channel.team]\nkind = "slack"\naudiences = ["team"]\n{channel}\n'
        f'[channel.other]\nkind = "webhook"\n{channel}\n'
    )
    return shell


def test_a_message_goes_where_its_audience_is_and_the_log_says_so(room: Shell, hook: Hook) -> None:
    incident = room.ok("declare", "Sign-in <fails>", "--level", "P0")
    done = room.warroom("send", incident, "hello", "--set", "impact=Nobody gets in")
    assert done.status == 0, done.err
    assert "hello to team by team: sent" in done.err
    (body,) = hook.bodies
    assert json.loads(body)["text"] == "Sign-in &lt;fails&gt;\n\nNobody gets in"
    assert "hello to team by team" in room.ok("log", incident)
    (row,) = json.loads(room.ok("outbox", "--json"))
    assert (row["state"], row["attempts"], row["by"], row["reason"]) == ("sent", 1, "kai", None)


def test_a_dry_run_shows_the_message_and_changes_nothing(room: Shell, hook: Hook) -> None:
    incident = room.ok("declare", "Sign-in fails", "--level", "P0")
    before = room.ok("log", incident)
    done = room.warroom("send", incident, "hello", "--dry-run")
    assert (done.status, done.out) == (0, "Sign-in fails\n\n[impact?]\n")
    assert "to team by team" in done.err and "still blank: impact" in done.err
    assert room.warroom("send", incident, "hello", "--dry-run", "--set", "impact=x").out == "Sign-in fails\n\nx\n"
    assert (room.ok("log", incident), hook.bodies) == (before, [])


def test_what_can_t_be_sent_is_refused_with_the_reason(room: Shell, hook: Hook) -> None:
    incident = room.ok("declare", "Sign-in fails", "--level", "P0")
    cases = {
        ("send", incident, "hello"): (5, "still blank: impact"),
        ("send", incident, "hello", "--set", "impact=x", "--channel", "nowhere"): (5, "there is no channel 'nowhere'"),
        ("send", incident, "goodbye"): (2, "has no message 'goodbye'"),
        ("send", incident, "hello", "--set", "impact"): (2, "expected FACT=VALUE"),
        ("outbox", "--withdraw", "zz"): (2, "no letter begins with 'zz'"),
    }
    for arguments, (status, words) in cases.items():
        done = room.warroom(*arguments)
        assert done.status == status and words in done.err, (arguments, done.err)
    assert room.warroom("--view", "send", incident, "hello", "--set", "impact=x").status == 5
    assert hook.bodies == []


def test_a_refused_message_is_shown_and_sent_again_by_hand(room: Shell, hook: Hook) -> None:
    incident = room.ok("declare", "Sign-in fails", "--level", "P0")
    hook.status = 404
    done = room.warroom("send", incident, "hello", "--set", "impact=x")
    assert done.status == 1 and "failed: HTTP 404: ok" in done.err and "secret" not in done.err
    assert "hello to team" not in room.ok("log", incident)
    line = room.ok("outbox")
    assert "failed: HTTP 404" in line
    hook.status = 200
    assert room.warroom("outbox", "--again", line.split()[0]).status == 0
    assert "hello to team by team" in room.ok("log", incident)
    assert room.warroom("outbox", "--withdraw", line.split()[0]).status == 5


def test_a_message_that_may_have_arrived_is_settled_by_who_looked(room: Shell, hook: Hook) -> None:
    incident = room.ok("declare", "Sign-in fails", "--level", "P0")
    hook.status = 0
    done = room.warroom("send", incident, "hello", "--set", "impact=x")
    assert done.status == 3 and "unknown: it may have arrived" in done.err
    assert "hello to team" not in room.ok("log", incident)
    (row,) = json.loads(room.ok("outbox", "--json"))
    assert room.warroom("outbox", "--arrived", row["id"]).status == 0
    assert "hello to team by team" in room.ok("log", incident)
    assert len(hook.bodies) == 1
