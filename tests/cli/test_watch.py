"""Watching without a screen: clocks and ladder reach people once, alerts are listed and become incidents."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.cli.conftest import PROGRAM, Shell

PLAYBOOK = """
id = "tiny"
title = "Tiny"
ladder = [{ level = 1, after = "1s", call = ["on-call"] }]

[level.P0]
title = "Critical"

[role.on-call]
title = "On call"

[[clock]]
key = "fix"
title = "Fix"
starts = "declared"
limit = "2s"

[[phase]]
key = "only"
title = "Only"
step = [{ key = "one", text = "One thing" }]
"""
ALERT = {
    "labels": {"alertname": "ApiDown", "severity": "page", "region": "eu"},
    "annotations": {"summary": "The API is down"},
    "startsAt": "2026-11-20T14:00:00Z",
    "endsAt": "2126-11-20T15:00:00Z",
    "updatedAt": "2026-11-20T14:00:00Z",
    "generatorURL": "",
    "fingerprint": "f00d",
    "receivers": [{"name": "x"}],
    "status": {"state": "active", "silencedBy": [], "inhibitedBy": []},
}


class World:
    """What the console meets: a webhook that remembers, and an Alertmanager that fires."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        world = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                world.heard.append(body["subject"])
                self._say(b"{}")

            def do_GET(self) -> None:
                self._say(json.dumps([ALERT]).encode())

            def _say(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: object) -> None:
                """Nothing is printed."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.server.shutdown()
    world.server.server_close()


@pytest.fixture
def watched(shell: Shell, world: World) -> Shell:
    shell.write(PLAYBOOK, "tiny.toml")
    shell.write(
        f'playbook = "tiny.toml"\n[service]\nname = "shop"\n'
        f'[channel.hook]\nkind = "webhook"\nurl = "{world.url}/hook"\n[watch]\nnotify = ["hook"]\n'
        f'[[probe]]\nname = "alerts"\nkind = "alertmanager"\nurl = "{world.url}"\n'
        'every = "1s"\ntimeout = "1s"\nrole = "health"\n'
        '[[person]]\nname = "Dana"\nroles = ["on-call"]\nphone = "+1-555-0100"\n'
    )
    return shell


def start(shell: Shell, *words: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [PROGRAM, "--as", "watch", "watch", *words],
        cwd=shell.folder,
        env={**os.environ, **shell.env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    # What was there before it came is no news to it.
    until(lambda: process.stderr and process.stderr.readline().startswith("watching shop"), "the watch is at work")
    return process


def until(holds: Callable[[], object], what: str) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.05)


def stop(process: "subprocess.Popen[str]") -> str:
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out


def test_clocks_and_ladder_reach_people_while_nobody_looks_and_only_once(watched: Shell, world: World) -> None:
    process = start(watched)
    watched.ok("declare", "Sign-in fails", "--level", "P0")
    until(lambda: any("Fix is over" in one for one in world.heard), "the breach of the clock")
    until(lambda: any("level 1 of the ladder" in one for one in world.heard), "the call")
    out = stop(process)
    assert "Sign-in fails" in out
    assert "ladder" in out or "call" in out
    again = start(watched, "--json")
    watched.ok("note", "INC-1", "The second watch is at work")
    out = stop_when_it_said(again, watched, "note.added")
    assert json.loads(out.splitlines()[0])["incident"] == "INC-1"
    assert len(set(world.heard)) == len(world.heard), "what an earlier watch has said is not said again"


def stop_when_it_said(process: "subprocess.Popen[str]", shell: Shell, event: str) -> str:
    """Wait for a line about an event of that type, then end it; gives all it printed."""
    assert process.stdout is not None
    lines = []
    while True:
        shell.ok("note", "INC-1", "Still here")
        lines.append(process.stdout.readline())
        if json.loads(lines[-1])["type"] == event:
            break
    return "".join(lines) + stop(process)


def test_alerts_are_listed_and_declared_from_once(watched: Shell) -> None:
    done = watched.warroom("alerts", "--json")
    assert done.status == 1
    (shown,) = json.loads(done.out)
    assert (shown["fingerprint"], shown["summary"], shown["incident"]) == ("f00d", "The API is down", None)
    assert watched.ok("alerts", "--declare", "f00d", "--level", "P0") == "INC-1"
    assert watched.warroom("alerts").status == 0
    assert watched.warroom("alerts", "--declare", "f00d").status == 5
    (incident,) = json.loads(watched.ok("status", "--json"))
    assert incident["title"] == "The API is down"
    assert incident["impact_at"].startswith("2026-11-20T14:00:00")
    assert "ApiDown fires" in watched.ok("log", "INC-1")


def test_without_a_configuration_there_is_nothing_to_watch(shell: Shell) -> None:
    done = shell.warroom("watch")
    assert done.status == 2
    assert "warroom init" in done.err
