"""Consoles that share a store, some in processes of their own, and a server that knows who asks it."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple


class Visit(NamedTuple):
    """One request."""

    who: str
    path: str
    at: float
    """By the clock that only runs forward."""


class Door:
    """A server that answers and notes who asked; `slow` seconds pass before each answer."""

    def __init__(self) -> None:
        self.url = ""
        self.slow = 0.0
        self.visits: list[Visit] = []

    def of(self, who: str, since: float = 0.0) -> list[Visit]:
        """The requests of one console, from a moment on."""
        return [visit for visit in tuple(self.visits) if visit.who == who and visit.at >= since]


@contextmanager
def opened() -> Iterator[Door]:
    """A door that is open for the length of the block."""
    door = Door()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            door.visits.append(Visit(self.headers.get("x-who", ""), self.path, time.monotonic()))
            time.sleep(door.slow)
            body = f"answer to {self.path}".encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing is printed."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 100
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Who asked is gone: it was killed."""

    server = Server(("127.0.0.1", 0), Handler)
    door.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield door
    finally:
        server.shutdown()
        server.server_close()


class Child:
    """A console in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def state(self) -> dict[str, Any]:
        """What its screen would show."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        shown: dict[str, Any] = json.loads(self.process.stdout.readline())
        return shown


@contextmanager
def child(folder: Path, address: str, door: Door, count: int) -> Iterator[Child]:
    """Start one, and wait until it has read every probe."""
    script = str(Path(__file__).with_name("child.py"))
    command = [sys.executable, script, str(folder), address, door.url, str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield Child(process)
        finally:
            process.kill()
