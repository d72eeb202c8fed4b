"""Leases on every backend."""

from datetime import UTC, datetime, timedelta

import pytest

from warroom.console.store.leases import Held, Lease, Lost
from warroom.console.store.store import Store, open_store

NOW = datetime(2026, 11, 20, 14, 47, 12, tzinfo=UTC)
TTL = timedelta(seconds=30)
LATER = NOW + TTL
NAME = "environment/production"


def take(store: Store, owner: str, now: datetime = NOW, name: str = NAME) -> Lease:
    lease = store.leases.take(name, owner, now, TTL, note="deploy v1.2.4")
    assert isinstance(lease, Lease)
    return lease


def test_what_is_free_is_taken(store: Store) -> None:
    lease = take(store, "kai")
    assert lease == Lease(NAME, "kai", "deploy v1.2.4", NOW, LATER, 1)
    assert store.leases.list() == (lease,)
    assert lease.live(NOW) and not lease.live(LATER)


@pytest.mark.parametrize("owner", ["dana", "kai"])
def test_what_is_held_is_refused_with_who_holds_it(store: Store, owner: str) -> None:
    lease = take(store, "kai")
    assert store.leases.take(NAME, owner, LATER - timedelta(microseconds=1), TTL) == Held(lease)


def test_what_has_expired_is_taken_with_a_larger_fence(store: Store) -> None:
    take(store, "kai")
    assert take(store, "dana", LATER).fence == 2


def test_a_renewed_lease_lasts_longer(store: Store) -> None:
    lease = store.leases.renew(take(store, "kai"), NOW + timedelta(seconds=20), TTL)
    assert isinstance(lease, Lease)
    assert lease.expires_at == NOW + timedelta(seconds=50)
    assert lease.taken_at == NOW
    assert store.leases.take(NAME, "dana", LATER, TTL) == Held(lease)


def test_an_expired_lease_is_renewed_if_nobody_has_taken_it(store: Store) -> None:
    assert isinstance(store.leases.renew(take(store, "kai"), LATER + TTL, TTL), Lease)


def test_a_lease_that_was_taken_over_is_lost(store: Store) -> None:
    late = take(store, "kai")
    new = take(store, "dana", LATER)
    assert store.leases.renew(late, LATER, TTL) == Lost(NAME, new)
    assert not store.leases.release(late)
    assert store.leases.list() == (new,)


def test_a_lease_that_its_owner_took_anew_is_lost_to_the_old_holder(store: Store) -> None:
    late = take(store, "kai")
    take(store, "kai", LATER)
    assert isinstance(store.leases.renew(late, LATER, TTL), Lost)


def test_a_released_name_is_free_and_its_fence_still_grows(store: Store) -> None:
    lease = take(store, "kai")
    assert store.leases.release(lease)
    assert store.leases.list() == ()
    assert not store.leases.release(lease)
    assert store.leases.renew(lease, NOW, TTL) == Lost(NAME, None)
    assert take(store, "dana").fence == 2


def test_a_list_holds_the_names_that_begin_so_expired_ones_too(store: Store) -> None:
    take(store, "kai", name="console/b")
    take(store, "dana", name="console/a")
    take(store, "kai", name="poller_x")
    assert [lease.name for lease in store.leases.list("console/")] == ["console/a", "console/b"]
    assert [lease.name for lease in store.leases.list("poller%")] == []
    assert len(store.leases.list()) == 3


def test_a_lease_needs_an_owner(store: Store) -> None:
    with pytest.raises(ValueError, match="owner"):
        store.leases.take(NAME, "", NOW, TTL)


def test_leases_are_shared_and_outlive_a_console(address: str) -> None:
    with open_store(address) as store:
        lease = take(store, "kai")
    with open_store(address) as store:
        assert store.leases.take(NAME, "dana", NOW, TTL) == Held(lease)
