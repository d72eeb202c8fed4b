"""The tables, as numbered steps: a store remembers how many it has taken, and each step is taken in one transaction.

Only add to the end. A program refuses a store that has taken more steps than it knows.
"""

from dataclasses import dataclass

from warroom.console.store.log import GENESIS

CHANNEL = "warroom_log"
"""What PostgreSQL notifies on; the payload is a position and nothing else, so it can't be too long."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step, in both dialects."""

    sqlite: tuple[str, ...]
    postgres: tuple[str, ...]


# On SQLite the position is the row's own address, so a replay reads the file in order; (stream, version) stays the key
# that lets one of two writers win.
_SQLITE = (
    """CREATE TABLE records (
        position INTEGER PRIMARY KEY,
        stream TEXT NOT NULL, version INTEGER NOT NULL, type TEXT NOT NULL,
        at INTEGER NOT NULL, actor TEXT NOT NULL, console TEXT NOT NULL, data TEXT NOT NULL,
        previous TEXT NOT NULL, hash TEXT NOT NULL,
        UNIQUE (stream, version))""",
    "CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL, hash TEXT NOT NULL)",
    f"INSERT INTO head (id, position, hash) VALUES (1, 0, '{GENESIS}')",
    """CREATE TABLE leases (
        name TEXT PRIMARY KEY, owner TEXT NOT NULL, note TEXT NOT NULL,
        taken_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, fence INTEGER NOT NULL)""",
    """CREATE TABLE samples (
        probe TEXT NOT NULL, at INTEGER NOT NULL, status TEXT NOT NULL,
        value REAL, latency_ms REAL, reason TEXT NOT NULL,
        PRIMARY KEY (probe, at)) WITHOUT ROWID""",
    "CREATE INDEX samples_at ON samples (at)",
)

_POSTGRES = (
    """CREATE TABLE records (
        position BIGINT NOT NULL UNIQUE,
        stream TEXT NOT NULL, version BIGINT NOT NULL, type TEXT NOT NULL,
        at BIGINT NOT NULL, actor TEXT NOT NULL, console TEXT NOT NULL, data TEXT NOT NULL,
        previous TEXT NOT NULL, hash TEXT NOT NULL,
        PRIMARY KEY (stream, version))""",
    "CREATE TABLE head (id BIGINT PRIMARY KEY CHECK (id = 1), position BIGINT NOT NULL, hash TEXT NOT NULL)",
    f"INSERT INTO head (id, position, hash) VALUES (1, 0, '{GENESIS}')",
    """CREATE TABLE leases (
        name TEXT PRIMARY KEY, owner TEXT NOT NULL, note TEXT NOT NULL,
        taken_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, fence BIGINT NOT NULL)""",
    """CREATE TABLE samples (
        probe TEXT NOT NULL, at BIGINT NOT NULL, status TEXT NOT NULL,
        value DOUBLE PRECISION, latency_ms DOUBLE PRECISION, reason TEXT NOT NULL,
        PRIMARY KEY (probe, at))""",
    "CREATE INDEX samples_at ON samples (at)",
    f"""CREATE FUNCTION notify_position() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_notify('{CHANNEL}', NEW.position::text); RETURN NULL; END $$""",
    "CREATE TRIGGER head_moved AFTER UPDATE ON head FOR EACH ROW EXECUTE FUNCTION notify_position()",
)

_OUTBOX_SQLITE = (
    """CREATE TABLE outbox (
        id TEXT PRIMARY KEY, incident TEXT NOT NULL, thread TEXT NOT NULL, message TEXT NOT NULL, title TEXT NOT NULL,
        audience TEXT NOT NULL, channel TEXT NOT NULL, target TEXT NOT NULL, level TEXT NOT NULL, phase TEXT NOT NULL,
        subject TEXT NOT NULL, body TEXT NOT NULL, drill INTEGER NOT NULL, actor TEXT NOT NULL,
        queued_at INTEGER NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, next_at INTEGER NOT NULL,
        changed_at INTEGER NOT NULL, holder TEXT NOT NULL, reason TEXT NOT NULL, ref TEXT NOT NULL,
        moves INTEGER NOT NULL)""",
    "CREATE INDEX outbox_state ON outbox (state, queued_at)",
)

_OUTBOX_POSTGRES = tuple(statement.replace("INTEGER", "BIGINT") for statement in _OUTBOX_SQLITE)

_COLUMNS = "service, probe, at, status, value, latency_ms, reason, warning, unit"


def _samples(position: str, integer: str, number: str) -> tuple[str, ...]:
    """Samples by service, numbered as they come, so that consoles can follow one that polls."""
    return (
        "ALTER TABLE samples RENAME TO samples_1",
        "DROP INDEX samples_at",
        f"""CREATE TABLE samples (
            position {position},
            service TEXT NOT NULL, probe TEXT NOT NULL, at {integer} NOT NULL, status TEXT NOT NULL,
            value {number}, latency_ms {number}, reason TEXT NOT NULL, warning TEXT NOT NULL, unit TEXT NOT NULL,
            UNIQUE (service, probe, at))""",
        f"""INSERT INTO samples ({_COLUMNS})
            SELECT '', probe, at, status, value, latency_ms, reason, '', '' FROM samples_1 ORDER BY at""",
        "DROP TABLE samples_1",
        "CREATE INDEX samples_at ON samples (at)",
        f"""CREATE TABLE newest (
            service TEXT NOT NULL, probe TEXT NOT NULL, at {integer} NOT NULL, data TEXT NOT NULL,
            PRIMARY KEY (service, probe))""",
    )


def _spans(integer: str, number: str) -> tuple[str, ...]:
    """Old samples, several in one, for whoever looks back."""
    return (
        f"""CREATE TABLE spans (
            service TEXT NOT NULL, probe TEXT NOT NULL, at {integer} NOT NULL, width {integer} NOT NULL,
            until {integer} NOT NULL, readings {integer} NOT NULL, status TEXT NOT NULL,
            value {number}, low {number}, high {number}, latency_ms {number}, slowest {number},
            reason TEXT NOT NULL, warning TEXT NOT NULL, unit TEXT NOT NULL,
            PRIMARY KEY (service, probe, at))""",
        "CREATE INDEX spans_at ON spans (width, at)",
    )


MIGRATIONS = (
    Migration(_SQLITE, _POSTGRES),
    Migration(_OUTBOX_SQLITE, _OUTBOX_POSTGRES),
    Migration(
        _samples("INTEGER PRIMARY KEY AUTOINCREMENT", "INTEGER", "REAL"),
        _samples("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "BIGINT", "DOUBLE PRECISION"),
    ),
    Migration(_spans("INTEGER", "REAL"), _spans("BIGINT", "DOUBLE PRECISION")),
)
