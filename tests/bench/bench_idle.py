"""Measures what the room writes while nothing is done in it, against the least its own pictures need.

    python -m tests.bench.bench_idle [--seconds 20]

Clocks tick once a second. What is needed: for the cells that differ between two pictures, a cursor movement a stretch,
style codes where they change, the characters. Goal: <= 1.1 x that. `stock` is the same with Textual's own output.
"""

import argparse
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from pyte.screens import Char

from tests.bench.bench_start import TITLE, WARROOM
from tests.bench.pty_program import COLUMNS, Emulator, Program, load

Picture = Sequence[Sequence[Char]]
PAUSE = 0.03
"""Seconds of silence after which a picture counts as whole."""


def needed(before: Picture, after: Picture) -> int:
    """The bytes that turn one picture into the next."""
    total, style = 0, Char(" ")
    for y, (old, new) in enumerate(zip(before, after, strict=True)):
        x = 0
        while x < COLUMNS:
            if old[x] == new[x]:
                x += 1
                continue
            total += len(f"\x1b[{y + 1};{x + 1}H")
            while x < COLUMNS and old[x] != new[x]:
                total += _style_bytes(style, new[x]) + len(new[x].data.encode())
                style = new[x]
                x += 1
    return total


def _style_bytes(old: Char, new: Char) -> int:
    if old._replace(data="") == new._replace(data=""):
        return 0
    colours = sum(17 if len(colour) == 6 else 3 for colour in (new.fg, new.bg) if colour != "default")
    return 3 + colours + 2 * sum((new.bold, new.italics, new.underscore, new.reverse))


def of_its_own_pictures(chunks: Sequence[tuple[float, bytes]], since: float) -> int:
    """What a stream needed from a moment on, by the pictures it showed."""
    emulator, total = Emulator(), 0
    before = emulator.picture()
    for number, (at, data) in enumerate(chunks):
        emulator.feed(data)
        following = chunks[number + 1][0] if number + 1 < len(chunks) else at + 1
        if following - at < PAUSE:
            continue
        after = emulator.picture()
        if at >= since:
            total += needed(before, after)
        before = after
    return total


def measure(name: str, argv: list[str], env: Mapping[str, str], seconds: float) -> None:
    """Print what a program writes and costs."""
    with Program(argv, env) as program:
        program.until(TITLE.encode())
        program.watch(3)
        written, processor = program.bytes, program.processor()
        since = program.chunks[-1][0] + 1e-6
        program.watch(seconds)
        written, processor = program.bytes - written, program.processor() - processor
    least = of_its_own_pictures(program.chunks, since)
    ratio = f"{written / least:.2f} x" if least else "-"
    rates = f"{written / seconds:8,.0f} B/s   needed {least / seconds:6,.0f} B/s   {ratio:>8}"
    print(f"{name:22}{rates}   processor {100 * processor / seconds:5.2f} %   {load()}")


def main() -> None:
    """Run all."""
    parser = argparse.ArgumentParser(description="Measure what the room writes while nothing is done.")
    parser.add_argument("--seconds", type=float, default=20.0)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as name:
        env = {**os.environ, "XDG_STATE_HOME": name, "XDG_CONFIG_HOME": name, "WARROOM_STORE": str(Path(name) / "r.db")}
        declared = subprocess.run(
            [*WARROOM, "declare", TITLE, "--level", "P0"], env=env, capture_output=True, check=True
        )
        room = [*WARROOM, "board", declared.stdout.decode().strip()]
        measure("board", [*WARROOM, "board"], env, seconds)
        measure("room", room, env, seconds)
        measure("room, stock output", room, {**env, "WARROOM_STOCK_OUTPUT": "1"}, seconds)


if __name__ == "__main__":
    main()
