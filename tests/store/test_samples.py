"""Samples on every backend."""

from datetime import UTC, datetime, timedelta

from warroom.console.store.samples import Sample
from warroom.console.store.store import Store

NOW = datetime(2026, 11, 20, 14, 47, 12, 7, tzinfo=UTC)


def at(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_batch_is_read_back_oldest_first(store: Store) -> None:
    late = Sample("api /health", at(5), "failing", 500.0, 412.5, "[STATUS] (500) == 200\n漢")
    early = Sample("api /health", at(0), "ok", 200.0, 38.0)
    store.samples.write([late, early, Sample("web", at(1), "unknown")])
    assert store.samples.read("api /health", since=at(0)) == (early, late)
    assert store.samples.read("api /health", since=at(1)) == (late,)
    assert store.samples.read("web", since=at(0)) == (Sample("web", at(1), "unknown", None, None, ""),)
    assert store.samples.read("db", since=at(0)) == ()


def test_a_second_sample_of_the_same_instant_replaces_the_first(store: Store) -> None:
    store.samples.write([Sample("api", NOW, "ok")])
    store.samples.write([Sample("api", NOW, "failing", 1.0)])
    assert store.samples.read("api", NOW) == (Sample("api", NOW, "failing", 1.0),)


def test_numbers_that_are_none_are_kept_as_none(store: Store) -> None:
    infinite = Sample("b", NOW, "ok", float("inf"), 3)
    store.samples.write([Sample("a", NOW, "unknown", float("nan"), float("nan")), infinite])
    assert store.samples.read("a", NOW) == (Sample("a", NOW, "unknown"),)
    assert store.samples.read("b", NOW) == (infinite,)


def test_text_that_no_database_keeps_is_replaced(store: Store) -> None:
    store.samples.write([Sample("a\0", NOW, "unknown", reason="bad \ud800 body \0")])
    assert store.samples.read("a\0", NOW)[0].reason == "bad � body �"


def test_old_samples_are_forgotten(store: Store) -> None:
    store.samples.write([Sample("api", at(second), "ok") for second in range(10)])
    assert store.samples.forget(before=at(4)) == 4
    assert store.samples.forget(before=at(4)) == 0
    assert [sample.at for sample in store.samples.read("api", at(0))] == [at(second) for second in range(4, 10)]


def test_an_empty_batch_is_no_commit(store: Store) -> None:
    store.samples.write([])


def test_samples_leave_the_log_alone(store: Store) -> None:
    store.samples.write([Sample("api", NOW, "ok")])
    assert not store.log.changed(0)
