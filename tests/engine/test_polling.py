"""One console polls for all: consoles with one store, and a server that counts who asks."""

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.engine.conftest import Project, Seat, Sit, wait_for
from warroom.config.settings import Probe
from warroom.console.domain.view import ProbeView
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.session import utc_now


class Door:
    """A server that counts its visitors, and answers 500 while it is broken."""

    def __init__(self) -> None:
        self.url = ""
        self.broken = False
        self.visits = 0


@pytest.fixture
def door() -> Iterator[Door]:
    door = Door()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            door.visits += 1
            self.send_response(500 if door.broken else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    door.url = f"http://127.0.0.1:{server.server_port}/health"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield door
    server.shutdown()
    server.server_close()


def probe(door: Door, every: float = 0.25) -> Probe:
    return Probe(name="api", url=door.url, every=timedelta(seconds=every), role="health")


def row(seat: Seat) -> ProbeView:
    return seat.engine.view().probes[0]


def last(seat: Seat) -> Sample | None:
    return row(seat).health.last


async def soon(condition: Callable[[], object], what: str) -> None:
    await asyncio.to_thread(wait_for, condition, what)


async def test_three_consoles_ask_as_often_as_one_and_show_the_same(sit: Sit, door: Door) -> None:
    kai = sit(probes=(probe(door),))
    await kai.declare()
    await soon(lambda: row(kai).health.status is Status.OK, "a first reading")
    mei, dana = (sit(actor=name, probes=(probe(door),)) for name in ("mei", "dana"))
    await soon(lambda: {seat.engine.view().polled_by for seat in (mei, dana)} == {"kai (console-kai-0)"}, "followers")
    start, newest = door.visits, last(kai)
    assert newest is not None
    read = [0]

    def twenty_more() -> bool:
        read[0] = sum(sample.at > newest.at for sample in kai.store.samples.read("api", newest.at, "shop"))
        return read[0] >= 20

    await soon(twenty_more, "readings in the store")
    asked = door.visits - start
    assert asked <= read[0] + 8, "every request is a reading of the console that polls, but for those on their way"
    door.broken = True
    await soon(lambda: all(row(seat).health.status is Status.FAILING for seat in (kai, mei, dana)), "one verdict")
    stored = {sample.at for sample in kai.store.samples.read("api", newest.at, "shop")}
    for seat in (mei, dana):
        seen = last(seat)
        assert seen is not None
        assert seen.at in stored, "nothing was read by a console that follows"
        assert row(seat).health.reason == "[STATUS] (500) < 400"


async def test_another_console_polls_when_the_first_one_leaves(sit: Sit, door: Door) -> None:
    kai = sit(probes=(probe(door),))
    await soon(lambda: last(kai), "a first reading")
    mei = sit(actor="mei", probes=(probe(door),))
    await soon(lambda: mei.engine.view().polled_by, "a follower")
    await asyncio.to_thread(kai.engine.stop)
    left = utc_now()
    await soon(lambda: mei.engine.view().polled_by == "", "a successor")
    await soon(lambda: (last(mei) or Sample(probe="", at=left, status=Status.OK)).at > left, "a reading of its own")
    stored = mei.store.samples.read("api", left, "shop")
    await soon(lambda: mei.store.samples.read("api", left, "shop") != stored, "a reading that is kept")


@pytest.fixture
def victim(project: Project, door: Door) -> Iterator[subprocess.Popen[str]]:
    """A console in a process of its own."""
    command = [sys.executable, str(Path(__file__).with_name("watcher.py")), str(project.folder), project.address]
    with subprocess.Popen([*command, door.url], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        yield child
        child.kill()


async def test_a_killed_console_is_succeeded_and_its_silence_is_said(
    sit: Sit, victim: "subprocess.Popen[str]", door: Door
) -> None:
    ahead = [timedelta(0)]
    mei = sit(actor="mei", probes=(probe(door, every=1.0),), clock=lambda: utc_now() + ahead[0])
    await soon(lambda: "victim" in mei.engine.view().polled_by and last(mei), "a follower")
    victim.kill()
    ahead[0] = timedelta(seconds=7)
    await soon(lambda: any("is silent" in text for text in mei.engine.view().troubles), "word of the silence")
    words = {text for text in mei.engine.view().troubles if "is silent" in text}
    ahead[0] = timedelta(seconds=9)
    looked_at = mei.engine.view().checked_at or utc_now()
    await soon(lambda: (mei.engine.view().checked_at or looked_at) > looked_at, "another look")
    assert words <= set(mei.engine.view().troubles), "the same word while nothing new comes: it is told once"
    assert "victim" in mei.engine.view().polled_by, "its lease lives on for 15 seconds"
    ahead[0] = timedelta(seconds=17)
    await soon(lambda: mei.engine.view().polled_by == "", "a successor")
    moment = utc_now()
    await soon(lambda: (seen := last(mei)) and seen.at > moment, "a reading of its own")
    await soon(lambda: not any("is silent" in text for text in mei.engine.view().troubles), "the silence's end")


async def test_a_console_that_only_looks_polls_for_itself_while_nobody_else_does(sit: Sit, door: Door) -> None:
    viewer = sit(actor="eve", probes=(probe(door),), read_only=True)
    await soon(lambda: row(viewer).health.status is Status.OK, "a reading of its own")
    assert viewer.store.samples.read("api", utc_now() - timedelta(hours=1), "shop") == ()
    kai = sit(probes=(probe(door),))
    await soon(lambda: viewer.engine.view().polled_by.startswith("kai"), "somebody to follow")
    await asyncio.to_thread(kai.engine.stop)
    await soon(lambda: viewer.engine.view().polled_by == "", "nobody to follow")
    moment = utc_now()
    await soon(lambda: (last(viewer) or Sample(probe="", at=moment, status=Status.OK)).at > moment, "its own reading")


async def test_services_that_share_a_store_poll_for_themselves(sit: Sit, project: Project, door: Door) -> None:
    bank = replace(project.settings, service=replace(project.settings.service, name="bank"))
    kai, mei = sit(probes=(probe(door),)), sit(actor="mei", probes=(probe(door),), settings=bank)
    await soon(lambda: last(kai) and last(mei), "readings")
    assert (kai.engine.view().polled_by, mei.engine.view().polled_by) == ("", "")


async def test_verdicts_and_charts_survive_a_restart(sit: Sit, door: Door) -> None:
    door.broken = True
    kai = sit(probes=(probe(door),))
    await kai.declare()
    await soon(lambda: row(kai).health.status is Status.FAILING, "a verdict")
    since, seen = row(kai).health.since, last(kai)
    assert seen is not None
    await soon(lambda: kai.store.samples.read("api", seen.at, "shop"), "a reading that is kept")
    await asyncio.to_thread(kai.engine.stop)
    door.broken = False
    mei = sit(actor="mei", probes=(probe(door, every=3600),))
    await soon(lambda: row(mei).health.last, "what is remembered")
    health = row(mei).health
    assert (health.status, health.since) == (Status.FAILING, since), "the alarm stays open"
    assert health.bad >= 3


async def test_probes_wait_longer_while_nothing_burns(sit: Sit, door: Door) -> None:
    kai = sit(probes=(probe(door, every=5),))
    await soon(lambda: last(kai) and row(kai).every == 15.0, "three times the interval")
    before = last(kai)
    await kai.declare()
    await soon(lambda: row(kai).every == 5.0 and last(kai) != before, "a reading soon, and the interval itself")


async def test_a_console_that_lost_its_network_lets_another_poll(sit: Sit, door: Door) -> None:
    gone = tuple(
        Probe(name=name, url=f"http://{name}.invalid/", every=timedelta(seconds=0.25), failures=1)
        for name in ("a", "b")
    )
    kai = sit(probes=gone)
    await soon(lambda: any("may be offline" in text for text in kai.engine.view().troubles), "word of it")
    assert {row.health.status for row in kai.engine.view().probes} == {Status.UNKNOWN}, "the world is not called down"
    assert kai.engine.view().polled_by == ""
    mei = sit(actor="mei", probes=(replace(gone[0], url=door.url), replace(gone[1], url=door.url)))
    await soon(lambda: kai.engine.view().polled_by.startswith("mei"), "another who polls")
    await soon(lambda: {row.health.status for row in kai.engine.view().probes} == {Status.OK}, "her readings")
    await soon(lambda: not any("may be offline" in text for text in kai.engine.view().troubles), "the end of it")
    assert mei.engine.view().polled_by == ""


async def test_a_console_that_follows_shows_the_alerts_too(sit: Sit) -> None:
    class Alerts(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            alert = {
                "labels": {"alertname": "ApiDown", "severity": "page"},
                "annotations": {"summary": "Nobody can pay"},
                "fingerprint": "f00d",
                "startsAt": "2026-11-20T14:00:00Z",
                "endsAt": "2100-01-01T00:00:00Z",
                "status": {"state": "active", "silencedBy": [], "inhibitedBy": []},
            }
            body = json.dumps([alert]).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Alerts)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}"
        alerts = Probe(name="alerts", kind="alertmanager", url=url, every=timedelta(seconds=0.25))
        kai = sit(probes=(alerts,))
        await soon(lambda: kai.engine.view().alerts, "an alert")
        mei = sit(actor="mei", probes=(alerts,))
        await soon(lambda: mei.engine.view().polled_by and mei.engine.view().alerts, "the same alert")
        assert mei.engine.view().alerts == kai.engine.view().alerts
    finally:
        server.shutdown()
        server.server_close()
