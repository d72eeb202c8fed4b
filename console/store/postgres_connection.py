"""Sessions on a PostgreSQL server, with a limit to every wait."""

import random
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from warroom.console.store.errors import Unreachable
from warroom.console.store.postgres_errors import named

_CONNECTION = {
    "application_name": "warroom",
    "connect_timeout": "5",
    "keepalives": "1",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}

# The last limit frees the head for others when a console that holds it is stopped or cut off.
_SESSION = """
    SET statement_timeout = '5s'; SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '10s';
    SET client_encoding = 'UTF8'; SET search_path = warroom;
    SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')
"""


def read_address(address: str) -> tuple[str, str]:
    """Connection parameters with our deadlines, and the address to show: without a password.

    Raises:
        Unreachable: the address can't be read.
    """
    try:
        given = conninfo_to_dict(address)
    except psycopg.ProgrammingError:
        # The driver's message repeats the address, password and all.
        raise Unreachable("store", "can't read the PostgreSQL address", 'e.g. "postgresql://room@db/warroom"') from None
    user = f"{given['user']}@" if given.get("user") else ""
    port = f":{given['port']}" if given.get("port") else ""
    where = f"postgresql://{user}{given.get('host') or ''}{port}/{given.get('dbname') or ''}"
    return make_conninfo(**{**_CONNECTION, **{key: str(value) for key, value in given.items()}}), where


def connect(conninfo: str, where: str) -> "psycopg.Connection[tuple[Any, ...]]":
    """A session with all limits set, each statement its own transaction. Raises Unreachable."""
    with named(where):
        connection = psycopg.connect(conninfo, autocommit=True)
        try:
            connection.execute(_SESSION)
            row = connection.execute("SHOW server_encoding").fetchone()
            if row != ("UTF8",):
                raise Unreachable(where, "the database is not in UTF8", "create one with ENCODING 'UTF8'")
        except BaseException:
            connection.close()
            raise
        return connection


def backoff(attempt: int) -> float:
    """Seconds to wait before an attempt: doubling from 50 ms to 2 s, scattered so that consoles come one by one."""
    return float(min(2.0, 0.05 * 2 ** min(attempt, 6)) * random.uniform(0.5, 1.0))
