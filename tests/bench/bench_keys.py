"""Measures the time from a key to its effect on the terminal, idle and while output streams.

    python -m tests.bench.bench_keys [--keys 40]

The floor is a Python program that echoes what it reads, in the same run: a terminal and a wake-up, nothing else. Goals:
while 100,000 lines a second stream, 19 of 20 keys within 38 ms; idle within 3 x a curses program (about 6 x the floor).
"""

import argparse
import random
from collections.abc import Sequence

from tests.bench.pty_program import PYTHON, Program, load, median_ms, p95_ms

ECHO = """
import os, tty
tty.setraw(0)
os.write(1, b"ready")
while key := os.read(0, 9):
    os.write(1, b"xxxxx" if key == b"x" else b"yyyyy")
"""
LOST = 2.0
"""Seconds after which a key counts as lost."""


def to_paint(program: Program, keys: int) -> list[float]:
    """Seconds from each key to the moment its effect was written."""
    moments = random.Random(1)
    taken = []
    for number in range(1, keys + 1):
        program.watch(0.1 + 0.1 * moments.random())
        effect = b"xy"[number % 2 :][:1]
        at = program.send(effect)
        program.until(effect * 5, LOST)
        taken.append(program.chunks[-1][0] - at)
    return taken


def measure(name: str, argv: Sequence[str], keys: int, ready: bytes, lines: int = 0) -> float:
    """Print what a program takes; gives the median in milliseconds."""
    with Program(argv) as program:
        program.until(ready)
        program.watch(2)
        processor, since = program.processor(), program.chunks[-1][0]
        taken = to_paint(program, keys)
        processor = (program.processor() - processor) / (program.chunks[-1][0] - since)
    each = f"   {processor / lines * 1e6:5.2f} us a line" if lines else ""
    times = f"p50 {median_ms(taken):7.2f} ms   p95 {p95_ms(taken):7.2f} ms"
    print(f"{name:26}{times}   processor {100 * processor:5.1f} %{each}")
    return median_ms(taken)


def main() -> None:
    """Run all."""
    parser = argparse.ArgumentParser(description="Measure the time from key to paint.")
    parser.add_argument("--keys", type=int, default=40)
    keys = parser.parse_args().keys
    floor = measure("echo, no toolkit", [PYTHON, "-c", ECHO], keys, b"ready")
    app = [PYTHON, "-m", "tests.bench.streaming_app"]
    idle = measure("idle", [*app, "0"], keys, b"key ")
    for rate in (5_000, 100_000):
        measure(f"{rate:,} lines a second", [*app, str(rate)], keys, b"key ", rate)
    print(f"idle {idle / floor:.1f} x the floor   {load()}")


if __name__ == "__main__":
    main()
