"""What can happen to a server: restarts mid-write, silence, strangers, newer programs."""

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from warroom.console.store.errors import Conflict, Foreign, Locked, Newer, StoreError, Unreachable
from warroom.console.store.log import Draft, Head, Proof
from warroom.console.store.migrations import CHANNEL, MIGRATIONS
from warroom.console.store.store import open_store

if TYPE_CHECKING:
    from tests.store.conftest import Cluster

AT = datetime(2026, 11, 20, 14, 47, 12, tzinfo=UTC)
NOTE = [Draft("note.added", "{}")]
OURS = "FROM pg_stat_activity WHERE application_name = 'warroom' AND datname = current_database()"


def execute(address: str, *statements: str) -> list[tuple[Any, ...]]:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def test_what_is_acknowledged_survives_a_power_cut_and_the_consoles_go_on(
    cluster: "Cluster", postgres_address: str
) -> None:
    acknowledged: dict[int, str] = {}
    enough = threading.Semaphore(0)
    errors: list[BaseException] = []

    def flood(stream: str) -> None:
        try:
            with open_store(postgres_address) as store:
                for version in range(150):
                    (record,) = store.log.append(stream, version, NOTE, AT, "kai", stream)
                    acknowledged[record.position] = record.hash
                    enough.release()
        except (StoreError, Conflict) as error:
            errors.append(error)
            enough.release(1000)

    with open_store(postgres_address):
        writers = [threading.Thread(target=flood, args=(f"INC-{number}",)) for number in range(4)]
        for writer in writers:
            writer.start()
        for _ in range(100):
            assert enough.acquire(timeout=30)
        cluster.stop()
        cluster.start()
        for writer in writers:
            writer.join(timeout=60)
    assert errors == []
    with open_store(postgres_address) as store:
        stored = {record.position: record.hash for record in store.log.tail(0)}
        assert stored == acknowledged
        assert store.log.streams() == {f"INC-{number}": 150 for number in range(4)}
        assert isinstance(store.log.verify(), Proof)


def test_a_listener_hears_of_an_append_after_the_server_restarted(cluster: "Cluster", postgres_address: str) -> None:
    with open_store(postgres_address) as store, open_store(postgres_address) as other:
        assert not store.log.changed(0)
        cluster.stop()
        cluster.start()
        other.log.append("INC-1", 0, NOTE, AT, "kai", "c2")
        assert store.log.wait(0, timeout=30)
        assert len(store.log.tail(0)) == 1


def test_an_append_wakes_who_waits_on_another_console(postgres_address: str) -> None:
    with open_store(postgres_address) as store, open_store(postgres_address) as other:
        assert not store.log.changed(0)
        woken: Future[bool] = Future()
        thread = threading.Thread(target=lambda: woken.set_result(store.log.wait(0, timeout=4)))
        thread.start()
        other.log.append("INC-1", 0, NOTE, AT, "kai", "c2")
        # The heartbeat would find it after five seconds only: this is the notification.
        assert woken.result(timeout=4)
        thread.join()


def test_a_notification_carries_the_position_and_nothing_else(postgres_address: str) -> None:
    import psycopg

    with open_store(postgres_address) as store, psycopg.connect(postgres_address, autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}".encode())
        store.log.append("INC-1", 0, [Draft("note.added", '"' + "x" * 9000 + '"')], AT, "kai", "c1")
        (heard,) = connection.notifies(timeout=10, stop_after=1)
        assert heard.payload == "1"


def test_closing_a_store_ends_its_waiting(postgres_address: str) -> None:
    store = open_store(postgres_address)
    assert not store.log.changed(0)
    woken: Future[bool] = Future()
    thread = threading.Thread(target=lambda: woken.set_result(store.log.wait(0, timeout=60)))
    thread.start()
    store.close()
    assert woken.result(timeout=10) is False
    thread.join()


def test_a_late_commit_does_not_slip_in_below_what_was_seen(postgres_address: str) -> None:
    import psycopg

    with open_store(postgres_address) as store, psycopg.connect(postgres_address) as slow:
        slow.execute("SELECT * FROM warroom.head FOR UPDATE")
        queued = store.log.append_soon("INC-1", 0, NOTE, AT, "kai", "c1")
        done, _ = wait([queued], timeout=0.2)
        assert not done
        slow.rollback()
        assert queued.result()[0].position == 1


