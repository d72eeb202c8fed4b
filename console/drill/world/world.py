"""The small real world of a drill, in one folder and on loopback."""

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import tomli_w

from warroom.console.drill.world.accounts import SMOKE, is_hit, password_of, roster, write_accounts
from warroom.console.drill.world.configuration import Facts, settings
from warroom.console.drill.world.errors import WorldError
from warroom.console.drill.world.history import build_history
from warroom.console.drill.world.layout import FOLDERS, MARKER, forget
from warroom.console.drill.world.surroundings import GIT, for_modules, for_operations, sealed

GOOD, BAD, NEXT = "v1.2.3", "v1.2.4", "v1.2.5"
"""The last good release, the bad one, and the one that the hotfix becomes."""

_READY_SECONDS = 15.0
_END_SECONDS = 8.0
_COMMAND_SECONDS = 120.0
_HURRY = 1000.0


class World:
    """A git repository, a hosting platform that serves its releases, and users. A context manager: start, then stop.

    Every process belongs to one session of its own and ends with this process, however this one ends; a fork of this
    process that never executes another program would hold it alive for as long as it lives itself.
    """

    def __init__(self, folder: Path, seed: int, speed: float, keep: bool) -> None:
        """Use `build`."""
        self.folder = folder
        self.speed = speed
        self._seed, self._keep = seed, keep
        self._host: subprocess.Popen[bytes] | None = None
        self._urls: dict[str, str] = {}

    @classmethod
    def build(cls, folder: Path, start: datetime, seed: int = 0, speed: float = 1.0, *, keep: bool = False) -> Self:
        """Write the files of a world: the repository with its past before `start`, and the data.

        Args:
            folder: made if it is not there; must be empty.
            start: aware; the same one gives the same commits.
            seed: of the users' names and doings.
            speed: waiting times are divided by it; checks stay.
            keep: leave the folder at the end.

        Raises:
            WorldError: the folder is not empty or not writable, or git fails.
        """
        if start.tzinfo is None or speed <= 0:
            raise WorldError("a world needs an aware start time and a speed above 0")
        folder = folder.resolve()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise WorldError(f"{folder} is not empty")
            _furnish(folder, start, seed)
        except OSError as error:
            raise WorldError(f"{folder}: {error}") from error
        return cls(folder, seed, speed, keep)

    @property
    def repository(self) -> Path:
        """The working copy of the shop."""
        return self.folder / "shop"

    @property
    def config_file(self) -> Path:
        """The `warroom.toml` of the shop, written by `start`."""
        return self.folder / "warroom.toml"

    @property
    def production(self) -> str:
        """Address of production, without a slash at its end."""
        return self._url("production")

    @property
    def staging(self) -> str:
        """Address of staging."""
        return self._url("staging")

    @property
    def metrics(self) -> str:
        """Address of production's counters."""
        return f"{self.production}/metrics"

    @property
    def group(self) -> int:
        """The process group of everything that runs; 0 when nothing does."""
        return self._host.pid if self._host else 0

    def start(self) -> Self:
        """Serve the good release in both environments, let the users in, and write `warroom.toml`.

        Raises:
            WorldError: it can't; whatever was started has ended.
        """
        if self._host is not None:
            raise WorldError("the world runs already")
        try:
            self._launch()
            with ThreadPoolExecutor(2) as both:
                list(both.map(self._first_deploy, ("production", "staging")))
            self.config_file.write_text(tomli_w.dumps(self.settings()), encoding="utf-8")
        except BaseException:
            self.stop()
            raise
        return self

    def break_it(self) -> None:
        """Ship the bad release to all of production's users: the fault begins."""
        self._must("./ops/deploy", "production", BAD, "--all", speed=_HURRY)

    def run(self, *argv: str, speed: float | None = None) -> "subprocess.CompletedProcess[str]":
        """Run a command in the repository as an operator would, e.g. `world.run("./ops/status", "production")`.

        Raises:
            WorldError: it can't be started, or takes longer than two minutes.
        """
        env = sealed(self.folder) | for_operations(speed or self.speed)
        try:
            return subprocess.run(
                argv,
                cwd=self.repository,
                env=env,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_COMMAND_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise WorldError(f"{argv[0]}: {error}") from error

    def settings(self) -> dict[str, Any]:
        """`warroom.toml` as tables: the shop as any user's service."""
        user = next(one for one in roster(self._seed) if is_hit(one))
        facts = Facts(
            production=self.production,
            staging=self.staging,
            good=GOOD,
            user=user,
            password=password_of(user),
            git_env=GIT | {"TMPDIR": str(self.folder / "scratch")},
            ops_env=for_operations(self.speed),
            speed=self.speed,
        )
        return settings(facts)

    def stop(self) -> None:
        """End every process of the world and, unless it is kept, remove its folder. May be called twice."""
        host, self._host = self._host, None
        self._urls = {}
        if host is not None:
            _end(host)
        if not self._keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _url(self, environment: str) -> str:
        if environment not in self._urls:
            raise WorldError("the world does not run: start it first")
        return self._urls[environment]

    def _launch(self) -> None:
        argv = [sys.executable, "-P", "-B", "-m", "warroom.console.drill.world.hosting", str(self.folder)]
        argv += ["--seed", str(self._seed), *(["--keep"] if self._keep else [])]
        with (self.folder / "logs" / "hosting.log").open("ab") as log:
            self._host = subprocess.Popen(
                argv,
                cwd=self.folder,
                env=sealed(self.folder) | for_modules() | {"PROMETHEUS_DISABLE_CREATED_SERIES": "true"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        said = self._host.stdout
        assert said is not None
        ready, _, _ = select.select([said], [], [], _READY_SECONDS)
        line = said.readline() if ready else b""
        said.close()
        if not line:
            raise WorldError(f"the platform did not start: {(self.folder / 'logs' / 'hosting.log').read_text()[-500:]}")
        self._urls = json.loads(line)

    def _first_deploy(self, environment: str) -> None:
        self._must("./ops/deploy", environment, GOOD, "--all", speed=_HURRY)

    def _must(self, *argv: str, speed: float) -> None:
        done = self.run(*argv, speed=speed)
        if done.returncode:
            raise WorldError(f"{' '.join(argv)}: {done.stderr.strip()}")


def _furnish(folder: Path, start: datetime, seed: int) -> None:
    (folder / MARKER).write_text("Made by a drill; removed when it ends.\n")
    try:
        for name in FOLDERS:
            (folder / name).mkdir()
        build_history(folder, start)
        users = (*roster(seed), *SMOKE)
        for environment in ("production", "staging"):
            write_accounts(folder / "data" / f"{environment}.db", users, seed)
    except BaseException:
        forget(folder)
        raise


def _end(host: "subprocess.Popen[bytes]") -> None:
    """Let go of the leash; what has not ended in time is killed."""
    with contextlib.suppress(OSError):
        if host.stdin is not None:
            host.stdin.close()
    try:
        host.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(host.pid, signal.SIGKILL)
        host.wait()
