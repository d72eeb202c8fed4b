"""Moments as people type them."""

from datetime import UTC, datetime, timedelta

from warroom.console.domain.time.duration import parse_duration

EXAMPLES = '"14:05", "-20m", "2026-03-01 14:05" or "2026-03-01T14:05:00Z"'


def parse_when(text: str, now: datetime) -> datetime:
    """Read a moment: a span ago, a time of day (UTC, the latest one that has been), or RFC 3339.

    Without a zone it is UTC.

    Raises:
        ValueError: the text is no moment; the message shows how one is written.
    """
    words = text.strip()
    if words in ("", "now"):
        return now
    try:
        if words.startswith("-"):
            return now - parse_duration(words[1:])
        if len(words) <= 8 and ":" in words:
            return _time_of_day(words, now)
        read = datetime.fromisoformat(words)
    except (ValueError, OverflowError):
        raise ValueError(f"{words!r} is no time; write {EXAMPLES}") from None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)


def parse_ahead(text: str, now: datetime) -> datetime:
    """Read a moment that is still to come: a span from now such as `2d`, or a date.

    Raises:
        ValueError: the text is no moment, or one that has been; the message shows how one is written.
    """
    words = text.strip()
    try:
        due = now + parse_duration(words)
    except (ValueError, OverflowError):
        try:
            due = parse_when(words, now)
        except ValueError:
            raise ValueError(f"{words!r} is no time; write a span such as 2d, or a date such as 2026-03-01") from None
    if due <= now:
        raise ValueError(f"{words!r} has been already")
    return due


def _time_of_day(words: str, now: datetime) -> datetime:
    clock = datetime.strptime(words, "%H:%M:%S" if words.count(":") == 2 else "%H:%M")  # noqa: DTZ007
    today = now.astimezone(UTC).replace(hour=clock.hour, minute=clock.minute, second=clock.second, microsecond=0)
    return today if today <= now else today - timedelta(days=1)
