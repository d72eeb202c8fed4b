"""When users were hurt, by the readings: from the first that crossed a limit until the limit held again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from warroom.console.domain.model import Incident
from warroom.console.domain.watch.verdict import Sample, Status

LOOK_BACK = timedelta(hours=2)
"""How long before what people said the readings are searched."""
QUIET = timedelta(minutes=10)
"""Good readings that last less long are a breath within one outage; longer, and the next is another one."""
TOLERANCE = timedelta(minutes=1)
"""Who guessed as well as this need not be corrected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A span in which a probe was beyond its limit."""

    probe: str
    start: datetime
    """Its first reading beyond the limit."""
    end: datetime | None = None
    """The first of the readings with which it came back; none: it has not."""
    good_before: datetime | None = None
    """The last good reading before the start; none: readings begin beyond the limit, so it may have begun earlier."""


def crossings(samples: Iterable[Sample], failures: int = 3, successes: int = 2) -> tuple[Crossing, ...]:
    """The spans in which one probe's readings, oldest first, were beyond its limit.

    As with verdicts, `failures` bad readings make one and `successes` good ones in a row end it; no data does neither.
    Old readings, of which several are one, tell the same: one of them stands for readings in a row that said the same.
    """
    found: list[Crossing] = []
    current: Crossing | None = None
    bad = good = 0
    last_good: datetime | None = None
    for sample in samples:
        if sample.status is Status.FAILING:
            current = current or Crossing(probe=sample.probe, start=sample.at, good_before=last_good)
            current, bad, good = replace(current, end=None), bad + sample.readings, 0
        elif sample.status is Status.UNKNOWN:
            current, good = (replace(current, end=None) if current else None), 0
        else:
            last_good, good = sample.until or sample.at, good + sample.readings
            current = replace(current, end=current.end or sample.at) if current else None
            if bad < failures or good >= successes:
                found += [current] if current and bad >= failures else []
                current, bad = None, 0
    return (*found, replace(current, end=None)) if current and bad >= failures else tuple(found)


def joined(found: Iterable[Crossing]) -> tuple[Crossing, ...]:
    """Crossings in the order they began, those of one outage as one; it bears the name of the probe that was first."""
    outages: list[Crossing] = []
    for one in sorted(found, key=lambda one: one.start):
        last = outages[-1] if outages else None
        if last is None or (last.end is not None and one.start - last.end > QUIET):
            outages.append(one)
            continue
        end = None if last.end is None or one.end is None else max(last.end, one.end)
        outages[-1] = replace(last, end=end)
    return tuple(outages)


def span_to_read(incident: Incident, now: datetime) -> tuple[datetime, datetime]:
    """From when until when readings can say anything about the incident."""
    until = incident.moments.get("resolved")
    return _said(incident) - LOOK_BACK, min(until + QUIET, now) if until else now


def measured(incident: Incident, found: Sequence[Crossing], now: datetime) -> Crossing | None:
    """The outage the incident is about, by the readings; none: they were within their limits all the time."""
    since, until = _said(incident) - QUIET, incident.moments.get("resolved", now)
    mine = [one for one in joined(found) if one.start <= until and (one.end is None or one.end >= since)]
    if not mine:
        return None
    return replace(mine[0], end=mine[-1].end)


def correction(incident: Incident, outage: Crossing) -> datetime | None:
    """What the impact's time should be; none: what was said is near enough, or nothing is known of the start.

    Readings that begin beyond the limit say when it was at the latest.
    """
    said, start = incident.moments["impact"], outage.start
    if abs(said - start) <= TOLERANCE or (outage.good_before is None and start > said):
        return None
    return start


def hint(incident: Incident, outage: Crossing) -> str:
    """`error rate says 14:02:10; you said 14:10:00`; empty: nothing to correct, or a person has."""
    corrected = any(one.moment == "impact" for one in incident.corrections)
    if corrected or (start := correction(incident, outage)) is None:
        return ""
    said = incident.moments["impact"]
    before = " or before" if outage.good_before is None else ""
    day = "%Y-%m-%d %H:%M:%S" if start.date() != said.date() else "%H:%M:%S"
    return f"error rate says {start:{day}}{before}; you said {said:{day}}"


def reason(outage: Crossing) -> str:
    """Why the impact's time is what the readings say, for the log."""
    if outage.good_before is None:
        return f"measured: {outage.probe} was beyond its limit when readings began at {outage.start:%H:%M:%S} UTC"
    return f"measured: {outage.probe} crossed its limit at {outage.start:%H:%M:%S} UTC"


def _said(incident: Incident) -> datetime:
    return min(incident.moments["impact"], incident.moments["declared"])
