"""Everything a world starts ends with it, however its owner ends."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from warroom.console.drill.world import World, WorldError

Until = Callable[[Callable[[], bool], str], None]

_OWNER = """
import sys, signal
from datetime import UTC, datetime
from pathlib import Path
from warroom.console.drill.world import World
world = World.build(Path(sys.argv[1]), datetime(2026, 11, 20, tzinfo=UTC), speed=100, keep=len(sys.argv) > 2).start()
world.break_it()
print(world.group, flush=True)
signal.pause()
"""


def members(group: int) -> set[int]:
    """The processes of a group that are alive; the dead whom nobody has buried yet don't count."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if fields[0] not in "ZX" and int(fields[2]) == group:
                found.add(int(folder.name))
    return found


def listening(pids: set[int]) -> Iterator[str]:
    """The local addresses, as the kernel writes them, on which these processes listen."""
    inodes = set()
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                inodes.add(str(link.readlink()).removeprefix("socket:[").removesuffix("]"))
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                yield fields[1].partition(":")[0]


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """A process that owns a running world, and the world's process group."""
    argv = (sys.executable, "-c", _OWNER, str(tmp_path / "world"))
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, int(process.stdout.readline())
        process.kill()


def test_stop_ends_every_process_and_removes_the_folder(world: World, until: Until) -> None:
    group = world.group
    assert len(members(group)) == 4, "the platform, its users, a revision in each environment"
    world.stop()
    until(lambda: not members(group), "the end of all processes")
    assert not world.folder.exists()
    world.stop()
    with pytest.raises(WorldError, match="start it first"):
        _ = world.production


def test_a_world_that_is_kept_leaves_its_files(tmp_path: Path, start: datetime, until: Until) -> None:
    with World.build(tmp_path / "world", start, speed=100, keep=True) as world:
        group = world.group
    until(lambda: not members(group), "the end of all processes")
    assert world.config_file.is_file()
    assert (world.repository / "shop" / "app.py").is_file()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_everything_ends_when_the_owner_is_ended(
    owner: tuple["subprocess.Popen[str]", int], number: signal.Signals, tmp_path: Path, until: Until
) -> None:
    process, group = owner
    assert len(members(group)) == 5
    (tmp_path / "world" / "store.db").write_text("somebody else's")
    process.send_signal(number)
    process.wait()
    until(lambda: not members(group), f"the end of all processes after {number.name}")
    assert [one.name for one in (tmp_path / "world").iterdir()] == ["store.db"], "only what the world made is removed"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_everything_ends_when_the_platform_itself_is_ended(world: World, number: signal.Signals, until: Until) -> None:
    group = world.group
    os.kill(group, number)
    until(lambda: not members(group), "the end of all processes")
    assert world.run("./ops/status", "production").returncode == 1


def test_a_deploy_under_way_ends_soon_after_the_world(tmp_path: Path, start: datetime) -> None:
    world = World.build(tmp_path / "world", start, speed=1, keep=True).start()
    argv = ("./ops/deploy", "production", "v1.2.2", "--all")
    env = {"PATH": "/usr/bin:/bin", "SHOP_PYTHON": sys.executable}
    with subprocess.Popen(
        argv, cwd=world.repository, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as deploy:
        assert deploy.stdout is not None
        assert b"deploy v1.2.2" in deploy.stdout.readline()
        world.stop()
        assert deploy.wait(20) == 1


def test_it_listens_on_loopback_only(world: World) -> None:
    addresses = list(listening(members(world.group)))
    assert len(addresses) == 5, "two doors, the control, a revision in each environment"
    assert set(addresses) == {socket.inet_aton("127.0.0.1")[::-1].hex().upper()}


def test_a_world_runs_once(world: World) -> None:
    with pytest.raises(WorldError, match="runs already"):
        world.start()
    assert json.loads(world.run("./ops/status", "staging").stdout)["live"] == "v1.2.3"
