"""The outbox on every backend."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

from warroom.console.store.migrations import MIGRATIONS
from warroom.console.store.outbox import SHOWN, Parcel, Stage
from warroom.console.store.sqlite import SqliteDatabase
from warroom.console.store.store import Store, open_store
from warroom.console.store.worker import Worker

NOW = datetime(2026, 11, 20, 14, 47, 12, 7, tzinfo=UTC)


def at(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


def parcel(id: str = "a", seconds: int = 0, channel: str = "incidents") -> Parcel:
    return Parcel(
        id=id,
        incident="INC-7",
        thread="INC-7@2026",
        message="progress",
        title="Progress",
        audience="stakeholders",
        channel=channel,
        target="t",
        level="P0",
        phase="identified",
        subject="Sign-in fails",
        body="We are on it.\n",
        drill=False,
        actor="kai",
        queued_at=at(seconds),
        next_at=at(seconds),
        changed_at=at(seconds),
    )


def test_a_parcel_is_read_back_as_it_was_put(store: Store) -> None:
    store.outbox.put([parcel("a"), replace(parcel("b"), drill=True, body="漢\n\u202e", attempts=3, reason="HTTP 503")])
    assert store.outbox.get("a") == parcel("a")
    assert store.outbox.get("b") == replace(parcel("b"), drill=True, body="漢\n\u202e", attempts=3, reason="HTTP 503")
    assert store.outbox.get("c") is None


def test_the_same_letter_put_twice_stands_once_and_as_it_was(store: Store) -> None:
    store.outbox.put([parcel()])
    store.outbox.move(parcel(), state="sent")
    store.outbox.put([parcel()])
    assert [each.state for each in store.outbox.recent()] == ["sent"]


def test_a_parcel_moves_once_for_two_who_saw_the_same(store: Store) -> None:
    store.outbox.put([parcel()])
    claimed = store.outbox.move(parcel(), state="sending", attempts=1, holder="one")
    assert claimed == replace(parcel(), state="sending", attempts=1, holder="one", moves=1)
    assert store.outbox.move(parcel(), state="sending", attempts=1, holder="other") is None
    assert store.outbox.get("a") == claimed
    assert store.outbox.move(parcel("missing"), state="sent") is None


def test_every_change_is_noticed_though_the_clock_stands_still(store: Store) -> None:
    stamps = [store.outbox.stamp()]
    store.outbox.put([parcel()])
    stamps.append(store.outbox.stamp())
    found = store.outbox.move(parcel(), state="sending")
    stamps.append(store.outbox.stamp())
    assert found is not None
    store.outbox.move(found, state="waiting")
    stamps.append(store.outbox.stamp())
    assert len(set(stamps)) == 4


def test_pending_is_what_still_moves_oldest_first(store: Store) -> None:
    states = get_args(Stage)
    store.outbox.put([replace(parcel(state, -number), state=state) for number, state in enumerate(states)])
    assert [each.id for each in store.outbox.pending()] == ["delivered", "sending", "waiting"]


def test_recent_shows_what_needs_somebody_first(store: Store) -> None:
    store.outbox.put([replace(parcel(f"s{number:03}", number), state="sent") for number in range(SHOWN)])
    store.outbox.put([replace(parcel("failed", -5), state="failed"), parcel("waiting", -9)])
    assert [each.id for each in store.outbox.recent()][:3] == ["failed", "waiting", f"s{SHOWN - 1:03}"]
    assert len(store.outbox.recent()) == SHOWN


def test_the_last_thing_a_service_took_is_known_by_thread_and_channel(store: Store) -> None:
    store.outbox.put([replace(parcel("a"), ref="one"), replace(parcel("b", 5), ref="two"), parcel("c", 9)])
    store.outbox.put([replace(parcel("d", 7, "other"), ref="three")])
    assert store.outbox.last_ref("INC-7@2026", "incidents") == "two"
    assert store.outbox.last_ref("INC-7@2025", "incidents") == ""


def test_text_that_no_database_keeps_is_replaced(store: Store) -> None:
    store.outbox.put([replace(parcel(), body="a\0b\ud800")])
    found = store.outbox.get("a")
    assert found is not None
    assert found.body == "a\ufffdb\ufffd"


def test_the_outbox_outlives_the_process(address: str) -> None:
    with open_store(address) as first:
        first.outbox.put([parcel()])
    with open_store(address) as second:
        assert second.outbox.pending() == (parcel(),)


def test_an_older_store_gets_its_outbox_and_keeps_what_it_held(tmp_path: Path) -> None:
    path = tmp_path / "warroom.db"
    Worker(SqliteDatabase(path, MIGRATIONS[:1])).close()
    with sqlite3.connect(path) as old:
        old.execute("INSERT INTO samples VALUES ('api', 1, 'ok', 1.0, 1.0, '')")
    old.close()
    with open_store(path) as store:
        store.outbox.put([parcel()])
        assert store.outbox.pending() == (parcel(),)
        assert [sample.probe for sample in store.samples.read("api", datetime(1970, 1, 1, tzinfo=UTC))] == ["api"]
    assert path.with_name("warroom.db.v1.bak").exists()
