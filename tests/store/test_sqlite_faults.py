"""What can happen to a file: full disks, locks, damage, strangers, newer programs."""

import os
import random
import re
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from warroom.console.store.errors import Corrupt, Foreign, Full, Locked, Newer, StoreError, Unreachable
from warroom.console.store.log import Draft, Proof
from warroom.console.store.migrations import MIGRATIONS, Migration
from warroom.console.store.samples import Sample
from warroom.console.store.sqlite import SqliteDatabase
from warroom.console.store.sqlite_file import APPLICATION_ID
from warroom.console.store.store import Store, default_path, open_store
from warroom.console.store.worker import Worker

if TYPE_CHECKING:
    from tests.store.conftest import Start

AT = datetime(2026, 11, 20, 14, 47, 12, tzinfo=UTC)


def note(store: Store, version: int, size: int = 2) -> None:
    store.log.append("INC-1", version, [Draft("note.added", '"' + "x" * size + '"')], AT, "kai", "c1")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with three records."""
    path = tmp_path / "warroom.db"
    with open_store(path) as store:
        for version in range(3):
            note(store, version)
    return path


def refusal(path: Path) -> StoreError:
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        open_store(path)
    assert path.read_bytes() == before
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
    return caught.value


def test_commits_are_durable_and_the_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "state" / "warroom.db"
    database = SqliteDatabase(path)
    worker = Worker(database)
    assert worker.read(lambda sql: sql.all("PRAGMA synchronous")) == [(2,)]
    assert worker.read(lambda sql: sql.all("PRAGMA journal_mode")) == [("wal",)]
    assert worker.read(lambda sql: sql.all("PRAGMA application_id")) == [(APPLICATION_ID,)]
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {"warroom.db": 0o600, "warroom.db-wal": 0o600, "warroom.db-shm": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    worker.close()


def test_a_store_that_another_is_just_making_is_not_taken_for_foreign(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as openers:
        for number in range(100):
            path, together = tmp_path / str(number) / "room.db", Barrier(4)

            def opened(path: Path = path, together: Barrier = together) -> int:
                together.wait()
                with open_store(path) as store:
                    return store.log.head().position

            assert [one.result() for one in [openers.submit(opened) for _ in range(4)]] == [0] * 4


def test_no_write_transaction_is_ever_deferred() -> None:
    import warroom.console.store.sqlite

    folder = Path(str(warroom.console.store.sqlite.__file__)).parent
    source = "".join(file.read_text() for file in folder.glob("sqlite*.py"))
    assert set(re.findall(r"BEGIN\b(?: [A-Z]+)?", source)) == {"BEGIN IMMEDIATE"}


@pytest.mark.parametrize(
    "content", [b"just a text file that somebody needs", bytes(range(256)) * 32, b"SQLite"], ids=len
)
def test_a_file_of_another_kind_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    assert isinstance(refusal(path), Foreign)


@pytest.mark.parametrize("setup", ["CREATE TABLE mine (x)", "PRAGMA user_version = 7", "PRAGMA application_id = 9"])
def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path, setup: str) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute(setup)
    other.close()
    assert isinstance(refusal(path), Foreign)


def test_a_store_of_a_newer_program_is_refused_and_left_alone(path: Path) -> None:
    newer = sqlite3.connect(path, isolation_level=None)
    newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    newer.close()
    assert isinstance(refusal(path), Newer)


@pytest.mark.parametrize("keep", [20, 100, 1000, 4096, 5000, 20000])
def test_a_truncated_store_is_refused_and_left_alone(path: Path, keep: int) -> None:
    path.write_bytes(path.read_bytes()[:keep])
    assert isinstance(refusal(path), (Corrupt, Foreign))


def test_random_bytes_over_the_pages_are_an_error_with_a_name_or_a_break(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(random.Random(7).randbytes(path.stat().st_size - 4096))
    with pytest.raises(Corrupt, match=r"damaged|gone"), open_store(path) as store:
        store.log.tail(0)


def test_a_store_without_its_tables_is_refused(path: Path) -> None:
    emptied = sqlite3.connect(path, isolation_level=None)
    emptied.execute("DROP TABLE head")
    emptied.close()
    assert isinstance(refusal(path), Corrupt)


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "warroom.db"
    path.touch()
    with open_store(path) as store:
        note(store, 0)


def test_a_folder_that_cannot_be_made_is_an_error_with_a_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unreachable, match=r"file/warroom\.db"):
        open_store(tmp_path / "file" / "warroom.db")
    with pytest.raises(Unreachable, match="directory"):
        open_store(tmp_path)


@pytest.mark.skipif(os.getuid() == 0, reason="root may open every file")
def test_a_file_without_rights_is_an_error_with_a_name(path: Path) -> None:
    path.chmod(0)
    with pytest.raises(Unreachable, match=r"[Pp]ermission"):
        open_store(path)


def test_a_writer_waits_for_another_process_and_gives_up_with_a_name(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warroom.console.store.sqlite.PATIENCE", 0.2)
    with open_store(path) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Locked, match="another process"):
            note(store, 3)
        assert len(store.log.tail(0)) == 3
        waiting = store.log.append_soon("INC-1", 3, [Draft("a", "{}")], AT, "kai", "c1")
        other.execute("ROLLBACK")
        other.close()
        try:
            waiting.result()
        except Locked:
            note(store, 3)
        assert isinstance(store.log.verify(), Proof)


def test_a_file_that_is_moved_away_while_in_use_takes_no_more_appends(path: Path) -> None:
    with open_store(path) as store:
        moved = path.rename(path.with_name("moved.db"))
        with pytest.raises(Unreachable, match="moved or deleted"):
            note(store, 3)
        moved.rename(path)
        note(store, 3)
        assert len(store.log.tail(0)) == 4


def test_a_killed_writers_records_are_there_at_the_next_start_at_once(tmp_path: Path, start_writer: "Start") -> None:
    path = tmp_path / "warroom.db"
    writer = start_writer("flood", str(path), "INC-1")
    assert writer.stdout
    lines = [writer.stdout.readline() for _ in range(20)]
    writer.kill()
    writer.communicate()
    assert lines[0] == "ready\n"
    assert path.with_name("warroom.db-wal").stat().st_size > 0
    with open_store(path) as store:
        assert len(store.log.tail(0)) >= 19


def test_a_migration_keeps_the_records_and_a_copy_of_the_file_before_it(path: Path) -> None:
    more = (*MIGRATIONS, Migration(("ALTER TABLE leases ADD COLUMN host TEXT NOT NULL DEFAULT ''",), ()))
    worker = Worker(SqliteDatabase(path, more))
    assert worker.read(lambda sql: sql.all("SELECT count(*) FROM records")) == [(3,)]
    assert worker.read(lambda sql: sql.all("PRAGMA user_version")) == [(len(more),)]
    worker.close()
    assert isinstance(refusal(path), Newer)
    copy = path.with_name(f"warroom.db.v{len(MIGRATIONS)}.bak")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with open_store(copy) as store:
        assert len(store.log.tail(0)) == 3


def test_a_migration_that_fails_changes_nothing(path: Path) -> None:
    more = (*MIGRATIONS, Migration(("DELETE FROM records", "ALTER TABLE missing ADD COLUMN x"), ()))
    with pytest.raises(Corrupt, match="no such table"):
        Worker(SqliteDatabase(path, more))
    with open_store(path) as store:
        assert len(store.log.tail(0)) == 3


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 600 KiB."""
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    disk = tmp_path / "disk"
    disk.mkdir()
    command = (str(mount), "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk))
    if not mount or not unmount or subprocess.run(command, capture_output=True, timeout=30).returncode:
        pytest.skip("a small file system can't be mounted here (needs rights)")
    yield disk
    subprocess.run((str(unmount), "-l", str(disk)), check=True, timeout=30)


def fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return ballast


def test_on_a_full_disk_an_append_fails_whole_reading_works_and_it_recovers(small_disk: Path) -> None:
    with open_store(small_disk / "warroom.db") as store:
        note(store, 0)
        ballast = fill(small_disk)
        with pytest.raises(Full, match="disk is full"):
            note(store, 1, size=200_000)
        with pytest.raises(Full):
            note(store, 1, size=200_000)
        assert len(store.log.tail(0)) == 1
        assert isinstance(store.log.verify(), Proof)
        ballast.unlink()
        note(store, 1)
        assert len(store.log.tail(0)) == 2
        assert isinstance(store.log.verify(), Proof)


def test_on_a_nearly_full_disk_a_small_event_passes_where_its_batch_does_not(small_disk: Path) -> None:
    with open_store(small_disk / "warroom.db") as store:
        note(store, 0)
        # Too large for the disk together, so the worker tries each alone.
        large = Draft("note.added", '"' + "x" * 2_000_000 + '"')
        queued = [
            store.log.append_soon(f"INC-{number}", 0, [draft], AT, "kai", "c1")
            for number, draft in enumerate((large, Draft("a", "{}"), large), 2)
        ]
        outcomes = [future.exception() for future in queued]
        assert [type(outcome) for outcome in outcomes] == [Full, type(None), Full]
        assert store.log.streams() == {"INC-1": 1, "INC-3": 1}


def test_a_store_opened_on_a_full_disk_shows_all_and_writes_once_there_is_space(
    small_disk: Path, start_writer: "Start"
) -> None:
    path = small_disk / "warroom.db"
    writer = start_writer("flood", str(path), "INC-1")
    assert writer.stdout
    acknowledged = [writer.stdout.readline() for _ in range(20)][1:]
    writer.kill()
    writer.communicate()
    path.with_name("warroom.db-shm").unlink()
    ballast = fill(small_disk)
    with open_store(path) as store:
        assert "disk is full" in str(store.read_only)
        records = store.log.tail(0)
        assert len(records) >= len(acknowledged)
        assert isinstance(store.log.verify(), Proof)
        with pytest.raises(Full):
            note(store, len(records))
        with pytest.raises(Full):
            store.samples.write([Sample("api", AT, "ok")])
        ballast.unlink()
        note(store, len(records))
        assert not store.read_only
        assert len(store.log.tail(0)) == len(records) + 1
    with open_store(path) as store:
        assert len(store.log.tail(0)) == len(records) + 1


def test_a_new_store_on_a_full_disk_says_so(small_disk: Path) -> None:
    fill(small_disk)
    with pytest.raises(Full, match="disk is full"):
        open_store(small_disk / "warroom.db")


def test_the_default_store_lies_in_the_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert default_path() == tmp_path / "warroom" / "warroom.db"
    with open_store() as store:
        assert store.where == str(tmp_path / "warroom" / "warroom.db")
    assert stat.S_IMODE((tmp_path / "warroom").stat().st_mode) == 0o700


def test_a_sqlite_address_names_an_absolute_path(tmp_path: Path) -> None:
    for number, slashes in enumerate(("sqlite://", "sqlite:///")):
        with open_store(f"{slashes}{tmp_path}/my%20store{number}.db"):
            assert (tmp_path / f"my store{number}.db").exists()


@pytest.mark.parametrize("address", ["mysql://db/room", "sqlite://", "sqlite:///", "http://x"])
def test_an_address_of_another_kind_is_refused_with_what_is_expected(address: str) -> None:
    with pytest.raises(Unreachable, match="expected a path"):
        open_store(address)
