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


def test_services_that_share_a_store_keep_their_samples_apart(store: Store) -> None:
    store.samples.write([Sample("api", NOW, "ok", 1.0)], "shop")
    store.samples.write([Sample("api", NOW, "failing", 2.0)], "bank")
    assert store.samples.read("api", NOW, "shop") == (Sample("api", NOW, "ok", 1.0),)
    assert store.samples.read("api", NOW, "bank") == (Sample("api", NOW, "failing", 2.0),)


def test_samples_from_before_services_were_noted_belong_to_each(store: Store) -> None:
    store.samples.write([Sample("api", at(0), "ok")])
    store.samples.write([Sample("api", at(1), "failing")], "shop")
    assert [sample.status for sample in store.samples.read("api", at(0), "shop")] == ["ok", "failing"]


def test_a_span_ends_before_its_end(store: Store) -> None:
    store.samples.write([Sample("api", at(second), "ok") for second in range(5)], "shop")
    assert [sample.at for sample in store.samples.read("api", at(1), "shop", until=at(3))] == [at(1), at(2)]


def test_samples_are_followed_in_the_order_they_were_stored(store: Store) -> None:
    start = store.samples.head()
    store.samples.write([Sample("api", at(5), "ok", unit="ms", warning="slow")], "shop")
    store.samples.write([Sample("web", at(1), "ok"), Sample("api", at(6), "failing")], "shop")
    store.samples.write([Sample("api", at(7), "ok")], "bank")
    found = store.samples.tail("shop", start)
    assert [(sample.probe, sample.at) for sample in found] == [("api", at(5)), ("web", at(1)), ("api", at(6))]
    assert (found[0].unit, found[0].warning) == ("ms", "slow")
    assert store.samples.tail("shop", found[0].position) == found[1:]
    assert store.samples.tail("shop", store.samples.head()) == ()


def test_a_position_is_never_given_twice_even_when_all_is_forgotten(store: Store) -> None:
    store.samples.write([Sample("api", at(0), "ok")], "shop")
    before = store.samples.head()
    store.samples.forget(at(1))
    store.samples.write([Sample("api", at(2), "ok")], "shop")
    assert store.samples.head() > before


def test_what_stands_beside_a_reading_is_kept_of_the_newest_only(store: Store) -> None:
    store.samples.write([Sample("api", at(0), "ok", beside="zero"), Sample("api", at(1), "ok", beside="one")], "shop")
    assert [sample.beside for sample in store.samples.read("api", at(0), "shop")] == ["", "one"]
    store.samples.write([Sample("api", at(2), "ok")], "shop")
    assert [sample.beside for sample in store.samples.read("api", at(0), "shop")] == ["", "", ""]
