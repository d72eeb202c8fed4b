"""The store: one database with the log, the leases, the samples and the outbox, opened by its address."""

from pathlib import Path
from urllib.parse import unquote

from warroom.console.store.errors import Full, Unreachable
from warroom.console.store.event_log import EventLog, Watch
from warroom.console.store.leases import Leases
from warroom.console.store.log import Log
from warroom.console.store.outbox import Outbox
from warroom.console.store.samples import Samples
from warroom.console.store.worker import Worker


class Store:
    """Everything that is kept. Made by `open_store`; closes itself at the end of a `with` block."""

    def __init__(self, worker: Worker, watch: Watch) -> None:
        self.where = worker.where
        """The file or address, without a password."""
        self.log: Log = EventLog(worker, watch)
        self.leases = Leases(worker)
        self.samples = Samples(worker)
        self.outbox = Outbox(worker)
        self._worker = worker

    @property
    def read_only(self) -> Full | None:
        """Why nothing can be written: the disk was full at the opening. None once a write has passed."""
        return self._worker.read_only

    def close(self) -> None:
        """Finish what is queued and let go of the database; may be called twice."""
        self.log.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(address: str | Path = "") -> Store:
    """Open the store, and create it if there is none.

    `address` is empty (a SQLite file under the XDG state folder), a path, `sqlite:///absolute/path`, or
    `postgresql://user@host/database`.

    Raises:
        StoreError: it can't be used; the message says why, and a way on.
    """
    path = file_of(address)
    return _open_file(path) if path else _open_server(str(address))


def file_of(address: str | Path = "") -> Path | None:
    """The SQLite file an address means; none where it names a server.

    Raises:
        Unreachable: it is no address of a store.
    """
    text = str(address)
    scheme, separator, rest = text.partition("://")
    match scheme if separator else "":
        case "":
            return Path(text).expanduser() if text else default_path()
        case "sqlite" if rest.startswith("/") and rest.strip("/"):
            return Path("/" + unquote(rest).lstrip("/"))
        case "postgresql" | "postgres":
            return None
        case _:
            known = "a path, sqlite:///absolute/path or postgresql://user@host/database"
            raise Unreachable("store", f"can't read an address that begins with {scheme}://", f"expected {known}")


def default_path() -> Path:
    """The file used when nothing else is configured."""
    from platformdirs import user_state_path

    return user_state_path("warroom", appauthor=False) / "warroom.db"


def _open_file(path: Path) -> Store:
    from warroom.console.store.sqlite import SqliteDatabase
    from warroom.console.store.sqlite_watch import SqliteWatch

    worker = Worker(SqliteDatabase(path))
    return Store(worker, SqliteWatch(worker))


def _open_server(address: str) -> Store:
    try:
        from warroom.console.store.postgres import PostgresDatabase
        from warroom.console.store.postgres_watch import PostgresWatch
    except ImportError as error:
        raise Unreachable("store", "PostgreSQL needs psycopg", "run: pip install 'warroom[postgres]'") from error
    database = PostgresDatabase(address)
    return Store(Worker(database), PostgresWatch(database.conninfo, database.where))
