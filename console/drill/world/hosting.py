"""The hosting platform: the one process that starts, serves and ends everything else in a world.

It ends with its owner, whatever happens to that one: the owner holds its stdin open.
"""

import argparse
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
from pathlib import Path

from warroom.console.drill.world import leash
from warroom.console.drill.world.control import Control
from warroom.console.drill.world.environment import Environment
from warroom.console.drill.world.layout import forget
from warroom.console.drill.world.router import Door
from warroom.console.drill.world.surroundings import for_modules, sealed


class Hosting:
    """The environments, their doors, the control, and the users."""

    def __init__(self, world: Path, seed: int) -> None:
        self._world, self._seed = world, seed
        self._environments = {
            "production": Environment("production", idle=2),
            "staging": Environment("staging", idle=1),
        }
        doors = {name: Door(environment) for name, environment in self._environments.items()}
        token = secrets.token_hex(16)
        self._control = Control(world, token, self._environments, self._served)
        self._servers = (*doors.values(), self._control)
        self._users: subprocess.Popen[bytes] | None = None
        self._starting = threading.Lock()
        self._write_platform(token)

    def _write_platform(self, token: str) -> None:
        facts = {"control": self._control.url, "token": token, "fix": str(self._world / "fix.patch")}
        facts |= {name: str(self._world / name) for name in ("releases", "data", "backups", "logs", "scratch")}
        path = self._world / "platform.json"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(facts, file)

    def _served(self, environment: str) -> None:
        """The users come as soon as there is something to use."""
        with self._starting:
            if environment == "production" and self._users is None:
                self._start_users()

    def _start_users(self) -> None:
        argv = [sys.executable, "-P", "-B", "-m", "warroom.console.drill.world.traffic"]
        argv += ["--address", self._environments["production"].url, "--seed", str(self._seed)]
        argv += ["--platform", str(self._world / "platform.json")]
        env = sealed(self._world) | for_modules()
        with (self._world / "logs" / "users.log").open("ab") as log:
            self._users = subprocess.Popen(argv, env=env, stdin=subprocess.PIPE, stdout=log, stderr=log)

    def open(self) -> None:
        """Listen, and tell the owner where."""
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.5,), daemon=True).start()
        urls = {name: environment.url for name, environment in self._environments.items()}
        print(json.dumps(urls), flush=True)  # noqa: T201 - the owner reads it

    def end(self) -> None:
        """End users and revisions; one that is being started meanwhile ends on its leash."""
        if self._users is not None:
            self._users.kill()
            self._users.wait()
        for environment in self._environments.values():
            environment.end()


def main() -> None:
    """Host until the owner is gone or a signal comes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("world", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", action="store_true", help="leave the files at the end")
    asked = parser.parse_args()
    hosting = Hosting(asked.world, asked.seed)
    over, orphaned = threading.Event(), threading.Event()

    def let_go() -> None:
        orphaned.set()
        over.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: over.set())
    leash.hold(let_go)
    hosting.open()
    over.wait()
    hosting.end()
    if orphaned.is_set() and not asked.keep:
        forget(asked.world)
    os._exit(0)


if __name__ == "__main__":
    main()
