"""The team's calendar: what "same day", "next business day" and "next release" mean as an instant.

It is frozen into the incident when that is declared, so that its clocks hang on the log alone. A text in it that can't
be read, or a time zone this machine doesn't know, is passed over here: a log must stay readable anywhere. The
configuration is where such a text is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from warroom.console.domain.action import STRICT
from warroom.console.domain.time.duration import Duration

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = timedelta(days=1)
_HORIZON = 366
"""Days looked ahead for a working day: a calendar without one in a year has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When the team works, and when it releases."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    zone: str = "UTC"
    """A name of the tz database, e.g. `Europe/Berlin`."""
    working_days: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
    holidays: tuple[str, ...] = ()
    """Days off, e.g. `2026-12-25`."""
    day_ends: str = "18:00"
    """The local time at which a day's limit is due."""
    releases: tuple[str, ...] = ()
    """Scheduled releases: `2026-12-01 10:00`, or each week `tue 10:00`."""
    shift: Duration = timedelta(hours=4)
    """How long one person may hold the conn before the console suggests relief."""

    def due(self, word: str, start: datetime) -> datetime | None:
        """The instant, in UTC, at which a limit such as `next-day` that began at `start` is due; none if unknown."""
        zone = zone_of(self.zone) or UTC
        local = start.astimezone(zone)
        match word:
            case "same-day":
                ends = self._end_of(local.date(), zone)
                # What begins after hours has until midnight: its day is not over yet.
                return ends if start < ends else _instant(local.date() + _DAY, time(0), zone)
            case "next-day":
                return self._end_of(local.date() + _DAY, zone)
            case "next-business-day":
                day = next(self._working_days_after(local.date()), None)
                return None if day is None else self._end_of(day, zone)
            case "next-release":
                return self._next_release(start, zone)
            case _:
                return None

    def works_on(self, day: date) -> bool:
        """Whether the team works on this day."""
        return WEEKDAYS[day.weekday()] in self.working_days and day.isoformat() not in self.holidays

    def _working_days_after(self, day: date) -> Iterator[date]:
        return (later for count in range(1, _HORIZON) if self.works_on(later := day + count * _DAY))

    def _end_of(self, day: date, zone: tzinfo) -> datetime:
        return _instant(day, parse_time(self.day_ends) or time(18), zone)

    def _next_release(self, start: datetime, zone: tzinfo) -> datetime | None:
        planned = (at for text in self.releases for at in _occurrences(text, start, zone))
        return min((at for at in planned if at > start), default=None)


UTC_CALENDAR = Calendar()
"""Monday to Friday until six in the evening, UTC, without holidays or releases."""


def zone_of(name: str) -> ZoneInfo | None:
    """The time zone of this name; none where this machine knows no such zone."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def parse_day(text: str) -> date | None:
    """Read `2026-12-25`; none if it is no such day."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """Read `18:00`; none if it is no time of day."""
    try:
        return time.fromisoformat(text) if len(text) == 5 else None
    except ValueError:
        return None


def parse_release(text: str) -> tuple[date | Weekday, time] | None:
    """Read `2026-12-01 10:00` or `tue 10:00`; none if it is neither."""
    day, _, clock = text.partition(" ")
    at = parse_time(clock)
    on = next((name for name in WEEKDAYS if name == day), None) or parse_day(day)
    return None if at is None or on is None else (on, at)


def _occurrences(text: str, start: datetime, zone: tzinfo) -> Iterator[datetime]:
    release = parse_release(text)
    if release is None:
        return
    on, at = release
    if isinstance(on, date):
        yield _instant(on, at, zone)
        return
    today = start.astimezone(zone).date()
    first = today + ((WEEKDAYS.index(on) - today.weekday()) % 7) * _DAY
    yield from (_instant(first + count * _DAY, at, zone) for count in (0, 7))


def _instant(day: date, at: time, zone: tzinfo) -> datetime:
    """A local time as an instant; one that a change of the clocks skips is as much later as was skipped."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
