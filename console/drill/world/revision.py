"""One running release: a real process that serves a folder of files as a version."""

import http.client
import json
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from warroom.console.drill.world import leash
from warroom.console.drill.world.errors import WorldError
from warroom.console.drill.world.surroundings import sealed

_START_SECONDS = 15.0
_LOOK_SECONDS = 0.02
_HEALTH_SECONDS = 2.0


@dataclass(slots=True)
class Revision:
    """A release that runs, and its share of the traffic."""

    version: str
    commit: str
    process: "subprocess.Popen[bytes]"
    port: int
    log: str
    percent: int = 0
    credit: int = field(default=0, repr=False)
    """What the router owes it: see `Environment.pick`."""

    def health(self) -> str:
        """`UP` or `DOWN` as its health check says, `GONE` when the process has ended, `SILENT` when nothing comes."""
        if self.process.poll() is not None:
            return "GONE"
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=_HEALTH_SECONDS)) as line:
                line.request("GET", "/health")
                facts = json.loads(line.getresponse().read(10_000))
        except (OSError, http.client.HTTPException, ValueError):
            return "SILENT"
        return str(facts.get("status", "DOWN")) if facts.get("version") == self.version else "DOWN"

    def end(self) -> None:
        """End the process; returns when it has ended."""
        self.process.terminate()
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        _close(self.process.stdin)

    def facts(self) -> dict[str, object]:
        """What the control answers about it."""
        return {
            "version": self.version,
            "commit": self.commit,
            "percent": self.percent,
            "health": self.health(),
            "log": self.log,
        }


def start_revision(world: Path, name: str, version: str, commit: str, folder: Path, data: Path) -> Revision:
    """Start a release and wait until its health check says UP.

    Raises:
        WorldError: it ended, or was not healthy within 15 s; with the end of its log.
    """
    port_file, log = world / "scratch" / f"{name}.port", world / "logs" / f"{name}.log"
    port_file.unlink(missing_ok=True)
    argv = [sys.executable, "-E", "-s", "-S", "-B", leash.__file__, "shop.app", "--data", str(data)]
    argv += ["--port-file", str(port_file), "--log", str(log)]
    with log.open("ab") as output:
        process = subprocess.Popen(
            argv,
            cwd=folder,
            env=sealed(world) | {"SHOP_VERSION": version},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
        )
    revision = Revision(version, commit, process, 0, log.name)
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if not revision.port and port_file.exists():
            revision.port = int(port_file.read_text())
            port_file.unlink()
        if revision.port and revision.health() == "UP":
            return revision
        time.sleep(_LOOK_SECONDS)
    revision.end()
    raise WorldError(f"{version} did not become healthy: {_last_line(log)}")


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return lines[-1] if lines else f"its log {log} is empty"


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        pipe.close()
