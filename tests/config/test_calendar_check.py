"""The `[calendar]` table: read into the team's calendar, and what can't be read is said."""

from pathlib import Path

import pytest

from warroom.config.errors import ConfigError
from warroom.config.load import load
from warroom.console.domain.time.calendar import UTC_CALENDAR, Calendar

SERVICE = '[service]\nname = "shop"\n'


def problem_of(folder: Path, line: str) -> str:
    (folder / "warroom.toml").write_text(f"{SERVICE}[calendar]\n{line}\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(folder, environ={})
    return str(caught.value)


def calendar_of(folder: Path) -> Calendar:
    loaded = load(folder, environ={})
    assert loaded is not None
    return loaded.settings.calendar


def test_a_calendar_is_read(tmp_path: Path) -> None:
    lines = [
        'zone = "Europe/Berlin"',
        'working_days = ["mon", "tue", "wed", "thu"]',
        'holidays = ["2026-12-25"]',
        'day_ends = "17:30"',
        'releases = ["tue 10:00", "2026-12-01 16:00"]',
        'shift = "6h"',
    ]
    (tmp_path / "warroom.toml").write_text(SERVICE + "[calendar]\n" + "\n".join(lines) + "\n", "utf-8")
    calendar = calendar_of(tmp_path)
    assert (calendar.zone, calendar.day_ends, calendar.holidays) == ("Europe/Berlin", "17:30", ("2026-12-25",))
    assert calendar.releases == ("tue 10:00", "2026-12-01 16:00")
    assert calendar.shift.total_seconds() == 6 * 3600


def test_without_a_table_it_is_the_plain_one(tmp_path: Path) -> None:
    (tmp_path / "warroom.toml").write_text(SERVICE, "utf-8")
    assert calendar_of(tmp_path) == UTC_CALENDAR


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            'zone = "Europe/Berln"',
            'calendar.zone: "Europe/Berln" is no time zone known here, did you mean "Europe/',
        ),
        ('zone = "Mars"', '"Mars" is no time zone known here, e.g. "Europe/Berlin"'),
        ('day_ends = "6pm"', 'calendar.day_ends: "6pm" is no time of day, e.g. "18:00"'),
        ('working_days = ["monday"]', '"monday" is not known here, did you mean "mon"?'),
        ("working_days = []", "calendar.working_days: must not be empty"),
        ('holidays = ["25.12."]', 'calendar.holidays[0]: "25.12." is no day, e.g. "2026-12-25"'),
        ("holidays = [2026-12-25]", "expected text, not a date; put it in quotes"),
        ('releases = ["Tuesday"]', 'calendar.releases[0]: "Tuesday" is neither a weekday nor a day with a time'),
        ('shift = "0s"', 'calendar.shift: must be longer than 0, e.g. "4h"'),
    ],
)
def test_what_can_not_be_read_is_said_with_an_example(tmp_path: Path, line: str, words: str) -> None:
    assert words in problem_of(tmp_path, line)
