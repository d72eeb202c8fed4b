"""What a document is made of, before it is Markdown, HTML or JSON. All texts are foreign and unescaped."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; every row is as long as the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    code: str = ""
    """The column that holds commands."""


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Words kept exactly as they were: a command, its output, a message that went out."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What the log can't know: a blank with what its writer should say."""

    prompt: str


Block = Text | Items | Table | Verbatim | Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section of a document."""

    title: str
    source: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole document."""

    key: str
    title: str
    incident: str
    subject: str
    """The incident's title."""
    drill: bool
    as_of: datetime
    parts: tuple[Part, ...]


def stamp(at: datetime | None) -> str:
    """A moment, dated, to the second, in UTC; `–` where there is none."""
    return "–" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def span(length: timedelta) -> str:
    """A length of time to the second: `4:05`, `1:02:03`, `2d 1:00:00`."""
    seconds = round(abs(length.total_seconds()))
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    clock = f"{hours}:{minutes:02d}:{seconds:02d}" if hours or days else f"{minutes}:{seconds:02d}"
    return ("-" if length < timedelta(0) else "") + (f"{days}d " if days else "") + clock
