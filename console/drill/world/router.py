"""The front door of an environment: a real HTTP router in front of its revisions."""

import http.client
import json
import sys
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from warroom.console.drill.world.environment import Environment
from warroom.console.drill.world.revision import Revision

_BODY_LIMIT = 64 * 1024
_PASSED_ON = ("Content-Type", "Cache-Control")
_SECONDS = 10.0


class Server(ThreadingHTTPServer):
    """Listens on loopback only, on a free port."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A visitor who hangs up is no error; anything else goes to the log."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Door(Server):
    """Serves one environment."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(_Visit)
        self.environment = environment
        environment.url = self.url


class Talk(BaseHTTPRequestHandler):
    """What every HTTP conversation of the world has in common."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 30

    def body(self) -> bytes | None:
        """What was sent; none when it is too long or its length is not told, and the answer is given."""
        length = self.headers.get("Content-Length", "0")
        if self.headers.get("Transfer-Encoding") or not length.isdigit() or int(length) > _BODY_LIMIT:
            self.close_connection = True
            self.answer(413, "text/plain", b"a body needs a length, of at most 64 KiB\n")
            return None
        return self.rfile.read(int(length))

    def answer(self, status: int, kind: str, body: bytes, **headers: str) -> None:
        """Send it."""
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are counted, not written down."""


class _Visit(Talk):
    """One visitor."""

    server: Door

    def do_GET(self) -> None:
        """Answer, or ask a revision to."""
        if self.path == "/metrics":
            self.answer(200, "text/plain; version=0.0.4; charset=utf-8", self.server.environment.meters.text())
        else:
            self._forward()

    def do_HEAD(self) -> None:
        """As GET, without the body."""
        self._forward()

    def do_POST(self) -> None:
        """Ask a revision."""
        self._forward()

    def _forward(self) -> None:
        body = self.body()
        if body is None:
            return
        named = self.headers.get("X-Revision")
        began = time.perf_counter()
        revision = self.server.environment.pick(named)
        headers: dict[str, str] = {}
        if revision is None:
            status, answer = (404 if named else 503), b'{"error": "nothing is deployed here"}'
        else:
            status, headers, answer = self._ask(revision, body)
        if named is None:
            # What is asked of a revision by name is a check, not a user: it must not sway the error rate.
            label = revision.version if revision else "none"
            path = self.path.partition("?")[0]
            self.server.environment.meters.count(path, status, label, time.perf_counter() - began)
        self.answer(status, headers.pop("Content-Type", "application/json"), answer, **headers)

    def _ask(self, revision: Revision, body: bytes) -> tuple[int, dict[str, str], bytes]:
        headers = {name: self.headers[name] for name in ("Content-Type", "Accept") if name in self.headers}
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", revision.port, timeout=_SECONDS)) as line:
                line.request(self.command, self.path, body or None, {**headers, "Connection": "close"})
                reply = line.getresponse()
                kept = {name: reply.headers[name] for name in _PASSED_ON if name in reply.headers}
                return reply.status, {**kept, "X-Served-By": revision.version}, reply.read()
        except (OSError, http.client.HTTPException) as error:
            return 502, {}, json.dumps({"error": f"{revision.version} does not answer: {error}"}).encode()
