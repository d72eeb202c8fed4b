"""Crash reports, against a server that keeps what it is sent."""

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from warroom.console.crash import report, report_slow

SECRET = "hunter2-hunter2"


@pytest.fixture
def sentry() -> Iterator[tuple[str, list[str]]]:
    got: list[str] = []

    class Keep(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            got.append((gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body).decode())
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Keep)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://public@127.0.0.1:{server.server_port}/1", got
    server.shutdown()
    server.server_close()
    thread.join()


def crash() -> Exception:
    argv = ["./ops/deploy", "--token", SECRET]
    title = "Sign-in fails at acme"
    try:
        raise RuntimeError(f"could not start with {SECRET}", len(argv), len(title))
    except RuntimeError as error:
        return error


def test_without_a_dsn_nothing_is_sent(sentry: tuple[str, list[str]]) -> None:
    report(crash(), "", "1.0")
    assert sentry[1] == []


def test_a_report_says_where_it_crashed_and_nothing_of_the_incident(sentry: tuple[str, list[str]]) -> None:
    dsn, got = sentry
    report(crash(), dsn, "1.0", (SECRET,))
    (envelope,) = got
    event = json.loads(envelope.splitlines()[-1])
    (exception,) = event["exception"]["values"]
    assert exception["type"] == "RuntimeError"
    assert any(frame["function"] == "crash" for frame in exception["stacktrace"]["frames"])
    for private in (SECRET, "acme", "./ops/deploy", "argv", "server_name", "breadcrumbs", "abs_path"):
        assert private not in envelope, private


def test_what_a_message_quotes_is_not_sent(sentry: tuple[str, list[str]]) -> None:
    dsn, got = sentry
    report(ValueError("no room for 'Sign-in at acme' at https://acme.test/x?k=1 in /srv/acme/run"), dsn, "1.0")
    (envelope,) = got
    (exception,) = json.loads(envelope.splitlines()[-1])["exception"]["values"]
    assert exception["value"] == "no room for … at … in …"
    assert "acme" not in envelope


def test_a_slow_spot_says_where_and_how_slow(sentry: tuple[str, list[str]]) -> None:
    dsn, got = sentry
    report_slow("the machine room", 3.21, dsn, "1.0")
    (envelope,) = got
    event = json.loads(envelope.splitlines()[-1])
    assert (event["message"], event["level"]) == ("the machine room was late by 3.2 s", "warning")
