"""Probes of kind `command`: real programs, good, bad, slow, loud and stubborn."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.actions.conftest import wait_for
from tests.monitor.servers import now
from warroom.config.settings import Probe
from warroom.console.domain.text import is_plain
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.monitor.place import Place
from warroom.console.monitor.probes.command import read
from warroom.console.monitor.readers import Readers

ENOUGH = timedelta(seconds=60)
"""More than any program here takes, unless it is meant to run into its limit."""
PATIENCE = 90.0


async def ran(code: str, *conditions: str, place: Place | None = None, **more: Any) -> Sample:
    given: dict[str, Any] = {"timeout": ENOUGH, "argv": (sys.executable, "-c", code)} | more
    probe = Probe(name="lag", kind="command", conditions=conditions, **given)
    async with asyncio.timeout(PATIENCE):
        return await read(probe, place or Place(), now)


async def test_a_program_that_ends_well_is_ok() -> None:
    sample = await ran("pass")
    assert (sample.status, sample.value, sample.reason) == (Status.OK, None, "")
    assert sample.latency_ms is not None


async def test_one_that_ends_badly_is_failing_in_its_last_words() -> None:
    sample = await ran(
        "import sys; print('some'); sys.stderr.write('first\\nreplica is 9 s\\x1b[2J late\\n'); sys.exit(2)"
    )
    assert sample.status is Status.FAILING
    assert (sample.error or "").startswith("exit status 2: replica is 9 s")
    assert is_plain(sample.reason)


async def test_a_bad_end_is_failing_whatever_it_printed_unless_the_status_is_asked_for() -> None:
    code = "import sys; print(0.5); sys.exit(3)"
    assert (await ran(code, "[VALUE] < 1")).status is Status.FAILING
    assert (await ran(code, "[VALUE] < 1", "[STATUS] == any(0, 3)")).status is Status.OK
    assert (await ran(code, "[VALUE] < 1", "[STATUS] < 3")).status is Status.FAILING


async def test_a_number_is_a_value() -> None:
    sample = await ran("print(' 0.25 ')", "[VALUE] < 1", unit="s")
    assert (sample.status, sample.value, sample.unit) == (Status.OK, 0.25, "s")
    assert (await ran("print(7)", "[VALUE] < 1")).reason == "[VALUE] (7) < 1"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("print('seven')", "no data: it prints 'seven', which is no number"),
        ("print('nan')", "no data: it prints 'nan', which is no number"),
        ("print('1e999')", "no data: it prints '1e999', which is no number"),
        ("print('9' * 5000)", "no data: it prints '99999"),
        ("pass", "no data: it prints nothing"),
        ("raise SystemExit('no such table')", "no data: exit status 1: no such table"),
        ("import sys; sys.stdout.buffer.write(b'\\xff\\xfe')", "no data: it prints '"),
    ],
)
async def test_no_number_where_one_is_wanted_is_unknown(code: str, reason: str) -> None:
    sample = await ran(code, "[VALUE] < 1")
    assert (sample.status, sample.value) == (Status.UNKNOWN, None)
    assert (sample.error or "").startswith(reason)


async def test_json_is_held_against_conditions() -> None:
    code = "import json; print(json.dumps({'queue': {'depth': 3}}))"
    assert (await ran(code, "[BODY].queue.depth < 5")).status is Status.OK
    deep = await ran(code, "[BODY].queue.depth < 2")
    assert (deep.status, deep.reason) == (Status.FAILING, "[BODY].queue.depth (3) < 2")


def gone(pid: int) -> bool:
    """Whether a process is dead, or dead and not yet collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


async def test_one_that_does_not_end_is_killed_with_all_it_started(tmp_path: Path) -> None:
    code = (
        "import pathlib, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"pathlib.Path({str(tmp_path / 'child')!r}).write_text(str(child.pid))\n"
        "time.sleep(600)"
    )
    sample = await ran(code, timeout=timedelta(seconds=3))
    assert (sample.status, sample.error) == (Status.FAILING, "timed out after 3s: it was killed")
    child = int((tmp_path / "child").read_text())
    await asyncio.to_thread(wait_for, lambda: gone(child))


async def test_a_late_number_is_no_data() -> None:
    sample = await ran("import time; time.sleep(600)", "[VALUE] < 1", timeout=timedelta(seconds=1))
    assert (sample.status, sample.error) == (Status.UNKNOWN, "timed out after 1s: it was killed")


async def test_one_that_prints_without_end_is_stopped_at_the_limit() -> None:
    sample = await ran("while True: print('x' * 1000)")
    assert (sample.status, sample.error) == (Status.FAILING, "prints more than 1024 KiB")
    assert len(sample.raw) <= 2000


async def test_an_heir_of_its_output_does_not_hold_up_the_reading() -> None:
    code = (
        "import subprocess, sys\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(5)'], start_new_session=True)\n"
        "print(1)"
    )
    open_before = descriptors()
    sample = await ran(code, timeout=timedelta(seconds=3))
    assert sample.status is Status.FAILING
    await asyncio.to_thread(wait_for, lambda: descriptors() <= open_before)


async def test_one_that_dies_of_a_signal_is_failing() -> None:
    sample = await ran("import os; os.kill(os.getpid(), 9)")
    assert (sample.status, sample.error) == (Status.FAILING, "exit status 137")


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        (("./no-such-program",), "./no-such-program cannot be run: no such file or directory"),
        (("/etc/passwd",), "/etc/passwd cannot be run: permission denied"),
        (("true", "a\0b"), "true cannot be run: embedded null byte"),
    ],
)
async def test_one_that_cannot_be_started_is_unknown(argv: tuple[str, ...], reason: str) -> None:
    sample = await ran("", argv=argv)
    assert (sample.status, sample.error) == (Status.UNKNOWN, reason)


async def test_it_runs_in_the_repository_with_nothing_to_read_and_no_shell(tmp_path: Path) -> None:
    program = tmp_path / "ops" / "lag"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nimport os, sys\nprint(os.getcwd(), sys.argv[1], repr(sys.stdin.read()))\n")
    program.chmod(0o755)
    sample = await ran("", "has([BODY]) == true", argv=("./ops/lag", "$(id); *"), place=Place(folder=tmp_path))
    assert sample.raw.strip() == f"{tmp_path} $(id); * ''"


async def test_its_variables_are_those_of_the_place_and_its_own_and_its_secrets_are_not_shown(tmp_path: Path) -> None:
    code = "import os, sys; print(os.environ['CI']); sys.exit('login failed with ' + os.environ['PGPASSWORD'])"
    probe = Probe(
        name="lag",
        kind="command",
        argv=(sys.executable, "-c", code),
        env={"PGPASSWORD": "hunter2-and-more"},
        timeout=ENOUGH,
    )
    async with Readers(now, place=Place(folder=tmp_path, environment={"CI": "1"})) as readers:
        sample = await readers.read(probe)
    assert (sample.status, sample.error) == (Status.FAILING, "exit status 1: login failed with •••")
    assert sample.raw == "1\n"


async def test_it_runs_on_a_loop_of_another_thread_as_the_engine_has_one() -> None:
    sample = await asyncio.to_thread(lambda: asyncio.run(ran("print(1)", "[VALUE] == 1")))
    assert sample.status is Status.OK
