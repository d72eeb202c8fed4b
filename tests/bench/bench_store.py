"""Measures the store against what the disk and SQLite allow, in one run on one disk.

    .venv/bin/python -m tests.bench.bench_store [--folder DIR] [--seconds 2] [--records 100000] [--store URL]

Prints each rate as a ratio to its floor, and the goal. Numbers alone say little: disks differ by a hundred times.
Not collected by pytest. The folder must lie on the disk in question (not on a tmpfs); `--store` measures appends to a
PostgreSQL database instead.
"""

import argparse
import asyncio
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

from warroom.console.store.codec import Codec
from warroom.console.store.log import Draft, Proof
from warroom.console.store.store import Store, open_store

AT = datetime(2026, 11, 20, 14, 47, 12, tzinfo=UTC)
PRODUCERS = 50


@dataclass(frozen=True, slots=True)
class NoteAdded:
    """About 220 bytes as JSON, as most events are."""

    number: int
    text: str
    step: str = "assess/impact"


CODEC: Codec[NoteAdded] = Codec({"note.added": NoteAdded})


@dataclass(frozen=True, slots=True)
class Rate:
    """Steps a second, and how long the steps took."""

    per_second: float
    p50_ms: float
    p99_ms: float

    def __str__(self) -> str:
        return f"{self.per_second:9,.0f}/s   p50 {self.p50_ms:6.2f} ms   p99 {self.p99_ms:6.2f} ms"


def draft(number: int) -> Draft:
    """One event of the usual size."""
    return CODEC.encode(NoteAdded(number, "x" * 160))


def measure(step: Callable[[int], object], seconds: float) -> Rate:
    """Do steps for some seconds."""
    times: list[float] = []
    start = now = time.perf_counter()
    while now - start < seconds:
        before = now
        step(len(times))
        now = time.perf_counter()
        times.append((now - before) * 1000)
    cuts = quantiles(times, n=100)
    return Rate(len(times) / (now - start), cuts[49], cuts[98])


@contextmanager
def floor(folder: Path) -> Iterator[Callable[[int], object]]:
    """What the disk allows: overwrite 4 KiB and wait until it is there."""
    descriptor = os.open(folder / "floor", os.O_CREAT | os.O_RDWR)
    os.pwrite(descriptor, b"x" * 4096 * 256, 0)
    os.fsync(descriptor)

    def step(number: int) -> None:
        os.pwrite(descriptor, b"y" * 4096, number % 256 * 4096)
        os.fdatasync(descriptor)

    yield step
    os.close(descriptor)


def producers(store: Store, seconds: float) -> float:
    """Appends a second by many producers, each waiting for its own acknowledgement."""

    async def produce(stream: str, until: float) -> int:
        version = 0
        while time.perf_counter() < until:
            appended = store.log.append_soon(stream, version, [draft(version)], AT, "kai", "c1")
            await asyncio.wrap_future(appended)
            version += 1
        return version

    async def all_of_them() -> float:
        start = time.perf_counter()
        counts = await asyncio.gather(*(produce(f"MANY-{number}", start + seconds) for number in range(PRODUCERS)))
        return sum(counts) / (time.perf_counter() - start)

    return asyncio.run(all_of_them())


def best(action: Callable[[], object], rounds: int = 3) -> float:
    """The shortest of some rounds, in seconds."""

    def once() -> float:
        start = time.perf_counter()
        action()
        return time.perf_counter() - start

    return min(once() for _ in range(rounds))


def show(name: str, result: object, ratio: str = "") -> None:
    """Print one line of the table."""
    print(f"{name:26} {result}   {ratio}".rstrip())


def bench_appends(folder: Path, address: str, seconds: float) -> None:
    """Durable appends, one at a time and many at once; the disk is asked before and after, since others use it too."""
    with open_store(address) as store, floor(folder) as sync:
        stream = f"ONE-{time.time_ns()}"
        before = measure(sync, seconds)
        alone = measure(lambda number: store.log.append(stream, number, [draft(number)], AT, "kai", "c1"), seconds)
        many = producers(store, seconds)
        after = measure(sync, seconds)
    disk = (before.per_second + after.per_second) / 2
    slower = alone.p99_ms / max(before.p99_ms, after.p99_ms)
    show("fdatasync of 4 KiB, before", before)
    show("fdatasync of 4 KiB, after", after)
    show(
        "append, one at a time", alone, f"{alone.per_second / disk:.2f} x (goal >= 0.6); p99 {slower:.1f} x (goal <= 3)"
    )
    show(f"append, {PRODUCERS} producers", f"{many:9,.0f}/s", f"{many / disk:.1f} x (goal >= 8)")


def bench_replay(path: Path, count: int) -> None:
    """Reading everything back, against the bare rows."""
    with open_store(path) as store:
        for start in range(0, count, 1000):
            drafts = [draft(number) for number in range(start, min(start + 1000, count))]
            store.log.append("INC-1", start, drafts, AT, "kai", "c1")
        connection = sqlite3.connect(path)
        raw = best(lambda: connection.execute("SELECT * FROM records ORDER BY position").fetchall())
        connection.close()
        read = best(lambda: store.log.tail(0, count))
        replay = best(lambda: [CODEC.decode(record) for record in store.log.tail(0, count)])
        proved = best(store.log.verify)
        assert isinstance(store.log.verify(), Proof)
    show(f"{count:,} rows from SQLite", f"{raw * 1000:6.0f} ms")
    show("the same as records", f"{read * 1000:6.0f} ms", f"{read / raw:.1f} x (goal <= 2.5)")
    show("the same as events", f"{replay * 1000:6.0f} ms", f"{replay / raw:.1f} x")
    show("the same, proved", f"{proved * 1000:6.0f} ms", f"{proved / raw:.1f} x")


def main() -> None:
    """Run all."""
    parser = argparse.ArgumentParser(description="Measure the store.")
    parser.add_argument("--folder", type=Path, help="where to write; on the disk in question")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--store", default="", help="a PostgreSQL address, to measure appends there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        bench_appends(folder, options.store or str(folder / "appends.db"), options.seconds)
        bench_replay(folder / "replay.db", options.records)


if __name__ == "__main__":
    main()
