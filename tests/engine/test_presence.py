"""Who is here and who looks, told between consoles by leases; and the watch that counts on nobody but them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from warroom.console.domain.intents import By
from warroom.console.engine.presence import Presence
from warroom.console.store.store import Store, open_store

NOW = datetime(2026, 11, 21, 2, 40, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "room.db") as store:
        yield store


def presence(store: Store, actor: str) -> Presence:
    return Presence(store.leases, By(actor=actor, console=f"desk:{actor}"))


def looking(watch: Presence, now: datetime) -> dict[str, bool]:
    return {console.actor: console.looking for console in watch.others(now)}


def test_a_console_whose_keys_nobody_touches_is_here_but_not_looked_at(store: Store) -> None:
    wall, watch = presence(store, "wall"), presence(store, "watch")
    wall.show(NOW)
    watch.show(NOW)
    assert looking(watch, NOW) == {"wall": False}
    assert looking(wall, NOW) == {"watch": False}


def test_somebody_who_touches_a_key_is_counted_on_for_ten_minutes(store: Store) -> None:
    kai, watch = presence(store, "kai"), presence(store, "watch")
    kai.attend(NOW)
    for minute in range(13):
        kai.show(NOW + minute * MINUTE)
    assert looking(watch, NOW + 9 * MINUTE) == {"kai": True}
    later = NOW + 12 * MINUTE
    assert looking(watch, later) == {"kai": False}
    kai.attend(later)
    kai.show(later)
    assert looking(watch, later) == {"kai": True}, "back at the keys, after the first lease ran out"


def test_each_key_does_not_cost_a_write(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    kai = presence(store, "kai")
    writes: list[str] = []

    def counted(name: str) -> None:
        real = getattr(store.leases, name)

        def write(*given: object) -> object:
            writes.append(name)
            return real(*given)

        monkeypatch.setattr(store.leases, name, write)

    counted("take")
    counted("renew")
    for second in range(60):
        kai.attend(NOW + timedelta(seconds=second))
        kai.show(NOW + timedelta(seconds=second))
    assert len(writes) <= 10


def test_who_leaves_is_neither_here_nor_looking(store: Store) -> None:
    kai, watch = presence(store, "kai"), presence(store, "watch")
    kai.attend(NOW)
    kai.show(NOW)
    kai.leave()
    assert looking(watch, NOW) == {}
