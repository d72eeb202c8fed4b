"""The platform's control: what the ops commands may ask for, on loopback, with a token."""

import hmac
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from warroom.console.drill.world.environment import Environment
from warroom.console.drill.world.errors import WorldError
from warroom.console.drill.world.revision import Revision, start_revision
from warroom.console.drill.world.router import Server, Talk

_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,119}")
_COMMIT = re.compile(r"[0-9a-f]{40,64}")


class Control(Server):
    """Starts revisions and routes traffic. It runs release folders of its own world and nothing else."""

    def __init__(
        self, world: Path, token: str, environments: Mapping[str, Environment], served: Callable[[str], None]
    ) -> None:
        """`served` is called with an environment's name each time its traffic was routed."""
        super().__init__(_Request)
        self.token = token
        self.environments = environments
        self._world = world
        self._served = served

    def start(self, environment: Environment, asked: Mapping[str, Any]) -> None:
        """Start the release that a request names."""
        version, commit = str(asked.get("version", "")), str(asked.get("commit", ""))
        folder = Path(str(asked.get("folder", ""))).resolve()
        if not _VERSION.fullmatch(version) or not _COMMIT.fullmatch(commit):
            raise WorldError(f"{version!r} at {commit!r} is no version")
        if folder.parent != self._world / "releases" or not folder.is_dir():
            raise WorldError(f"{folder} is no release folder")

        def launch() -> Revision:
            name = f"{environment.name}-{re.sub(r'[^A-Za-z0-9.]+', '-', version)}-{commit[:10]}"
            data = self._world / "data" / f"{environment.name}.db"
            return start_revision(self._world, name, version, commit, folder, data)

        environment.add(version, commit, launch)

    def route(self, environment: Environment, asked: Mapping[str, Any]) -> None:
        """Share out the traffic as a request says."""
        if not all(type(share) is int for share in asked.values()):
            raise WorldError("shares are whole percentages")
        environment.route(asked)
        self._served(environment.name)


class _Request(Talk):
    """One request."""

    server: Control

    def do_GET(self) -> None:
        """What serves an environment."""
        self._handle({})

    def do_POST(self) -> None:
        """A change."""
        body = self.body()
        if body is None:
            return
        try:
            asked = json.loads(body or b"{}")
        except ValueError:
            asked = None
        if isinstance(asked, dict):
            self._handle(asked)
        else:
            self._say(400, "expected a JSON object")

    def _handle(self, asked: dict[str, Any]) -> None:
        if not hmac.compare_digest(self.headers.get("X-Token", "").encode(), self.server.token.encode()):
            self._say(403, "the token is wrong")
            return
        place, _, what = self.path.removeprefix("/environments/").partition("/")
        environment = self.server.environments.get(place)
        if environment is None:
            self._say(404, f"there is no environment {place!r}")
            return
        try:
            match self.command, what:
                case "GET", "":
                    pass
                case "POST", "revisions":
                    self.server.start(environment, asked)
                case "POST", "shares":
                    self.server.route(environment, asked)
                case "POST", "reports":
                    environment.meters.report()
                    self._say(202, "thank you")
                    return
                case _:
                    self._say(404, f"can't {self.command} {what!r}")
                    return
        except WorldError as error:
            self._say(409, str(error))
        else:
            self.answer(200, "application/json", json.dumps(environment.facts()).encode())

    def _say(self, status: int, text: str) -> None:
        self.answer(status, "text/plain; charset=utf-8", text.encode())
