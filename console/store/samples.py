"""Samples: the readings of the probes. They are not events: nothing is chained, and old ones are forgotten."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from warroom.console.store.chain import storable
from warroom.console.store.instants import from_stored, to_stored
from warroom.console.store.worker import Sql, Worker


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading."""

    probe: str
    at: datetime
    """Aware UTC; with the probe's name it is the sample's key."""
    status: str
    """`ok`, `failing` or `unknown`."""
    value: float | None = None
    """What was measured, in the probe's unit; NaN is kept as none."""
    latency_ms: float | None = None
    reason: str = ""
    """Why it is not ok."""


class Samples:
    """Samples in the store."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def write(self, batch: Iterable[Sample]) -> None:
        """Store a batch in one commit. A second sample of one probe at the same instant replaces the first."""
        rows = [_row(sample) for sample in batch]
        statement = (
            "INSERT INTO samples (probe, at, status, value, latency_ms, reason) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (probe, at) DO UPDATE SET status = excluded.status, value = excluded.value,"
            " latency_ms = excluded.latency_ms, reason = excluded.reason"
        )
        if rows:
            self._worker.write(lambda sql: sql.many(statement, rows))

    def read(self, probe: str, since: datetime) -> tuple[Sample, ...]:
        """A probe's samples from `since` on, oldest first."""
        statement = (
            "SELECT probe, at, status, value, latency_ms, reason FROM samples WHERE probe = ? AND at >= ? ORDER BY at"
        )
        rows = self._worker.read(lambda sql: sql.all(statement, (storable(probe), to_stored(since))))
        return tuple(Sample(row[0], from_stored(row[1]), *row[2:]) for row in rows)

    def forget(self, before: datetime) -> int:
        """Delete the samples of all probes older than `before`; how many there were."""
        limit = (to_stored(before),)

        def work(sql: Sql) -> int:
            ((count,),) = sql.all("SELECT count(*) FROM samples WHERE at < ?", limit)
            sql.run("DELETE FROM samples WHERE at < ?", limit)
            return int(count)

        return self._worker.write(work)


def _row(sample: Sample) -> tuple[Any, ...]:
    key = (storable(sample.probe), to_stored(sample.at), storable(sample.status))
    return (*key, _number(sample.value), _number(sample.latency_ms), storable(sample.reason))


def _number(value: float | None) -> float | None:
    """A whole number becomes a float: databases read it back as one."""
    return None if value is None or math.isnan(value) else float(value)