def test_a_server_that_falls_silent_is_hung_up_on(
    cluster: "Cluster", postgres_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warroom.console.store.postgres._DEADLINE", 0.5)
    monkeypatch.setattr("warroom.console.store.postgres_connection._SESSION", _short_limits())
    with open_store(postgres_address) as store:
        store.log.append("INC-1", 0, NOTE, AT, "kai", "c1")
        ((backend,),) = execute(
            postgres_address,
            f"SELECT pid {OURS}",
        )
        os.kill(backend, signal.SIGSTOP)
        try:
            # Reading needs nothing that the silent process holds: a new connection answers.
            assert len(store.log.tail(0)) == 1
            (record,) = store.log.append("INC-1", 1, NOTE, AT, "kai", "c1")
            assert record.version == 2
        finally:
            os.kill(backend, signal.SIGCONT)


def _short_limits() -> str:
    from warroom.console.store import postgres_connection

    return postgres_connection._SESSION.replace("'5s'", "'300ms'")


def test_a_head_that_somebody_holds_is_an_error_with_a_name(
    postgres_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    monkeypatch.setattr("warroom.console.store.postgres_connection._SESSION", _short_limits())
    with open_store(postgres_address) as store:
        with psycopg.connect(postgres_address) as holder:
            holder.execute("SELECT * FROM warroom.head FOR UPDATE")
            with pytest.raises(Locked, match="busy"):
                store.log.append("INC-1", 0, NOTE, AT, "kai", "c1")
            assert store.log.head() == Head()
        assert store.log.append("INC-1", 0, NOTE, AT, "kai", "c1")


def test_a_stopped_server_is_an_error_with_a_name_and_no_long_wait(
    cluster: "Cluster", postgres_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warroom.console.store.postgres.PATIENCE", 0.2)
    with open_store(postgres_address) as store:
        cluster.stop()
        try:
            for _ in range(3):
                with pytest.raises(Unreachable, match=r"^postgresql://room@"):
                    store.log.append("INC-1", 0, NOTE, AT, "kai", "c1")
            with pytest.raises(Unreachable):
                open_store(postgres_address)
        finally:
            cluster.start()
        assert store.log.append("INC-1", 0, NOTE, AT, "kai", "c1")


def lose_the_answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """The next commit arrives at the server, and its answer does not arrive here."""
    import psycopg

    lost: list[int] = []
    execute = psycopg.Connection.execute

    def cut(self: Any, query: Any, *arguments: Any, **options: Any) -> Any:
        result = execute(self, query, *arguments, **options)
        if query == "COMMIT" and not lost:
            lost.append(1)
            self.close()
            raise psycopg.OperationalError("server closed the connection unexpectedly")
        return result

    monkeypatch.setattr(psycopg.Connection, "execute", cut)
    return lambda: len(lost)


def test_a_commit_whose_answer_was_lost_is_not_repeated(postgres_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(postgres_address) as store:
        lost = lose_the_answer(monkeypatch)
        (record,) = store.log.append("INC-1", 0, NOTE, AT, "kai", "c1")
        assert lost() == 1
        assert store.log.tail(0) == (record,)
        assert isinstance(store.log.verify(), Proof)


def test_a_killed_backend_is_replaced(postgres_address: str) -> None:
    with open_store(postgres_address) as store:
        execute(postgres_address, f"SELECT pg_terminate_backend(pid) {OURS}")
        assert store.log.append("INC-1", 0, NOTE, AT, "kai", "c1")


def test_a_schema_of_another_program_is_refused(postgres_address: str) -> None:
    execute(postgres_address, "CREATE SCHEMA warroom", "CREATE TABLE warroom.mine (x INT)")
    with pytest.raises(Foreign, match="another program"):
        open_store(postgres_address)
    assert execute(postgres_address, "SELECT tablename FROM pg_tables WHERE schemaname = 'warroom'") == [("mine",)]


def test_a_store_of_a_newer_program_is_refused(postgres_address: str) -> None:
    open_store(postgres_address).close()
    execute(postgres_address, f"UPDATE warroom.schema_version SET version = {len(MIGRATIONS) + 1}")
    with pytest.raises(Newer, match="upgrade"):
        open_store(postgres_address)


def test_a_database_that_cannot_hold_every_letter_is_refused(cluster: "Cluster", postgres_address: str) -> None:
    execute(postgres_address, "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(Unreachable, match="UTF8"):
        open_store(cluster.address("latin"))
    execute(postgres_address, "DROP DATABASE latin")


def test_a_password_never_shows(cluster: "Cluster") -> None:
    address = f"postgresql://room:hunter2@/nowhere?host={cluster.folder}"
    with pytest.raises(Unreachable) as caught:
        open_store(address)
    assert "hunter2" not in str(caught.value)
    assert "nowhere" in str(caught.value)
    with pytest.raises(Unreachable) as caught:
        open_store("postgresql://room:hunter2@[")
    assert "hunter2" not in str(caught.value)


def test_commits_are_durable_whatever_the_database_says(postgres_address: str) -> None:
    name = postgres_address.partition("@/")[2].partition("?")[0]
    execute(postgres_address, f"ALTER DATABASE {name} SET synchronous_commit = off")
    with open_store(postgres_address) as store:
        assert store._worker.read(lambda sql: sql.all("SHOW synchronous_commit")) == [("on",)]
