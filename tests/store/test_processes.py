"""Several processes on one store: races, kills, and seeing each other."""

import os
import random
import signal
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from warroom.console.store.log import Draft, Proof
from warroom.console.store.store import open_store

if TYPE_CHECKING:
    from tests.store.conftest import Start

AT = datetime(2026, 11, 20, 14, 47, 12, tzinfo=UTC)
RACES = 100
KILLS = int(os.environ.get("WARROOM_TEST_KILLS", "40"))
"""Rounds of `kill -9`; set the variable to 200 for a longer hunt."""


def read_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def tell(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdin
    process.stdin.write(line + "\n")
    process.stdin.flush()


def ready(*processes: "subprocess.Popen[str]") -> None:
    assert [read_line(process) for process in processes] == ["ready"] * len(processes)


def test_of_two_simultaneous_appends_exactly_one_wins_each_race(address: str, start_writer: "Start") -> None:
    racers = [start_writer("race", address, name) for name in ("one", "other")]
    ready(*racers)
    for number in range(RACES):
        for racer in racers:
            tell(racer, f"INC-{number} 0")
        assert sorted(read_line(racer) for racer in racers) == ["lost", "won"]
    with open_store(address) as store:
        assert store.log.streams() == {f"INC-{number}": 1 for number in range(RACES)}
        assert isinstance(store.log.verify(), Proof)


def test_of_two_who_take_a_lease_at_once_exactly_one_gets_it_each_time(address: str, start_writer: "Start") -> None:
    racers = [start_writer("lease", address, name) for name in ("one", "other")]
    ready(*racers)
    for number in range(RACES):
        for racer in racers:
            tell(racer, f"environment/{number}")
        assert sorted(read_line(racer) for racer in racers) == ["lost", "won"]


def test_processes_that_create_the_same_store_at_once_share_it(address: str, start_writer: "Start") -> None:
    writers = [start_writer("race", address, f"w{number}") for number in range(4)]
    ready(*writers)
    for number, writer in enumerate(writers):
        tell(writer, f"INC-{number} 0")
        assert read_line(writer) == "won"
    with open_store(address) as store:
        assert len(store.log.streams()) == 4


def test_two_processes_writing_at_once_see_each_others_events_in_order(address: str, start_writer: "Start") -> None:
    with open_store(address) as store:
        writer = start_writer("flood", address, "INC-1")
        ready(writer)
        seen, turns = 0, 0
        while turns < 30:
            assert store.log.wait(seen, timeout=30)
            records = store.log.tail(seen)
            assert [record.position for record in records] == list(range(seen + 1, seen + 1 + len(records)))
            seen = records[-1].position
            theirs = [record for record in records if record.stream == "INC-1"]
            # What it prints must be read, or it stops when the pipe is full.
            assert [read_line(writer).split()[2] for _ in theirs] == [record.hash for record in theirs]
            if theirs:
                store.log.append("INC-2", turns, [Draft("note.added", "{}")], AT, "kai", "c1")
                turns += 1
        writer.kill()
        assert isinstance(store.log.verify(), Proof)


def test_nothing_acknowledged_is_lost_when_the_writer_is_killed(address: str, start_writer: "Start") -> None:
    moments = random.Random(7)
    acknowledged: dict[int, str] = {}
    # A client that dies is routine for a server: a few rounds show it.
    for number in range(KILLS if "://" not in address else KILLS // 4):
        writer = start_writer("flood", address, f"INC-{number % 5}")
        ready(writer)
        lines = [read_line(writer) for _ in range(moments.randint(1, 30))]
        writer.kill()
        rest, _ = writer.communicate()
        for line in [*lines, *rest.splitlines(keepends=True)]:
            # The last line may be torn by the kill: then it was not acknowledged.
            if line.endswith("\n") or line in lines:
                position, _, digest = line.split()
                acknowledged[int(position)] = digest
        with open_store(address) as store:
            stored = {record.position: record.hash for record in store.log.tail(0, limit=1_000_000)}
            assert acknowledged.items() <= stored.items()
            assert isinstance(store.log.verify(), Proof)


def test_a_stopped_console_does_not_hold_up_the_others_reading(address: str, start_writer: "Start") -> None:
    with open_store(address) as store:
        writer = start_writer("flood", address, "INC-1")
        ready(writer)
        read_line(writer)
        writer.send_signal(signal.SIGSTOP)
        assert store.log.tail(0)
        assert isinstance(store.log.verify(), Proof)
        writer.send_signal(signal.SIGCONT)
