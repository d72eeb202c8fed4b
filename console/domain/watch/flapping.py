"""A probe that goes to and fro, told in one calm line. The log keeps every change; this is only how it is shown."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from warroom.console.domain.timeline import Entry

LEAST = 5
"""Changes that are flapping: fewer are an outage, its end, and another one, and each is worth its line."""
APART = timedelta(minutes=10)
"""A change that comes later than this after the one before begins anew."""


class Line(NamedTuple):
    """A line to show."""

    place: int
    """Which entry it stands for, and stays the same while it flaps on: of several, the first."""
    entry: Entry
    parts: tuple[Entry, ...] = ()
    """The changes it tells of, oldest first; empty: it is an entry as it came."""


def calmed(entries: Sequence[Entry]) -> tuple[Line, ...]:
    """The entries, those of a probe that flaps after its first change as one line where the latest of them stood."""
    told: dict[int, Line] = {}
    hidden: set[int] = set()
    for run in _runs(entries):
        if len(run) >= LEAST:
            parts = tuple(entries[index] for index in run)
            hidden.update(run[1:])
            told[run[-1]] = Line(run[1], _summed(parts), parts)
    return tuple(
        told.get(index) or Line(index, each)
        for index, each in enumerate(entries)
        if index in told or index not in hidden
    )


def _runs(entries: Sequence[Entry]) -> list[list[int]]:
    """The changes of each probe that followed one another closely, by their places."""
    runs: list[list[int]] = []
    latest: dict[str, list[int]] = {}
    for index, each in enumerate(entries):
        if not each.probe:
            continue
        run = latest.get(each.probe)
        if run is None or each.at - entries[run[-1]].at > APART:
            run = latest[each.probe] = []
            runs.append(run)
        run.append(index)
    return runs


def _summed(parts: tuple[Entry, ...]) -> Entry:
    first, last = parts[0], parts[-1]
    span = _span(last.at - first.at)
    now = last.text.removeprefix(last.probe).strip()
    return replace(last, text=f"{last.probe} flapping: {len(parts)} changes in {span}; at last {now}", tone="warn")


def _span(span: timedelta) -> str:
    if span < timedelta(minutes=2):
        return f"{span.total_seconds():.0f} s"
    hours, minutes = divmod(round(span / timedelta(minutes=1)), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
