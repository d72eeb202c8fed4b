"""Old readings, of which several are one: what they tell of an outage and of what is usual, and that they get few."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.conftest import wait_for
from tests.store.conftest import address as address
from tests.store.conftest import cluster as cluster
from tests.store.conftest import postgres_address as postgres_address
from warroom.config.settings import Probe
from warroom.config.watching import Watching, check_watching
from warroom.console.domain.watch.impact import crossings
from warroom.console.domain.watch.usual import usual_of
from warroom.console.monitor.keeping import Keeping, Kept, kept
from warroom.console.monitor.panel import Panel, Part
from warroom.console.monitor.shared import from_stored
from warroom.console.store.samples import Sample as Stored
from warroom.console.store.store import Store, open_store
from warroom.console.store.thinning import MINUTE, MOST_TURNS, TEN_MINUTES, thinned

START = datetime(2026, 11, 1, 14, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WORDS = ("ok", "failing", "unknown")


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with open_store(address) as opened:
        yield opened


def readings(words: list[tuple[str, int]], every: float) -> list[Stored]:
    """Readings in runs: a word and how many said it."""
    flat = [word for word, count in words for _ in range(count)]
    return [
        Stored("errors", START + timedelta(seconds=every * n), word, 5.0 if word == "failing" else 0.1)
        for n, word in enumerate(flat)
    ]


@given(
    st.lists(st.tuples(st.sampled_from(WORDS), st.integers(1, 40)), max_size=30),
    st.sampled_from([1.0, 5.0, 15.0, 60.0]),
    st.integers(1, 4),
    st.integers(1, 4),
)
def test_an_outage_is_the_same_by_few_readings_as_by_all(
    words: list[tuple[str, int]], every: float, failures: int, successes: int
) -> None:
    whole = readings(words, every)
    minutes = list(thinned(whole, MINUTE))
    # Where it turned more often than is kept, only the worst is known.
    if any(one.readings > 1 and one.low != one.high for one in minutes):
        return
    expected = crossings(map(from_stored, whole), failures, successes)
    assert crossings(map(from_stored, minutes), failures, successes) == expected
    tens = list(thinned(minutes, TEN_MINUTES))
    if all(one.low == one.high for one in tens):
        assert crossings(map(from_stored, tens), failures, successes) == expected
    assert sum(one.readings for one in tens) == len(whole)


def test_what_turns_all_the_time_is_one_row_that_says_the_worst() -> None:
    flapping = readings([("ok", 1), ("failing", 1)] * (MOST_TURNS + 1), 1.0)
    (one,) = thinned(flapping, MINUTE)
    assert (one.status, one.readings, one.low, one.high) == ("failing", 2 * MOST_TURNS + 2, 0.1, 5.0)
    few = list(thinned(flapping[:MOST_TURNS], MINUTE))
    assert len(few) == MOST_TURNS


def test_numbers_at_the_edge_of_a_float_have_a_mean() -> None:
    large = [replace(one, value=1.7e308) for one in readings([("ok", 10)], 1.0)]
    (one,) = thinned(large, MINUTE)
    assert one.value == pytest.approx(1.7e308)
    both = [replace(large[0], value=float("inf")), replace(large[1], value=float("-inf"))]
    assert next(thinned(both, MINUTE)).value is None


def test_what_is_usual_counts_the_readings_behind_a_row() -> None:
    (row,) = thinned(readings([("ok", 12)], 5.0), MINUTE)
    assert usual_of([from_stored(row)]).count == 12
    assert usual_of([from_stored(row)]).figure == pytest.approx(0.1)


async def test_the_console_that_polls_thins_a_part_at_a_time(store: Store) -> None:
    now = START + timedelta(days=20)
    batch = [
        Stored(f"p{probe}", at + timedelta(seconds=5 * n), "ok", 1.0)
        for probe in range(3)
        for at in (START, START + timedelta(days=15), now - timedelta(hours=1))
        for n in range(24)
    ]
    store.samples.write(batch, "shop")
    keeping = Keeping(store.samples, "shop", Kept(all=timedelta(days=16)), lambda: now)
    while keeping.untidy:
        await keeping.tidy()
    assert keeping.trouble == ""
    for probe in range(3):
        found = store.samples.read(f"p{probe}", START, "shop")
        assert [one.readings for one in found] == [12, 12, *[1] * 24], "forgotten, by the minute, each"
    later = Keeping(store.samples, "shop", Kept(), lambda: now + timedelta(days=5))
    while later.untidy:
        await later.tidy()
    assert [one.readings for one in store.samples.read("p0", START, "shop")] == [24, 12, 12]


async def test_a_console_that_follows_thins_nothing_and_one_that_polls_does(store: Store) -> None:
    moment = datetime.now(UTC)
    old = moment - timedelta(days=3)
    store.samples.write([Stored("p", old + timedelta(milliseconds=n), "ok") for n in range(100)], "shop")
    probe = Probe(name="p", kind="command", argv=("true",), every=timedelta(seconds=0.25))
    panel = Panel([probe], store.samples, clock=lambda: datetime.now(UTC), on_sample=lambda: None, service="shop")
    panel.play(Part.FOLLOWS, "kai")
    task = asyncio.create_task(panel.run())
    try:
        store.samples.write([Stored("p", moment, "ok")], "shop")
        await asyncio.to_thread(wait_for, lambda: panel.rows()[0].health.last, "a reading of another")
        assert len(store.samples.read("p", old, "shop", until=old + DAY)) == 100
        panel.play(Part.KEEPS, "")
        await asyncio.to_thread(wait_for, lambda: len(store.samples.read("p", old, "shop", until=old + DAY)) <= 2)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_how_long_is_set_and_checked() -> None:
    watching = Watching(keep=timedelta(days=90), keep_each=timedelta(days=2), keep_minutes=timedelta(days=9))
    assert kept(watching) == Kept(all=timedelta(days=90), each=timedelta(days=2), minutes=timedelta(days=9))
    wrong = Watching(keep_each=timedelta(minutes=30), keep_minutes=timedelta(minutes=10))
    assert [loc for loc, _, _ in check_watching(wrong, ())] == [("keep_each",), ("keep_minutes",)]
    assert kept(Watching()) == Kept()
