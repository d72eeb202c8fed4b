"""The clocks of an incident in a row: what is due, how much is used up, what is left."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from warroom.console.domain.model import Incident
from warroom.console.domain.time.clocks import ClockReading, read_clocks
from warroom.console.domain.time.forecast import ClockForecast, Outlook, forecast
from warroom.console.domain.time.no_return import PointOfNoReturn, point_of_no_return
from warroom.widgets import clock_face, format
from warroom.widgets.header_bar import EPOCH
from warroom.widgets.lines import Lines, Row, Span, data, row

BARS = (20, 14, 10, 6, 0)
"""Widths of a bar that are tried, the widest first."""


class ClockStrip(Lines):
    """At most two lines of clocks, the most urgent first where not all fit, and until when a rollback still helps.

    Takes `incident`, `now`, and what earlier rollbacks took as `rollbacks` and `verifies`.
    """

    DEFAULT_CSS = "ClockStrip { height: auto; }"

    incident: data[Incident | None] = data(None)
    """Whose clocks."""
    now: data[datetime] = data(EPOCH)
    """The moment to read them at."""
    rollbacks: data[tuple[timedelta, ...]] = data(())
    """How long rollbacks took in earlier incidents, oldest first."""
    verify: data[str] = data("verify")
    """The action that proves a rollback."""
    verifies: data[tuple[timedelta, ...]] = data(())
    """How long the checks after them took."""
    lines: data[int] = data(2)
    """Lines it may take."""

    def build(self, width: int, height: int) -> list[Row]:
        if self.incident is None:
            return [row(Span(" no clocks", "dim"))]
        readings = read_clocks(self.incident, self.now)
        if not readings:
            return [row(Span(" no clock runs", "dim"))]
        outlooks = {one.key: one for one in forecast(self.incident, self.now).clocks}
        point = point_of_no_return(
            self.incident, self.now, rollbacks=self.rollbacks, verifies=self.verifies, verify=self.verify
        )
        for going_back in (point, None) if point else (None,):
            if (rows := self._most(readings, outlooks, going_back, width)) is not None:
                return rows
        return [row(*self._one(min(readings, key=clock_face.urgency), 0, None))]

    def _most(
        self,
        readings: tuple[ClockReading, ...],
        outlooks: Mapping[str, ClockForecast],
        point: PointOfNoReturn | None,
        width: int,
    ) -> list[Row] | None:
        """As many clocks as fit, as widely as they do."""
        ranked = sorted(readings, key=clock_face.urgency)
        for count in range(len(ranked), 0, -1):
            chosen = [reading for reading in readings if reading in ranked[:count]]
            for bar in BARS if count == 1 else BARS[:-1]:
                pieces = [self._one(reading, bar, outlooks.get(reading.key)) for reading in chosen]
                if point is not None:
                    pieces.append(self._back(point, long=bar >= 10))
                if count < len(readings):
                    pieces.append([Span(f" +{len(readings) - count} more", "dim")])
                if (rows := self._lay(pieces, width)) is not None:
                    return rows
        return None

    def _lay(self, pieces: list[list[Span]], width: int) -> list[Row] | None:
        rows: list[list[Span]] = [[]]
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

    def _one(self, reading: ClockReading, bar: int, outlook: ClockForecast | None) -> list[Span]:
        tone = clock_face.tone_of(reading)
        loud = f"{tone} strong" if not reading.stopped and tone not in ("good", "info") else tone
        width = 0 if reading.stopped else bar
        filled = clock_face.bar(reading, width, self.signs)
        return [
            Span(f" {clock_face.name_of(reading)} ", "strong" if not reading.stopped else "dim"),
            *filled,
            Span(" " if filled else ""),
            Span(clock_face.words(reading, self.signs, long=bar >= 10), loud),
            *self._outlook(outlook, reading),
        ]

    def _outlook(self, outlook: ClockForecast | None, reading: ClockReading) -> list[Span]:
        """Whether the phases ahead still fit; nothing where they do, or where the clock is late anyway."""
        late = reading.remaining is not None and reading.remaining < timedelta(0)
        if outlook is None or late or outlook.outlook is Outlook.FITS:
            return []
        return [Span(f" {outlook.words}", "bad strong" if outlook.outlook is Outlook.CANNOT else "warn")]

    def _back(self, point: PointOfNoReturn, *, long: bool) -> list[Span]:
        tone = "bad" if point.passed else "warn strong" if point.near else ""
        at = format.stamp(point.by, self.now)
        if point.passed:
            left = f"{self.signs.bad} passed {format.short(-point.left)} ago"
        else:
            left = f"{format.short(point.left)} left"
        guess = [Span(" not measured", "dim")] if long and point.assumed else []
        return [Span(f" ROLLBACK BY {at} ", "strong"), Span(left, tone), *guess]
