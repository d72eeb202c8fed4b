"""What a document is made of, before it is Markdown, HTML or JSON. All texts are foreign and unescaped."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum

from warroom.console.domain.time.duration import format_duration
from warroom.console.reports.pictures import Bars, Chart
from warroom.console.store.excerpt import Excerpt


class Blank(Enum):
    """A place where a person has to write."""

    BLANK = "…"


BLANK = Blank.BLANK
Cell = str | int | float | datetime | timedelta | Blank | None
"""One value: words, a number, a moment, a length of time; `None` where there is none."""


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
    rows: tuple[tuple[Cell, ...], ...]
    code: str = ""
    """The column that holds commands."""
    spans: tuple[str, ...] = ()
    """The columns that hold lengths of time: seconds, where programs read them."""


@dataclass(frozen=True, slots=True)
class Field:
    """A named value."""

    name: str
    value: Cell = BLANK
    origin: str = ""
    """Who said it, or what of the log it was read from."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Named values, one a line; what nobody has said yet is a blank."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A line with a box."""

    text: str
    done: bool = False
    note: str = ""
    """What put the mark there, or why there is none."""


@dataclass(frozen=True, slots=True)
class Ticks:
    """Lines with a box each; what the log can't know is ticked by hand."""

    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Lines of which one is true."""

    options: tuple[str, ...]
    chosen: str = ""
    """Empty: nobody has said which."""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Words kept exactly as they were: a command, its output, a message that went out."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What the log can't know: a blank with what its writer should say."""

    prompt: str


Block = Text | Items | Table | Fields | Ticks | Choice | Verbatim | Gap | Chart | Bars


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
    about: tuple[Field, ...] = ()
    """The incident at a glance: level, state, how long …"""
    moments: Mapping[str, datetime] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    packet: Excerpt | None = None
    """The incident's records, cut out of the log so that they prove themselves."""


def shown(cell: Cell) -> str:
    """A value as people read it."""
    match cell:
        case None:
            return "–"
        case Blank():
            return cell.value
        case datetime():
            return stamp(cell)
        case timedelta():
            return span(cell)
        case float():
            return f"{cell:.4g}"
        case _:
            return str(cell)


def told(field: Field) -> str:
    """A value that stands alone, so that a length of time says its units: `1h4m12s`."""
    if isinstance(field.value, timedelta):
        return format_duration(timedelta(seconds=round(field.value.total_seconds())))
    return shown(field.value)


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
