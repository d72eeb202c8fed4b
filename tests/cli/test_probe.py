"""The verb that polls, against a real server: its shape is a contract, and so are its statuses."""

import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.cli.conftest import PROGRAM, Shell

PAGES = {
    "/health": (200, b'{"status": "UP"}'),
    "/sick": (500, b'{"status": "DOWN"}'),
    "/noise": (200, b'{"status": "\\u001b]0;owned\\u0007\x1b[2J"}'),
    "/metrics": (200, b"load 0.25\n"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = PAGES[self.path]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing is printed."""

    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    served.server_close()


def configure(shell: Shell, server: str) -> None:
    shell.write(
        f"""
        [service]
        name = "shop"

        [[probe]]
        name = "api"
        url = "{server}/health"
        every = "1s"
        timeout = "1s"
        conditions = ["[STATUS] == 200", "[BODY].status == UP"]

        [[probe]]
        name = "sick"
        url = "{server}/sick"
        conditions = ["[STATUS] == 200", "[CONNECTED] == true"]

        [[probe]]
        name = "load"
        kind = "metrics"
        url = "{server}/metrics"
        metric = "load"
        unit = "x"
        conditions = ["[VALUE] < 1"]

        [[probe]]
        name = "nobody"
        url = "http://127.0.0.1:1/"
        kind = "metrics"
        metric = "load"
        conditions = ["[VALUE] < 1"]
        """
    )


def test_the_shape_is_the_one_that_was_promised(shell: Shell, server: str) -> None:
    configure(shell, server)
    done = shell.warroom("probe", "--once", "--json")
    api, sick, load, nobody = json.loads(done.out)
    promised = ["name", "kind", "status", "latency_ms", "value", "unit", "error", "conditions"]
    for shown in (api, sick, load, nobody):
        assert set(promised) <= set(shown)
    assert [api[key] for key in ("name", "kind", "status", "value", "unit", "error")] == [
        *("api", "http", "ok"),
        *(None, None, None),
    ]
    assert api["latency_ms"] > 0
    assert api["conditions"] == [
        {"condition": "[STATUS] == 200", "ok": True, "shown": "[STATUS] == 200"},
        {"condition": "[BODY].status == UP", "ok": True, "shown": "[BODY].status == UP"},
    ]
    assert sick["status"] == "failing"
    assert sick["conditions"][0] == {
        "condition": "[STATUS] == 200",
        "ok": False,
        "shown": "[STATUS] (500) == 200",
    }
    assert (load["kind"], load["status"], load["value"], load["unit"]) == ("metrics", "ok", 0.25, "x")
    assert (nobody["status"], nobody["value"]) == ("unknown", None)
    assert nobody["error"]
    assert done.status == 1


@pytest.mark.parametrize(("names", "status"), [(("api", "load"), 0), (("api", "sick"), 1), (("api", "nobody"), 3)])
def test_the_status_is_the_worst_verdict(shell: Shell, server: str, names: tuple[str, ...], status: int) -> None:
    configure(shell, server)
    done = shell.warroom("probe", *names, "--once")
    assert done.status == status
    assert len(done.out.splitlines()) == len(names)


def test_an_address_needs_no_configuration(shell: Shell, server: str) -> None:
    asked = ("probe", "--url", f"{server}/health", "--once")
    assert shell.warroom(*asked).status == 0
    assert shell.warroom(*asked, "-e", "[BODY].status == UP", "-e", "[RESPONSE_TIME] < 60000").status == 0
    done = shell.warroom(*asked, "-e", "[BODY].status == DOWN", "--json")
    assert done.status == 1
    (shown,) = json.loads(done.out)
    assert shown["conditions"][0]["shown"] == "[BODY].status (UP) == DOWN"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--once",), "no probe is configured"),
        (("api", "--once"), "there is no probe 'api'"),
        (("-e", "[STATUS] == 200"), "-e goes with --url"),
        (("--url", "ftp://x", "--once"), "is no URL that begins with http:"),
        (("--url", "http://127.0.0.1:1", "-e", "[STATUS] ~ 200", "--once"), "[STATUS] ~ 200"),
    ],
)
def test_wrong_usage_is_status_2_and_prints_nothing(shell: Shell, arguments: tuple[str, ...], words: str) -> None:
    done = shell.warroom("probe", *arguments)
    assert (done.status, done.out) == (2, "")
    assert words in done.err


def test_a_hostile_body_reaches_no_terminal(shell: Shell, server: str) -> None:
    done = shell.warroom("probe", "--url", f"{server}/noise", "--once", "-e", "[BODY].status == UP")
    assert done.status in (1, 3)
    assert not any(letter in done.out + done.err for letter in ("\x1b", "\x07"))


def test_without_once_it_goes_on_until_it_is_interrupted(shell: Shell, server: str) -> None:
    configure(shell, server)
    process = subprocess.Popen(
        [PROGRAM, "probe", "api", "--json"],
        cwd=shell.folder,
        env=shell.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stdout
    shown = [json.loads(process.stdout.readline()) for _ in range(2)]
    assert [one["name"] for one in shown] == ["api"] * 2
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in said) == (130, False)
