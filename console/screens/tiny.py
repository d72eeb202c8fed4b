"""What is left when the terminal is too small for anything: how bad, and how long."""

from collections.abc import Mapping
from datetime import datetime

from warroom.console.domain.model import Incident
from warroom.console.domain.order import by_urgency
from warroom.console.domain.time.clocks import read_clocks, worst
from warroom.widgets import clock_face, format
from warroom.widgets.glyphs import level_sign, level_tone
from warroom.widgets.header_bar import EPOCH
from warroom.widgets.lines import Lines, Row, Span, data, row

HORIZONTAL = [(0, "-tiny-width"), (30, "-narrow"), (110, "-wide"), (170, "-vast")]
"""Columns from which on a screen has a class."""
VERTICAL = [(0, "-tiny-height"), (9, "-flat"), (20, "-low"), (34, "-tall")]
"""Rows from which on a screen has a class."""


class Tiny(Lines):
    """The worst incident in as little as there is. Takes `incidents`, `now`."""

    DEFAULT_CSS = "Tiny { height: 1fr; display: none; }"

    incidents: data[Mapping[str, Incident]] = data({})
    """By id."""
    now: data[datetime] = data(EPOCH)
    """The moment to draw."""

    def build(self, width: int, height: int) -> list[Row]:
        everything = tuple(self.incidents.values())
        still_open = tuple(one for one in everything if not one.over)
        first = next(iter(by_urgency(still_open or everything, self.now)), None)
        if first is None:
            return [row(Span("no incident", "dim"))]
        clock = worst(read_clocks(first, self.now))
        level = Span(f"{first.level} {level_sign(first.level, self.signs)} ", f"{level_tone(first.level)} strong")
        left = Span(clock_face.words(clock, self.signs, long=False), clock_face.tone_of(clock)) if clock else Span("")
        drill = Span("DRILL", "warn strong") if first.drill else Span("")
        return [row(level, left), row(Span(format.cut(f"{first.id} {first.title}", width, ""))), row(drill)]
