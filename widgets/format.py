"""Times and numbers as panels write them: fixed width, signed in words, dated where not today."""

import math
from datetime import datetime, timedelta, tzinfo

from rich.cells import cell_len, set_cell_size

from warroom.console.domain.text import clean

NOTHING = timedelta(0)


def elapsed(span: timedelta) -> str:
    """`1:04:12`, always with hours, so that a column of them never moves; `3d 04:12` from two days on."""
    seconds = max(int(span.total_seconds()), 0)
    if seconds >= 172_800:
        return f"{seconds // 86_400}d {seconds // 3600 % 24:02}:{seconds // 60 % 60:02}"
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def short(span: timedelta) -> str:
    """`5:48`, `1:05:48`, `3d 04h`: as little as says it."""
    seconds = max(int(span.total_seconds()), 0)
    if seconds >= 172_800:
        return f"{seconds // 86_400}d {seconds // 3600 % 24:02}h"
    if seconds >= 3600:
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{seconds // 60}:{seconds % 60:02}"


def left(remaining: timedelta) -> str:
    """`5:48 left`, or `2:10 over` once it is late."""
    if remaining < NOTHING:
        return f"{short(-remaining)} over"
    return f"{short(remaining)} left"


def age(span: timedelta | None) -> str:
    """`3s`, `4m`, `2h`, `5d`; a dash for never."""
    if span is None:
        return "-"
    seconds = max(int(span.total_seconds()), 0)
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "m")):
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def number(value: float | None) -> str:
    """As much as one reads at a glance: `0.42`, `12.3`, `412`, `1.2k`, `3.4M`; `n/a` where it is not a number."""
    if value is None or not math.isfinite(value):
        return "n/a"
    size = abs(value)
    for scale, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")):
        if size >= scale:
            return f"{value:.0e}" if size >= 1e15 else f"{value / (1e3 if unit == 'k' else scale):.3g}{unit}"
    if size >= 100 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.1f}" if size >= 1 else f"{value:.2g}"


def quantity(value: float | None, unit: str) -> str:
    """A number with its unit."""
    return f"{number(value)} {clean(unit)}".rstrip()


def bounds(floor: float | None, limit: float | None, unit: str) -> str:
    """Between which figures a reading is good: `<5 %`, `>99 %`, `20..80 %`; empty where there are none."""
    if floor is not None and limit is not None:
        return f"{number(floor)}..{quantity(limit, unit)}"
    if limit is not None:
        return f"<{quantity(limit, unit)}"
    return f">{quantity(floor, unit)}" if floor is not None else ""


def stamp(at: datetime, now: datetime, *, seconds: bool = True) -> str:
    """UTC time of day; with the date where it is not today's."""
    clock = f"{at:%H:%M:%S}" if seconds else f"{at:%H:%M}"
    if at.date() == now.date():
        return clock
    return f"{at:%m-%d} {clock}" if at.year == now.year else f"{at:%Y-%m-%d} {clock}"


def local(now: datetime, zone: tzinfo | None) -> str:
    """The same moment on the wall clock of `zone`, or of this machine, with the date where it differs from UTC's."""
    there = now.astimezone(zone)
    return f"{there:%H:%M}" if there.date() == now.date() else f"{there:%m-%d %H:%M}"


def width_of(text: str) -> int:
    """Cells it takes."""
    return len(text) if text.isascii() else cell_len(text)


def cut(text: str, width: int, ellipsis: str = "…") -> str:
    """Foreign text made harmless and no wider than `width`."""
    text = clean(text)
    if width_of(text) <= width:
        return text
    if width <= 1:
        return ellipsis[:width]
    return set_cell_size(text, width - 1).rstrip() + ellipsis


def fit(text: str, width: int, ellipsis: str = "…", *, right: bool = False) -> str:
    """`cut`, then padded to exactly `width`."""
    text = cut(text, width, ellipsis)
    padding = " " * (width - width_of(text))
    return padding + text if right else text + padding


def wrap(text: str, width: int) -> list[str]:
    """Foreign text in lines of at most `width` cells, broken at spaces where there are any."""
    lines: list[str] = []
    line = ""
    for word in clean(text).split(" "):
        joined = f"{line} {word}" if line else word
        if width_of(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = _chop(word, max(width, 1))
        lines.extend(full)
    return [*lines, line]


def _chop(word: str, width: int) -> list[str]:
    pieces = [""]
    room = width
    for char in word:
        size = width_of(char)
        if size > room and pieces[-1]:
            pieces.append("")
            room = width
        pieces[-1] += char
        room -= size
    return pieces
