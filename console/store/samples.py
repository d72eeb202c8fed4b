"""Samples: the readings of the probes. They are not events: nothing is chained, and old ones are forgotten."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from warroom.console.store.chain import storable
from warroom.console.store.instants import from_stored, to_stored
from warroom.console.store.worker import Sql, Worker

_COLUMNS = "service, probe, at, status, value, latency_ms, reason, warning, unit"
_READ = ", ".join(f"s.{name}" for name in _COLUMNS.split(", ")[1:])
_PAGE = 5000
"""Samples that are handed over at once, so that a console that was away for long doesn't hold up the others."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading."""

    probe: str
    at: datetime
    """Aware UTC; with the service and the probe's name it is the sample's key."""
    status: str
    """`ok`, `failing` or `unknown`."""
    value: float | None = None
    """What was measured, in the probe's unit; NaN is kept as none."""
    latency_ms: float | None = None
    reason: str = ""
    """Why it is not ok."""
    warning: str = ""
    """Which softer limit did not hold."""
    unit: str = ""
    beside: str = ""
    """What stands beside the newest reading, such as alerts, in the words of who wrote it. Of older ones it is gone."""
    position: int = field(default=0, compare=False)
    """Grows in the order in which samples are stored; 0: not stored yet."""


class Samples:
    """Samples in the store, by service."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def write(self, batch: Iterable[Sample], service: str = "") -> None:
        """Store a batch in one commit. A second sample of one probe at the same instant replaces the first."""
        samples = tuple(batch)
        service = storable(service)
        rows = [_row(service, sample) for sample in samples]
        # Every newest reading is written, so that one without anything beside it clears what stood there.
        newest = {sample.probe: sample for sample in sorted(samples, key=lambda sample: sample.at)}
        beside = [_beside(service, sample) for sample in newest.values()]
        statement = (
            f"INSERT INTO samples ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (service, probe, at) DO UPDATE SET status = excluded.status, value = excluded.value,"
            " latency_ms = excluded.latency_ms, reason = excluded.reason, warning = excluded.warning,"
            " unit = excluded.unit"
        )
        put = (
            "INSERT INTO newest (service, probe, at, data) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (service, probe) DO UPDATE SET at = excluded.at, data = excluded.data"
            " WHERE excluded.at >= newest.at"
        )

        def work(sql: Sql) -> None:
            sql.many(statement, rows)
            sql.many(put, beside)

        if rows:
            self._worker.write(work)

    def read(self, probe: str, since: datetime, service: str = "", until: datetime | None = None) -> tuple[Sample, ...]:
        """A probe's samples from `since` on and before `until`, oldest first; those of no named service too."""
        last = "" if until is None else " AND s.at < ?"
        values = (storable(probe), storable(service), to_stored(since), *([to_stored(until)] if until else []))
        return self._all(f"s.probe = ? AND s.service IN (?, '') AND s.at >= ?{last} ORDER BY s.at", values)

    def tail(self, service: str, position: int) -> tuple[Sample, ...]:
        """Samples of a service stored after a position, in the order they were stored; a few thousand at most."""
        return self._all(
            f"s.service = ? AND s.position > ? ORDER BY s.position LIMIT {_PAGE}", (storable(service), position)
        )

    def head(self) -> int:
        """The position of the sample stored last; 0: there is none."""
        rows = self._worker.read(lambda sql: sql.all("SELECT max(position) FROM samples"))
        return int(rows[0][0] or 0)

    def forget(self, before: datetime) -> int:
        """Delete the samples of all probes older than `before`; how many there were."""
        limit = (to_stored(before),)

        def work(sql: Sql) -> int:
            ((count,),) = sql.all("SELECT count(*) FROM samples WHERE at < ?", limit)
            sql.run("DELETE FROM samples WHERE at < ?", limit)
            return int(count)

        return self._worker.write(work)

    def _all(self, where: str, values: tuple[object, ...]) -> tuple[Sample, ...]:
        statement = (
            f"SELECT {_READ}, coalesce(n.data, ''), s.position FROM samples s"
            " LEFT JOIN newest n ON n.service = s.service AND n.probe = s.probe AND n.at = s.at WHERE " + where
        )
        rows = self._worker.read(lambda sql: sql.all(statement, values))
        return tuple(Sample(row[0], from_stored(row[1]), *row[2:]) for row in rows)


def _row(service: str, sample: Sample) -> tuple[Any, ...]:
    key = (service, storable(sample.probe), to_stored(sample.at), storable(sample.status))
    words = (storable(sample.reason), storable(sample.warning), storable(sample.unit))
    return (*key, _number(sample.value), _number(sample.latency_ms), *words)


def _beside(service: str, sample: Sample) -> tuple[Any, ...]:
    return (service, storable(sample.probe), to_stored(sample.at), storable(sample.beside))


def _number(value: float | None) -> float | None:
    """A whole number becomes a float: databases read it back as one."""
    return None if value is None or math.isnan(value) else float(value)
