"""smoke URL [--revision VERSION]: the page, the health check, and a sign-in of each smoke account."""

import http.client
import json
import sys
from collections.abc import Mapping
from contextlib import closing
from urllib.parse import urlsplit

from ops.lib.command import Failed, Misused, finish, ref_named, say

ACCOUNTS = tuple(f"smoke-{number:02}" for number in range(1, 41))
PASSWORD = "smoke"
USAGE = "ops/smoke URL [--revision VERSION], e.g. ops/smoke http://127.0.0.1:8080"


class Asker:
    """Asks one address, one revision of it if named."""

    def __init__(self, line: http.client.HTTPConnection, headers: Mapping[str, str]) -> None:
        self._line, self._headers = line, headers

    def __call__(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        """Status and body."""
        raw = None if body is None else json.dumps(body).encode()
        try:
            self._line.request(method, path, raw, dict(self._headers))
            answer = self._line.getresponse()
            return answer.status, answer.read(100_000)
        except (OSError, http.client.HTTPException) as error:
            raise Failed(f"{method} {path}: {error or type(error).__name__}") from error


def check(ask: Asker) -> list[str]:
    """What is wrong; empty when all is well."""
    wrong = []
    status, body = ask("GET", "/")
    say(f"  GET /         {status}")
    if status != 200 or b"<h1>" not in body:
        wrong.append(f"the front page answers {status}")
    status, body = ask("GET", "/health")
    say(f"  GET /health   {status} {body.decode(errors='replace')}")
    if status != 200 or json.loads(body).get("status") != "UP":
        wrong.append(f"the health check answers {status}")
    status, _ = ask("POST", "/login", {"user": ACCOUNTS[0], "password": "wrong"})
    say(f"  wrong password refused with {status}")
    if status != 401:
        wrong.append(f"a wrong password is answered with {status}")
    answers = {name: ask("POST", "/login", {"user": name, "password": PASSWORD})[0] for name in ACCOUNTS}
    failed = [name for name, code in answers.items() if code != 200]
    say(f"  sign-in       {len(answers) - len(failed)} of {len(answers)} accounts")
    if failed:
        wrong.append(f"{len(failed)} of {len(answers)} accounts can't sign in, e.g. {failed[0]}: {answers[failed[0]]}")
    return wrong


def smoke(arguments: list[str]) -> None:
    """Check everything, then say what is wrong, all of it."""
    if len(arguments) not in (1, 3) or (len(arguments) == 3 and arguments[1] != "--revision"):
        raise Misused(USAGE)
    address = urlsplit(arguments[0])
    if address.scheme != "http" or address.hostname not in ("127.0.0.1", "localhost") or not address.port:
        raise Misused(f"{USAGE}\nhint: this shop lives on loopback only")
    headers = {"X-Revision": ref_named(arguments[2])} if len(arguments) == 3 else {}
    say(f"smoke test of {arguments[0]} {' '.join(headers.values())}".rstrip())
    with closing(http.client.HTTPConnection("127.0.0.1", address.port, timeout=5)) as line:
        wrong = check(Asker(line, headers))
    if wrong:
        raise Failed("; ".join(wrong))
    say("passed")


if __name__ == "__main__":
    finish(lambda: smoke(sys.argv[1:]))
