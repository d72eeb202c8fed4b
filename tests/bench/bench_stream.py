"""Measures how fast a run's output reaches its file, against `cat` doing the same in the same run.

    python -m tests.bench.bench_stream [--lines 1000000] [--runs 5]

A command prints lines; the supervisor masks secrets in them and keeps them, `cat` copies them. What starting costs is
measured with a command that prints nothing, and taken off. Goal: <= 2.5 x `cat`.
"""

import argparse
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from tests.bench.pty_program import load
from warroom.console.actions.command import Command, Prepared
from warroom.console.actions.runs import transcript
from warroom.console.actions.runs.runner import Runner, RunState

CAP = 1 << 30
"""More than is printed: all of it is kept, as `cat` does."""


def supervised(folder: Path, argv: tuple[str, ...], secrets: tuple[str, ...] = ()) -> float:
    """Seconds a run takes, from its start to its recorded end."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        runner = Runner(Path(name), cap_bytes=CAP)
        command = Command(action="bench", title="Bench", argv=argv, cwd=name, timeout=timedelta(minutes=5))
        run = runner.prepare("bench", Prepared(command, {}), secrets)
        start = time.perf_counter()
        runner.launch(run)
        while runner.look("bench").state in (RunState.STARTING, RunState.RUNNING):
            time.sleep(0.002)
        took = time.perf_counter() - start
        report = runner.look("bench")
        assert report.state is RunState.SUCCEEDED, report
        assert transcript.size(run.path) == report.size
        return took


def copied(folder: Path, argv: tuple[str, ...]) -> float:
    """Seconds `cat` takes for the same."""
    with tempfile.TemporaryFile(dir=folder) as file:
        start = time.perf_counter()
        with subprocess.Popen(argv, stdout=subprocess.PIPE) as writer:
            subprocess.run(["cat"], stdin=writer.stdout, stdout=file, check=True)
        return time.perf_counter() - start


def main() -> None:
    """Run all."""
    parser = argparse.ArgumentParser(description="Measure how fast output reaches its file.")
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where to write")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        long_line = "2026-11-20T14:47:12Z web-7f9c GET /api/session 200 12 ms request=0123456789abcdef token refreshed"
        loads: dict[str, tuple[str, ...]] = {
            "numbers": ("seq", str(options.lines)),
            "lines of a log": ("sh", "-c", f"yes '{long_line}' | head -n {options.lines}"),
        }
        for what, argv in loads.items():
            compare(what, folder, argv, options.runs)
    print(load())


def compare(what: str, folder: Path, argv: tuple[str, ...], runs: int) -> None:
    """Print one line of the table."""
    measures: dict[str, Callable[[], float]] = {
        "cat": lambda: copied(folder, argv),
        "start": lambda: supervised(folder, ("true",)),
        "run": lambda: supervised(folder, argv),
        "secret": lambda: supervised(folder, argv, ("hunter2-correct-horse",)),
    }
    taken: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(runs):
        for name, measure in measures.items():
            taken[name].append(measure())
    cat, start, run, secret = (statistics.median(times) for times in taken.values())
    shown = f"cat {cat * 1000:6.0f} ms   start {start * 1000:4.0f} ms   run {(run - start) * 1000:6.0f} ms"
    ratios = f"{(run - start) / cat:5.1f} x, with a secret {(secret - start) / cat:5.1f} x"
    print(f"{what:16}{shown}   {ratios} (goal <= 2.5)")


if __name__ == "__main__":
    main()
