"""Measures how soon the console is there, against a minimal Textual app and the bare interpreter in the same run.

    python -m tests.bench.bench_start [--runs 9]

Prints medians and ratios. Programs run in turn, so that a busy moment of the machine hits all alike; processor time is
steadier than time on the clock. Goals: board <= 1.15 x the minimal app, at least <= 1.6 x.
"""

import argparse
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.bench.pty_program import PYTHON, Program, load, median_ms

WARROOM = [PYTHON, "-c", "from warroom.console.cli import main; main()"]
TITLE = "Sign-in fails for everyone"
CONFIG = """
[service]
name = "shop"
repository = "."

[[probe]]
name = "api"
url = "http://127.0.0.1:9/health"
conditions = ["[STATUS] == 200"]
"""


def to_paint(argv: list[str], wanted: str, env: Mapping[str, str]) -> tuple[float, float]:
    """Seconds from the start until a text is on the screen, and the processor time for it."""
    with Program(argv, env) as program:
        took = program.until(wanted.encode())
        return took, program.processor()


def to_end(argv: list[str], env: Mapping[str, str]) -> tuple[float, float]:
    """Seconds from the start of a program to its end, and the processor time for it."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(argv, env=env, capture_output=True, check=True, timeout=60)
    took, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Run all."""
    parser = argparse.ArgumentParser(description="Measure the start.")
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = folder / "configured" / "warroom.toml"
        config.parent.mkdir()
        config.write_text(CONFIG, encoding="utf-8")
        env = {**os.environ, "XDG_STATE_HOME": name, "XDG_CONFIG_HOME": name, "WARROOM_STORE": str(folder / "room.db")}
        # An installed program has its bytecode.
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        subprocess.run([*WARROOM, "declare", TITLE, "--level", "P1"], env=env, capture_output=True, check=True)
        minimal = [PYTHON, "-m", "tests.bench.minimal_app"]
        configured = [*WARROOM, "--config", str(config), "board"]
        measured: dict[str, Callable[[], tuple[float, float]]] = {
            "minimal Textual app": lambda: to_paint(minimal, "ready", env),
            "board": lambda: to_paint([*WARROOM, "board"], TITLE, env),
            "board, configured": lambda: to_paint(configured, TITLE, env),
            "python -c pass": lambda: to_end([PYTHON, "-c", "pass"], env),
            "warroom --version": lambda: to_end([*WARROOM, "--version"], env),
            "warroom status": lambda: to_end([*WARROOM, "status"], env),
        }
        taken: dict[str, list[tuple[float, float]]] = {what: [] for what in measured}
        for round_number in range(runs + 1):
            for what, measure in measured.items():
                one = measure()
                if round_number:  # the first one warms the caches
                    taken[what].append(one)
    report(taken)


def report(taken: Mapping[str, list[tuple[float, float]]]) -> None:
    """Print the table."""
    floor_clock, floor_processor = (median_ms(column) for column in zip(*taken["minimal Textual app"], strict=True))
    print(f"{'':22}{'clock':>8}{'x':>7}{'processor':>12}{'x':>7}   {load()}")
    for what, pairs in taken.items():
        clock, processor = (median_ms(column) for column in zip(*pairs, strict=True))
        ratios = (clock / floor_clock, processor / floor_processor)
        print(f"{what:22}{clock:5.0f} ms{ratios[0]:7.2f}{processor:9.0f} ms{ratios[1]:7.2f}")


if __name__ == "__main__":
    main()
