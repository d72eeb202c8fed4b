"""PostgreSQL's complaints, as errors with a name and a way on."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from warroom.console.store.errors import Corrupt, Full, Locked, StoreError, Unreachable

_BUSY = ("55P03", "57014", "40P01", "40001")
"""Lock or statement timeout, deadlock, serialization: the transaction is gone, another try may pass."""


@contextmanager
def named(where: str) -> Iterator[None]:
    """Turn psycopg's errors inside the block into StoreErrors."""
    try:
        yield
    except psycopg.Error as error:
        if error.sqlstate is None and not isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)):
            raise
        raise _name(where, error.sqlstate or "", _first_line(error)) from error


def _first_line(error: psycopg.Error) -> str:
    message = error.diag.message_primary or str(error)
    return message.strip().splitlines()[0] if message.strip() else type(error).__name__


def _name(where: str, state: str, why: str) -> StoreError:
    if state == "53100":
        return Full(
            where, "the server's disk is full", "free some space there; what was acknowledged is safe and can be read"
        )
    if state in _BUSY:
        return Locked(where, f"the server is busy ({why})", "try again; if it lasts, look for a hanging warroom")
    if state.startswith("23"):
        return Corrupt(where, f"the log contradicts itself ({why})", "run `warroom verify`")
    if state in ("XX001", "XX002", "42P01", "42703", "3F000"):
        return Corrupt(where, f"the store is damaged ({why})", "restore a backup, or name another with --store")
    if state == "42501":
        return Unreachable(where, why, "let the user create a schema there, or prepare the schema `warroom` for it")
    return Unreachable(where, why, "check the server and the address; nothing acknowledged is lost")
