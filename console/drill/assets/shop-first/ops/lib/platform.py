"""The hosting platform, as far as the ops commands need it: revisions and their share of the traffic."""

import json
import os
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops.lib.command import REPOSITORY, Failed, say

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_START_SECONDS = 20


@dataclass(frozen=True)
class Platform:
    """Where the platform listens and where it keeps things; read from `platform.json` beside the repository."""

    control: str
    token: str
    releases: Path
    data: Path
    backups: Path
    logs: Path
    scratch: Path
    fix: Path

    @classmethod
    def find(cls) -> "Platform":
        """Read the file `SHOP_PLATFORM` names, else the one beside the repository."""
        path = Path(os.environ.get("SHOP_PLATFORM") or REPOSITORY.parent / "platform.json")
        try:
            facts = json.loads(path.read_text())
            folders = {name: Path(facts[name]) for name in ("releases", "data", "backups", "logs", "scratch", "fix")}
            return cls(facts["control"], facts["token"], **folders)
        except (OSError, ValueError, KeyError) as error:
            raise Failed(f"the platform is not running ({path}: {error})") from error

    def state(self, environment: str) -> dict[str, Any]:
        """What serves an environment: its url, its revisions with commit, percent and health."""
        return self._ask("GET", f"/environments/{environment}")

    def start(self, environment: str, version: str, commit: str, folder: Path) -> dict[str, Any]:
        """Start a revision without traffic, or keep the one that runs already; waits until it is healthy."""
        asked = {"version": version, "commit": commit, "folder": str(folder)}
        return self._ask("POST", f"/environments/{environment}/revisions", asked)

    def route(self, environment: str, shares: dict[str, int]) -> dict[str, Any]:
        """Give each revision its percentage; what is not named gets none."""
        return self._ask("POST", f"/environments/{environment}/shares", shares)

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        request = urllib.request.Request(self.control + path, method=method, headers={"X-Token": self.token})
        request.data = None if body is None else json.dumps(body).encode()
        try:
            with _DIRECT.open(request, timeout=_START_SECONDS) as answer:
                facts: dict[str, Any] = json.load(answer)
                return facts
        except urllib.error.HTTPError as error:
            raise Failed(f"the platform refuses: {error.read().decode(errors='replace').strip()}") from None
        except (OSError, ValueError) as error:
            raise Failed(f"the platform does not answer: {error}") from None


def shares_of(state: dict[str, Any]) -> dict[str, int]:
    """The percentage of each revision that has traffic."""
    return {one["version"]: one["percent"] for one in state["revisions"] if one["percent"]}


def say_shares(state: dict[str, Any]) -> None:
    """One line: who serves how much."""
    parts = ", ".join(f"{one['version']} {one['percent']} %" for one in state["revisions"])
    say(f"{state['environment']}: {parts or 'nothing is served'}")
