"""What can't be read in the `[calendar]` table, said where it is written."""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import available_timezones

from warroom.config.errors import Loc, quoted, unknown
from warroom.console.domain.time.calendar import Calendar, parse_day, parse_release, parse_time, zone_of

Found = tuple[Loc, str, str]


def check_calendar(calendar: Calendar) -> Iterator[Found]:
    """Every text of it that nothing could be made of."""
    if zone_of(calendar.zone) is None:
        problem = unknown(f"{quoted(calendar.zone)} is no time zone known here", calendar.zone, available_timezones())
        yield ("calendar", "zone"), problem.partition(", known: ")[0], '"Europe/Berlin"'
    if parse_time(calendar.day_ends) is None:
        yield ("calendar", "day_ends"), f"{quoted(calendar.day_ends)} is no time of day", '"18:00"'
    if not calendar.working_days:
        yield ("calendar", "working_days"), "must not be empty", '["mon", "tue", "wed", "thu", "fri"]'
    for index, text in enumerate(calendar.holidays):
        if parse_day(text) is None:
            yield ("calendar", "holidays", index), f"{quoted(text)} is no day", '"2026-12-25"'
    for index, text in enumerate(calendar.releases):
        if parse_release(text) is None:
            example = '"tue 10:00" or "2026-12-01 10:00"'
            yield ("calendar", "releases", index), f"{quoted(text)} is neither a weekday nor a day with a time", example
    if calendar.shift <= timedelta(0):
        yield ("calendar", "shift"), "must be longer than 0", '"4h"'
