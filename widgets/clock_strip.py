"""The clocks of an incident in a row: what is due, how much is used up, what is left."""

from datetime import datetime

from warroom.console.domain.clocks import ClockReading, read_clocks
from warroom.console.domain.model import Incident
from warroom.widgets import clock_face, format
from warroom.widgets.header_bar import EPOCH
from warroom.widgets.lines import Lines, Row, Span, data, row

BARS = (20, 14, 10, 6, 0)
"""Widths of a bar that are tried, the widest first."""


class ClockStrip(Lines):
    """At most two lines of clocks, the most urgent first where not all fit. Takes `incident`, `now`."""

    DEFAULT_CSS = "ClockStrip { height: auto; }"

    incident: data[Incident | None] = data(None)
    """Whose clocks."""
    now: data[datetime] = data(EPOCH)
    """The moment to read them at."""
    lines: data[int] = data(2)
    """Lines it may take."""

    def build(self, width: int, height: int) -> list[Row]:
        if self.incident is None:
            return [row(Span(" no clocks", "dim"))]
        readings = read_clocks(self.incident, self.now)
        if not readings:
            return [row(Span(" no clock runs", "dim"))]
        ranked = sorted(readings, key=clock_face.urgency)
        for count in range(len(ranked), 0, -1):
            chosen = [reading for reading in readings if reading in ranked[:count]]
            for bar in BARS if count == 1 else BARS[:-1]:
                if (rows := self._lay(chosen, bar, width, len(readings) - count)) is not None:
                    return rows
        return [row(*self._one(ranked[0], 0))]

    def _lay(self, readings: list[ClockReading], bar: int, width: int, hidden: int) -> list[Row] | None:
        rows: list[list[Span]] = [[]]
        pieces = [self._one(reading, bar) for reading in readings]
        if hidden:
            pieces.append([Span(f" +{hidden} more", "dim")])
        room = width
        for piece in pieces:
            size = sum(format.width_of(span.text) for span in piece) + 2
            if size > room:
                rows.append([])
                room = width
            if size > room or len(rows) > max(self.lines, 1):
                return None
            rows[-1] += [*piece, Span("  ")]
            room -= size
        return [row(*spans) for spans in rows]

    def _one(self, reading: ClockReading, bar: int) -> list[Span]:
        tone = clock_face.tone_of(reading)
        loud = f"{tone} strong" if not reading.stopped and tone != "good" else tone
        width = 0 if reading.stopped else bar
        filled = clock_face.bar(reading, width, self.signs)
        return [
            Span(f" {clock_face.name_of(reading)} ", "strong" if not reading.stopped else "dim"),
            *filled,
            Span(" " if filled else ""),
            Span(clock_face.words(reading, self.signs, long=bar >= 10), loud),
        ]
