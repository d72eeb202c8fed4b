"""The shop's users: about thirty requests a second, from people who look at the page and sign in."""

import argparse
import http.client
import json
import random
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from warroom.console.drill.world import leash
from warroom.console.drill.world.accounts import password_of, roster

RATE = 30.0
"""Requests a second, all users together; the drill's speed does not change it."""
SIGN_INS = 0.7
"""The share of requests that are sign-ins."""

_LINES = 3
_SECONDS = 5.0
_PATIENCE = 2
"""Failed sign-ins in a row after which a user asks support for help."""


class Users:
    """Some of the users, on a connection of their own."""

    def __init__(self, address: str, control: str, token: str, users: tuple[str, ...], seed: int) -> None:
        self._address, self._control = urlsplit(address), urlsplit(control)
        self._token, self._users = token, users
        self._chance = random.Random(seed)
        self._failed: Counter[str] = Counter()

    def live(self) -> None:
        """Use the shop for ever; while it can't be reached they try again each second."""
        while True:
            try:
                self._visit()
            except (OSError, http.client.HTTPException):
                time.sleep(1)

    def _visit(self) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", self._address.port or 80, timeout=_SECONDS)) as line:
            while True:
                time.sleep(self._chance.expovariate(RATE / _LINES))
                if self._chance.random() < SIGN_INS:
                    self._sign_in(line, self._chance.choice(self._users))
                else:
                    line.request("GET", "/")
                    line.getresponse().read()

    def _sign_in(self, line: http.client.HTTPConnection, user: str) -> None:
        body = json.dumps({"user": user, "password": password_of(user)})
        line.request("POST", "/login", body, {"Content-Type": "application/json"})
        answer = line.getresponse()
        answer.read()
        if answer.status == 200:
            self._failed.pop(user, None)
            return
        self._failed[user] += 1
        if self._failed[user] == _PATIENCE:
            self._complain()

    def _complain(self) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", self._control.port or 80, timeout=_SECONDS)) as line:
            line.request("POST", "/environments/production/reports", "{}", {"X-Token": self._token})
            line.getresponse().read()


def main() -> None:
    """Be the users until the owner is gone."""
    leash.hold()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", required=True)
    parser.add_argument("--platform", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    platform = json.loads(asked.platform.read_text())
    users = roster(asked.seed)
    groups = [
        Users(asked.address, platform["control"], platform["token"], users[number::_LINES], asked.seed + number)
        for number in range(_LINES)
    ]
    threads = [Thread(target=group.live, daemon=True) for group in groups]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
