"""What alerts are made of, whoever tells of them."""

from collections.abc import Mapping
from datetime import UTC, datetime

from warroom.console.monitor.probes.document import text_of
from warroom.console.monitor.reasons import short

MOST_LABELS = 40
_SUMMARIES = ("summary", "message", "description")


def texts_of(found: object) -> dict[str, str]:
    """Labels or annotations, made harmless."""
    pairs = found.items() if isinstance(found, dict) else ()
    return {short(str(name), 60): text_of(value, 200) for name, value in pairs if isinstance(value, str)}


def summary_of(annotations: Mapping[str, str]) -> str:
    """What is wrong, in one line."""
    return next((annotations[key] for key in _SUMMARIES if annotations.get(key)), "")


def moment_of(text: object) -> datetime | None:
    """A moment as Go writes it, whose fractions may be longer than Python reads; none if it is none, or Go's zero."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    if moment is None or moment.year < 1970:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
