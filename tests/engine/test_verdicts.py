"""Changes of verdict in the log: each once, however many consoles watch, and those of the newest readings."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.engine.conftest import Seat, Sit, wait_for
from warroom.config.settings import Probe


class Door:
    """A server that answers 200, or 500 while it is broken."""

    broken = False
    url = ""


@pytest.fixture
def door() -> Iterator[Door]:
    door = Door()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
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


def probe(door: Door, failures: int = 3) -> Probe:
    return Probe(name="api", url=door.url, every=timedelta(seconds=0.1), role="health", failures=failures)


def turns(seat: Seat) -> list[str]:
    return [event.status for event in seat.events("VerdictChanged")]


async def until(seat: Seat, status: str) -> None:
    await asyncio.to_thread(wait_for, lambda: turns(seat)[-1:] == [status], f"a turn to {status}")


async def test_consoles_that_disagree_do_not_write_in_turn(sit: Sit, door: Door) -> None:
    # One takes a single bad reading for an outage, the other would wait for a million.
    quick = sit(probes=(probe(door, failures=1),))
    await quick.declare()
    await until(quick, "ok")
    slow = sit(actor="mei", probes=(probe(door, failures=1_000_000),))
    door.broken = True
    await until(quick, "failing")
    await asyncio.to_thread(wait_for, lambda: (slow.engine.view().probes[0].health.bad) > 25)
    door.broken = False
    await until(quick, "ok")
    assert turns(quick) == ["ok", "failing", "ok"]


async def test_another_console_records_when_the_first_one_leaves(sit: Sit, door: Door) -> None:
    kai = sit(probes=(probe(door),))
    await kai.declare()
    await until(kai, "ok")
    mei = sit(actor="mei", probes=(probe(door),))
    await asyncio.to_thread(kai.engine.stop)
    door.broken = True
    await until(mei, "failing")
    assert turns(mei) == ["ok", "failing"]
    assert mei.session.records("INC-1")[-1].actor == "mei"


async def test_consoles_see_each_other_and_when_one_leaves(sit: Sit) -> None:
    kai, mei = sit(), sit(actor="mei")
    await asyncio.to_thread(wait_for, lambda: [one.actor for one in kai.engine.view().consoles] == ["mei"])
    await asyncio.to_thread(mei.engine.stop)
    await asyncio.to_thread(wait_for, lambda: kai.engine.view().consoles == ())
