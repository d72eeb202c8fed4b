"""Samples: the readings of the probes. No events: nothing is chained; old ones are thinned, then forgotten."""

import math
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from warroom.console.store.chain import storable
from warroom.console.store.instants import from_stored, to_stored
from warroom.console.store.sample import Sample
from warroom.console.store.thinning import MINUTE, begin_of, thinned
from warroom.console.store.worker import Sql, Worker

__all__ = ["Sample", "Samples"]

_COLUMNS = "service, probe, at, status, value, latency_ms, reason, warning, unit"
_READ = ", ".join(f"s.{name}" for name in _COLUMNS.split(", ")[1:])
_PAGE = 5000
"""Samples that are handed over at once, so that a console that was away for long doesn't hold up the others."""
_AT_ONCE = 1000
"""Samples that are thinned or forgotten in one commit, so that no event waits long for its own."""
_SPANS = (
    "service, probe, at, width, until, readings, status, value, low, high, latency_ms, slowest, reason, warning, unit"
)
_FROM_SAMPLES = (
    f"SELECT {_READ}, coalesce(n.data, '') AS beside, s.position, 1 AS readings, NULL AS until, NULL AS low,"
    " NULL AS high, NULL AS slowest FROM samples s"
    " LEFT JOIN newest n ON n.service = s.service AND n.probe = s.probe AND n.at = s.at"
)
_FROM_SPANS = f"SELECT {_READ}, '' AS beside, 0 AS position, s.readings, s.until, s.low, s.high, s.slowest FROM spans s"


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
        where = f"WHERE s.probe = ? AND s.service IN (?, '') AND s.at >= ?{last}"
        # One statement, so that nothing is thinned between the one half and the other.
        both = f"{_FROM_SAMPLES} {where} UNION ALL {_FROM_SPANS} {where} ORDER BY 2"
        return self._all(both, (*values, *values))

    def tail(self, service: str, position: int) -> tuple[Sample, ...]:
        """Samples of a service stored after a position, in the order they were stored; a few thousand at most."""
        where = f"WHERE s.service = ? AND s.position > ? ORDER BY s.position LIMIT {_PAGE}"
        return self._all(f"{_FROM_SAMPLES} {where}", (storable(service), position))

    def head(self) -> int:
        """The position of the sample stored last; 0: there is none."""
        rows = self._worker.read(lambda sql: sql.all("SELECT max(position) FROM samples"))
        return int(rows[0][0] or 0)

    def thin(self, before: datetime, width: timedelta) -> int:
        """Keep what is older than `before` by spans of this width; how many samples went into fewer.

        It takes some at a time: call it until there are none. Spans of a minute are thinned into wider ones, and
        only they. Of several services that share a store the one that keeps the least decides.
        """
        table, condition = (
            ("samples", "at < ?") if width <= MINUTE else ("spans", f"width = {_micro(MINUTE)} AND at < ?")
        )
        end = to_stored(begin_of(before, width))

        def work(sql: Sql) -> int:
            ((oldest,),) = sql.all(f"SELECT min(at) FROM {table} WHERE {condition}", (end,))
            if oldest is None:
                return 0
            begin = to_stored(begin_of(from_stored(oldest), width))
            found = self._of_span(sql, table, condition, begin, begin + _micro(width))
            sql.many(f"DELETE FROM {table} WHERE service = ? AND probe = ? AND at = ?", [_key(*one) for one in found])
            sql.many(_PUT_SPAN, list(_spans(found, width)))
            return len(found)

        return self._worker.write(work)

    def _of_span(self, sql: Sql, table: str, condition: str, begin: int, end: int) -> list[tuple[str, Sample]]:
        """The samples of a span with their services, whole probes only, and not many more than can be taken at once."""
        select = _FROM_SPANS if table == "spans" else _FROM_SAMPLES
        within = condition.replace("at <", "s.at <").replace("width", "s.width")
        statement = (
            select.replace("SELECT ", "SELECT s.service, ", 1)
            + f" WHERE s.at >= ? AND {within} ORDER BY s.service, s.probe, s.at LIMIT {_AT_ONCE + 1}"
        )
        found = [(str(row[0]), _sample(row[1:])) for row in sql.all(statement, (begin, end))]
        last = (found[-1][0], found[-1][1].probe)
        whole = [one for one in found if (one[0], one[1].probe) != last]
        return whole if len(found) > _AT_ONCE and whole else found

    def forget(self, before: datetime) -> int:
        """Delete samples of all probes older than `before`, some at a time: call it until there are none; how many."""
        limit = to_stored(before)

        def work(sql: Sql) -> int:
            count = 0
            for table in ("samples", "spans"):
                chosen = f"SELECT service, probe, at FROM {table} WHERE at < ? ORDER BY at LIMIT {_AT_ONCE}"
                keys = sql.all(chosen, (limit,))
                sql.many(f"DELETE FROM {table} WHERE service = ? AND probe = ? AND at = ?", keys)
                count += len(keys)
            return count

        return self._worker.write(work)

    def _all(self, statement: str, values: tuple[object, ...]) -> tuple[Sample, ...]:
        return tuple(map(_sample, self._worker.read(lambda sql: sql.all(statement, values))))


_PUT_SPAN = (
    f"INSERT INTO spans ({_SPANS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (service, probe, at) DO UPDATE SET width = excluded.width, until = excluded.until,"
    " readings = excluded.readings, status = excluded.status, value = excluded.value, low = excluded.low,"
    " high = excluded.high, latency_ms = excluded.latency_ms, slowest = excluded.slowest, reason = excluded.reason,"
    " warning = excluded.warning, unit = excluded.unit"
)


def _spans(found: Iterable[tuple[str, Sample]], width: timedelta) -> Iterator[tuple[Any, ...]]:
    """The rows of the table of spans that stand for these samples."""
    for (service, _), group in groupby(found, lambda one: (one[0], one[1].probe)):
        for span in thinned([sample for _, sample in group], width):
            figures = (span.value, span.low, span.high, span.latency_ms, span.slowest)
            yield (
                *_key(service, span),
                _micro(width),
                to_stored(span.until or span.at),
                span.readings,
                span.status,
                *map(_number, figures),
                span.reason,
                span.warning,
                span.unit,
            )


def _key(service: str, sample: Sample) -> tuple[str, str, int]:
    return service, sample.probe, to_stored(sample.at)


def _micro(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def _sample(row: tuple[Any, ...]) -> Sample:
    probe, at, *middle = row[:-4]
    until, low, high, slowest = row[-4:]
    given: list[Any] = [*middle, None if until is None else from_stored(until), low, high, slowest]
    return Sample(probe, from_stored(at), *given)


def _row(service: str, sample: Sample) -> tuple[Any, ...]:
    key = (service, storable(sample.probe), to_stored(sample.at), storable(sample.status))
    words = (storable(sample.reason), storable(sample.warning), storable(sample.unit))
    return (*key, _number(sample.value), _number(sample.latency_ms), *words)


def _beside(service: str, sample: Sample) -> tuple[Any, ...]:
    return (service, storable(sample.probe), to_stored(sample.at), storable(sample.beside))


def _number(value: float | None) -> float | None:
    """A whole number becomes a float: databases read it back as one."""
    return None if value is None or math.isnan(value) else float(value)
