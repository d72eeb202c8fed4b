"""Pieces of a picture that loads nothing: escaped text, lines, axes. Colours come from the classes of `style.py`."""

import html
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from warroom.console.domain.text import clean

_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
"""Seconds between two marks of the axis of time."""
_PER_SIGN = 6.6
"""Widest usual sign of the labels, in pixels."""


@dataclass(frozen=True, slots=True)
class Scale:
    """From moments to pixels."""

    begin: datetime
    end: datetime
    left: float
    right: float

    def __call__(self, at: datetime) -> float:
        """The place of a moment, kept inside of the picture."""
        share = (at - self.begin) / (self.end - self.begin)
        return round(self.left + min(max(share, 0.0), 1.0) * (self.right - self.left), 1)


def escape(words: str) -> str:
    """Foreign text for an element or an attribute."""
    return html.escape(clean(words), quote=True)


def text(x: float, y: float, words: str, name: str = "", anchor: str = "start") -> str:
    """A label; nothing of it is markup."""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" class="{name}">{escape(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, name: str) -> str:
    """A straight line."""
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" class="{name}"/>'


def rect(x: float, y: float, width: float, height: float, name: str) -> str:
    """A box."""
    return f'<rect x="{x:g}" y="{y:g}" width="{max(width, 0):g}" height="{height:g}" rx="2" class="{name}"/>'


def path(points: list[tuple[float, float]], name: str, *, closed: bool = False) -> str:
    """A line through points, or the area they enclose."""
    if not points:
        return ""
    steps = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path d="M{steps}{"Z" if closed else ""}" class="{name}"/>'


def picture(width: float, height: float, label: str, parts: list[str]) -> str:
    """The whole picture; `label` says it in words for who can't see it."""
    inside = "\n".join(part for part in parts if part)
    return f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(label)}">\n{inside}\n</svg>'


def wide(words: str) -> float:
    """About how wide a label is."""
    return len(words) * _PER_SIGN


def short(words: str, most: int) -> str:
    """A label that is at most so long."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def moments(begin: datetime, end: datetime, most: int = 9) -> Iterator[tuple[datetime, str]]:
    """Round moments for the axis, with their labels."""
    length = (end - begin).total_seconds()
    step = next((one for one in _STEPS if length / one <= most), 86_400 * math.ceil(length / 86_400 / most))
    form = "%H:%M:%S" if step < 60 else "%H:%M" if length <= 86_400 else "%d %b %H:%M" if step < 86_400 else "%d %b"
    at = datetime.fromtimestamp(math.ceil(begin.timestamp() / step) * step, UTC)
    while at <= end:
        yield at, at.strftime(form)
        at += timedelta(seconds=step)


def heights(most: float, count: int = 4) -> list[float]:
    """Round values from 0 to just above `most`."""
    rough = max(most, 1e-9) / count
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if rough <= size * factor * 1.000001)
    return [step * number for number in range(math.ceil(most / step - 1e-9) + 1)]
