"""The tables on a PostgreSQL server: recognised as ours, brought up to date. They live in a schema of their own."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql as quoting

from warroom.console.store.errors import Corrupt, Foreign, Newer
from warroom.console.store.migrations import Migration


def _identify(connection: "psycopg.Connection[tuple[Any, ...]]", where: str, known: int) -> int:
    """The number of migrations the schema has taken; 0 for a new one. Raises Foreign and Newer."""
    tables = {
        name
        for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'warroom'").fetchall()
    }
    if not tables:
        return 0
    if "schema_version" not in tables:
        raise Foreign(
            where, "its schema `warroom` belongs to another program", "name another database; it was left as it was"
        )
    row = connection.execute("SELECT version FROM warroom.schema_version").fetchone()
    if row is None or not {"records", "head", "leases", "samples"} <= tables:
        raise Corrupt(where, "some of its tables are gone", "restore a backup; it was left as it was")
    if row[0] > known:
        raise Newer(
            where,
            f"a newer warroom wrote it (tables {row[0]}, known {known})",
            "upgrade warroom; it was left as it was",
        )
    return int(row[0])


def migrate(connection: "psycopg.Connection[tuple[Any, ...]]", where: str, migrations: Sequence[Migration]) -> None:
    """Take the missing steps in one transaction."""
    if _identify(connection, where, len(migrations)) == len(migrations):
        return
    with connection.transaction():
        # One console prepares the tables; the others wait here and find them.
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('warroom schema'))")
        version = _identify(connection, where, len(migrations))
        if version == 0:
            connection.execute("CREATE SCHEMA IF NOT EXISTS warroom")
            connection.execute("CREATE TABLE schema_version (version INTEGER NOT NULL)")
            connection.execute("INSERT INTO schema_version VALUES (0)")
        for migration in migrations[version:]:
            for statement in migration.postgres:
                connection.execute(quoting.SQL(statement))
        connection.execute("UPDATE schema_version SET version = %s", (len(migrations),))
