"""How one clock is written: its name, a bar, and what is left of it in words."""

from warroom.console.domain.text import clean
from warroom.console.domain.time.clocks import ClockReading, ClockState
from warroom.widgets import format
from warroom.widgets.glyphs import Glyphs
from warroom.widgets.lines import Span

_TONES = {
    ClockState.RUNNING: "good",
    ClockState.WARNING: "warn",
    ClockState.BREACHED: "bad",
    ClockState.MET: "dim",
    ClockState.MISSED: "bad",
    ClockState.WAIVED: "dim",
}
_RANK = {
    ClockState.BREACHED: 0,
    ClockState.WARNING: 1,
    ClockState.RUNNING: 2,
    ClockState.MISSED: 3,
    ClockState.MET: 4,
    ClockState.WAIVED: 4,
}


def tone_of(reading: ClockReading) -> str:
    """The tone of a clock; a watch under way is news, neither good nor bad."""
    if reading.kind == "window" and not reading.stopped:
        return "info"
    return _TONES[reading.state]


def urgency(reading: ClockReading) -> tuple[int, float]:
    """Sorts clocks, the one to look at first before the others."""
    remaining = reading.remaining
    rank = 3 if reading.kind == "window" and not reading.stopped else _RANK[reading.state]
    return rank, remaining.total_seconds() if remaining is not None else float("inf")


def name_of(reading: ClockReading, width: int = 12) -> str:
    """The clock's name in capitals, as short as the panel needs it: its title, else its key."""
    title = clean(reading.title)
    name = title if format.width_of(title) <= width else reading.key.replace("-", " ")
    return format.cut(name.upper(), width)


def words(reading: ClockReading, glyphs: Glyphs, *, long: bool = True) -> str:
    """`5:48 left`, `BREACHED 2:10 over`, `met in 12:04`: the state in words, never by colour alone."""
    if reading.kind == "window" and reading.state is not ClockState.WAIVED:
        return _watched(reading, glyphs, long)
    match reading.state:
        case ClockState.MET:
            return f"{glyphs.ok} met in {format.short(reading.elapsed)}"
        case ClockState.MISSED if reading.late and reading.longest is not None:
            longest = f", longest {format.short(reading.longest)}" if long else ""
            return f"{glyphs.bad} {reading.late} late{longest}"
        case ClockState.MISSED:
            over = f", {format.left(reading.remaining)}" if long and reading.remaining is not None else ""
            return f"{glyphs.bad} missed in {format.short(reading.elapsed)}{over}"
        case ClockState.WAIVED:
            return f"{glyphs.dot} waived"
        case _:
            return _running(reading, glyphs, long)


def _watched(reading: ClockReading, glyphs: Glyphs, long: bool) -> str:
    if reading.state is ClockState.MET:
        return f"{glyphs.ok} {format.short(reading.elapsed)} watched"
    if reading.state is ClockState.MISSED:
        return f"{glyphs.bad} cut short after {format.short(reading.elapsed)}"
    left = format.short(reading.remaining) if reading.remaining is not None else ""
    early = reading.early_at
    enough = long and early is not None and early > reading.now
    return f"{left} to go" + (f" ({format.short(early - reading.now)} to lower mark)" if enough and early else "")


def _running(reading: ClockReading, glyphs: Glyphs, long: bool) -> str:
    remaining = reading.remaining
    if remaining is None:
        return f"{format.short(reading.elapsed)} of {reading.limit}"
    text = format.left(remaining)
    if reading.state is ClockState.BREACHED:
        return f"BREACHED {text}" if long else f"{glyphs.bad} {text}"
    if reading.state is ClockState.WARNING:
        return f"{glyphs.warn} {text}"
    early = reading.early_at
    if long and early is not None and early > reading.now:
        return f"{text} ({format.short(early - reading.now)} to lower mark)"
    return text


def bar(reading: ClockReading, width: int, glyphs: Glyphs) -> list[Span]:
    """How much is used up; the lower mark of a range is drawn on it."""
    if width <= 0 or reading.due_at is None:
        return []
    spans = fill(reading.used, width, tone_of(reading), glyphs)
    mark = _mark(reading, width)
    if mark is None:
        return spans
    cells = [(char, tone) for text, tone in spans for char in text]
    cells[mark] = (glyphs.early, cells[mark][1])
    return [Span(char, tone) for char, tone in cells]


def fill(share: float, width: int, tone: str, glyphs: Glyphs) -> list[Span]:
    """A bar `width` cells wide, thick as far as `share` of it is used up, thin from there on."""
    halves = int(min(max(share, 0.0), 1.0) * width * 2)
    used = glyphs.full * (halves // 2) + (glyphs.half if halves % 2 else "")
    return [Span(used, tone), Span(glyphs.empty * (width - len(used)), "faint")]


def _mark(reading: ClockReading, width: int) -> int | None:
    if reading.early_at is None or reading.due_at is None or reading.due_at <= reading.started_at:
        return None
    share = (reading.early_at - reading.started_at) / (reading.due_at - reading.started_at)
    return min(int(share * width), width - 1)
