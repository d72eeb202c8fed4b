"""Stores to test on: a SQLite file, and a real PostgreSQL cluster on a socket of its own."""

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from warroom.console.store.store import Store, open_store

WRITER = Path(__file__).with_name("writer.py")


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL cluster in a temporary folder, reached by a socket, run by a user that isn't root."""

    binaries: Path
    folder: Path
    user: str | None

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs; its words go to a file, since a pipe would be kept open by the server."""
        with (self.folder / "programs.log").open("a") as log:
            command = (str(self.binaries / program), *arguments)
            subprocess.run(command, check=True, stdout=log, stderr=log, timeout=60, cwd=self.folder, user=self.user)

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c max_connections=40"
        self.run("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.folder / "server.log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop as a power cut would: no goodbye, recovery at the next start."""
        self.run("pg_ctl", "-D", str(self.data), "-w", "-m", "immediate", "stop")

    @property
    def data(self) -> Path:
        """The cluster's data."""
        return self.folder / "data"

    def address(self, database: str) -> str:
        """How to reach a database."""
        return f"postgresql://room@/{database}?host={self.folder}"


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    candidates = [Path(found).resolve().parent] if found else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in candidates if (folder / "pg_ctl").exists()), None)


def _unprivileged() -> str | None:
    """The user to run the server as: the server refuses root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    pytest.skip("running as root, and there is no other user to run PostgreSQL as")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A running cluster, one for each test process."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    binaries = _binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server binaries (initdb, pg_ctl) on this machine")
    user = _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="warroom-pg-", dir="/tmp"))
    if user:
        shutil.chown(folder, user)
    cluster = Cluster(binaries, folder, user)
    try:
        cluster.run("initdb", "-D", str(cluster.data), "-U", "room", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        cluster.start()
        yield cluster
        cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_numbers = count(1)


@pytest.fixture
def postgres_address(cluster: Cluster) -> str:
    """A fresh database."""
    import psycopg

    name = f"room{next(_numbers)}"
    with psycopg.connect(cluster.address("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return cluster.address(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a store that doesn't exist yet, on every backend."""
    if request.param == "sqlite":
        return str(tmp_path / "state" / "warroom.db")
    return str(request.getfixturevalue("postgres_address"))


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    """An open store on every backend."""
    with open_store(address) as opened:
        yield opened


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start_writer() -> Iterator[Start]:
    """Starts processes that append (see writer.py) and ends those that are still there."""
    processes: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> "subprocess.Popen[str]":
        command = (sys.executable, str(WRITER), *arguments)
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()
