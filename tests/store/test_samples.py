"""Samples on every backend."""

from datetime import UTC, datetime, timedelta

import pytest

from warroom.console.store.samples import Sample
from warroom.console.store.store import Store
from warroom.console.store.thinning import MINUTE, TEN_MINUTES

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


DAY = timedelta(days=1)


def thin_all(store: Store, before: datetime, width: timedelta) -> int:
    """Thin until nothing is left to thin; how many samples were taken."""
    taken = 0
    while count := store.samples.thin(before, width):
        taken += count
    return taken


def test_old_samples_are_kept_by_the_minute_with_what_they_said(store: Store) -> None:
    start = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)

    def moment(seconds: int) -> datetime:
        return start + timedelta(seconds=seconds)

    store.samples.write(
        [
            *(Sample("api", moment(n), "ok", float(n), 10.0 + n, unit="%") for n in range(0, 30, 5)),
            *(Sample("api", moment(n), "failing", float(n), 99.0, f"bad {n}", unit="%") for n in range(30, 60, 5)),
            Sample("api", moment(60), "ok", 1.0),
            Sample("web", moment(2), "unknown", warning="soon"),
        ],
        "shop",
    )
    assert thin_all(store, moment(119), MINUTE) == 13
    good, bad = store.samples.read("api", start, "shop", until=moment(60))
    assert good == Sample(
        "api", start, "ok", 12.5, 22.5, unit="%", readings=6, until=moment(25), low=0.0, high=25.0, slowest=35.0
    )
    assert (bad.at, bad.readings, bad.until, bad.reason) == (moment(30), 6, moment(55), "bad 30")
    assert [sample.at for sample in store.samples.read("api", start, "shop")] == [start, moment(30), moment(60)]
    (web,) = store.samples.read("web", start, "shop")
    assert (web.status, web.value, web.warning, web.readings) == ("unknown", None, "soon", 1)


def test_a_minute_that_is_not_over_is_left_alone_and_nothing_is_thinned_twice(store: Store) -> None:
    start = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
    store.samples.write([Sample("api", start + timedelta(seconds=n), "ok") for n in range(0, 90, 10)], "shop")
    assert thin_all(store, start + timedelta(seconds=80), MINUTE) == 6
    assert thin_all(store, start + timedelta(seconds=80), MINUTE) == 0
    assert [sample.readings for sample in store.samples.read("api", start, "shop")] == [6, 1, 1, 1]


def test_minutes_become_ten_minutes(store: Store) -> None:
    start = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
    store.samples.write(
        [Sample("api", start + timedelta(seconds=n), "ok", float(n)) for n in range(0, 1800, 30)], "shop"
    )
    thin_all(store, start + DAY, MINUTE)
    assert len(store.samples.read("api", start, "shop")) == 30
    assert thin_all(store, start + DAY, TEN_MINUTES) == 30
    assert thin_all(store, start + DAY, TEN_MINUTES) == 0
    found = store.samples.read("api", start, "shop")
    assert [(sample.readings, sample.low, sample.high) for sample in found] == [
        (20, 0.0, 570.0),
        (20, 600.0, 1170.0),
        (20, 1200.0, 1770.0),
    ]
    assert [sample.value for sample in found] == pytest.approx([285.0, 885.0, 1485.0])
    assert found[0].until == start + timedelta(seconds=570)


def test_what_is_thinned_takes_a_bounded_part_at_a_time_and_whole_probes(store: Store) -> None:
    start = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
    batch = [Sample(f"p{probe:02}", start + timedelta(seconds=n), "ok") for probe in range(50) for n in range(0, 60, 2)]
    store.samples.write(batch, "shop")
    assert store.samples.thin(start + DAY, MINUTE) == 990
    assert thin_all(store, start + DAY, MINUTE) == 510
    for probe in range(50):
        assert [sample.readings for sample in store.samples.read(f"p{probe:02}", start, "shop")] == [30]


def test_thinned_samples_are_forgotten_too_and_followers_see_nothing_of_it(store: Store) -> None:
    store.samples.write([Sample("api", at(second), "ok") for second in range(10)], "shop")
    head = store.samples.head()
    thin_all(store, at(0) + DAY, MINUTE)
    assert store.samples.tail("shop", 0) == ()
    store.samples.write([Sample("api", at(600), "ok")], "shop")
    assert [sample.at for sample in store.samples.tail("shop", head)] == [at(600)]
    while store.samples.forget(before=at(500)):
        pass
    assert [sample.at for sample in store.samples.read("api", at(0), "shop")] == [at(600)]


def test_a_flood_is_forgotten_in_parts(store: Store) -> None:
    store.samples.write([Sample("api", at(second), "ok") for second in range(1500)], "shop")
    assert [store.samples.forget(at(2000)) for _ in range(3)] == [1000, 500, 0]
