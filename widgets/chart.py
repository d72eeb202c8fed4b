"""The chart: one probe's readings over the last minutes, its limit, and what was done when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from warroom.console.domain.text import clean
from warroom.console.domain.view import Series
from warroom.widgets import format, plot
from warroom.widgets.header_bar import EPOCH
from warroom.widgets.lines import Panel, Row, Span, data, row, spread
from warroom.widgets.marks import Mark

STALE = timedelta(seconds=30)


@dataclass(slots=True)
class _Canvas:
    """Cells that are written over one another."""

    cells: list[list[tuple[str, str]]]

    def put(self, x: int, y: int, text: str, tone: str) -> None:
        for offset, char in enumerate(text):
            if 0 <= y < len(self.cells) and 0 <= x + offset < len(self.cells[y]):
                self.cells[y][x + offset] = (char, tone)

    def free(self, x: int, y: int, size: int) -> bool:
        """Whether a label fits there without covering anything but the limit line."""
        line = self.cells[y]
        if x < 0 or x + size > len(line):
            return False
        beside = (*line[max(x - 1, 0) : x], *line[x + size : x + size + 1])
        return all(tone in ("", "limit") for _, tone in line[x : x + size]) and not any(
            tone.endswith("label") for _, tone in beside
        )


REACHES = tuple(timedelta(minutes=minutes) for minutes in (3, 5, 10, 15, 30, 60))
"""Spans the chart can show: few, so that the picture seldom jumps."""


class Chart(Panel):
    """Blocks over time with the limit, the marks and a time axis. Takes `series`, `marks`, `now`, `minutes`.

    Columns above the limit are drawn in another colour and rise above a line that says so. Where there is no data the
    base line is dotted: a hole is never drawn as zero. The first line has the newest value and its age.
    """

    TITLE = "Error rate"

    series: data[Series | None] = data(None)
    """The line to draw."""
    marks: data[tuple[Mark, ...]] = data(())
    """What happened when."""
    now: data[datetime] = data(EPOCH)
    """The right edge."""
    minutes: data[int] = data(0)
    """How far back the left edge is; 0: as far as there are readings, up to an hour."""
    title: data[str] = data("")
    """The panel's name, before the probe's; empty: what the readings are of."""

    def title_text(self) -> str:
        title = self.title or _titled(self.series)
        return f"{title}  {self.series.probe}" if self.series else title

    def watch_series(self) -> None:
        self.retitle()

    def watch_title(self) -> None:
        self.retitle()

    def build(self, width: int, height: int) -> list[Row]:
        series = self.series
        if series is None or not series.points:
            return [row(Span(f" {self.signs.unknown} no readings yet", "warn"))]
        head = self._head(series, width)
        rows = height - 3
        if rows < 2 or width < 16:
            return [head]
        reach = timedelta(minutes=self.minutes) or _reach(series, self.now, width)
        seen = [value for at, value in series.points if at >= self.now - reach]
        axis = plot.scale([*seen, series.floor], series.limit if series.limit is not None else series.floor, rows)
        labels = _labels(axis, rows, series.unit)
        gutter = max(len(text) for text in labels.values())
        time = self._time(width - gutter - 2, reach)
        values = plot.buckets(series.points, time, _worse(series))
        canvas = self._canvas(values, axis, rows, series)
        self._draw_marks(canvas, time)
        body = [self._join(labels.get(y, ""), gutter, line) for y, line in enumerate(canvas.cells)]
        return [head, *body, self._axis(time, gutter), self._times(time, gutter)]

    def _time(self, columns: int, reach: timedelta) -> plot.Window:
        """The x axis. It ends at a whole column, so that the picture stands still until a column is over."""
        column = reach / columns
        end = EPOCH + column * ((self.now - EPOCH) // column + 1)
        return plot.Window(end - column * columns, column, columns)

    def _head(self, series: Series, width: int) -> Row:
        at, value = series.points[-1]
        old = max(self.now - at, timedelta(0))
        number = plot.finite(value)
        word, tone = self._verdict(number, series, old)
        left = [Span(f" {format.quantity(number, series.unit)}", "faint" if old > STALE else f"{tone} strong")]
        left.append(Span(f"  {word}" if word else "", tone))
        ago = f"  {format.age(old)} ago" if width >= 38 else f" {format.age(old)}"
        left.append(Span(ago, "warn" if old > STALE else "dim"))
        limit = f"{_limits(series)} " if series.bounded else ""
        return spread(left, [Span(limit, "warn")], width)

    def _verdict(self, value: float | None, series: Series, old: timedelta) -> tuple[str, str]:
        if old > STALE:
            return f"{self.signs.unknown} STALE", "warn"
        if value is None:
            return f"{self.signs.unknown} NO DATA", "warn"
        if series.beyond(value):
            return f"{self.signs.bad} {'ABOVE' if series.above(value) else 'BELOW'} LIMIT", "bad"
        if not series.bounded:
            return "", "info"
        if series.limit is not None and series.floor is not None:
            return f"{self.signs.live} within limits", "good"
        return f"{self.signs.live} {'below' if series.limit is not None else 'above'} limit", "good"

    def _canvas(self, values: Sequence[float | None], axis: plot.Scale, rows: int, series: Series) -> _Canvas:
        canvas = _Canvas([[(" ", "")] * len(values) for _ in range(rows)])
        for limit in (series.floor, series.limit):
            if limit is not None and axis.low <= limit <= axis.high:
                canvas.put(0, plot.row_of(limit, axis, rows), self.signs.limit * len(values), "limit")
        levels = len(self.signs.columns) - 1
        for x, value in enumerate(values):
            if value is None:
                canvas.put(x, rows - 1, self.signs.gap, "faint")
                continue
            tone = "bad" if series.beyond(value) else "info"
            column = plot.blocks(value, axis, rows, levels)
            top = next(y for y, filled in enumerate(column) if filled)
            for y in range(top, rows):
                canvas.put(x, y, self.signs.columns[column[y]], tone if y == top else f"{tone}-soft")
        return canvas

    def _draw_marks(self, canvas: _Canvas, time: plot.Window) -> None:
        for mark in sorted(self.marks, key=lambda mark: mark.at, reverse=True):
            x = time.column_of(mark.at)
            if x is None:
                continue
            for y, line in enumerate(canvas.cells):
                if line[x][1] in ("", "limit"):
                    canvas.put(x, y, self.signs.plumb, "plumb")
            self._label(canvas, x, self.cut(mark.label, 18), mark.tone)

    def _label(self, canvas: _Canvas, x: int, text: str, tone: str) -> None:
        size = format.width_of(text)
        if size != len(text):
            return
        for y in range(len(canvas.cells)):
            for left in (x + 1, x - size):
                if canvas.free(left, y, size):
                    canvas.put(left, y, text, f"{tone} label")
                    return

    def _join(self, label: str, gutter: int, line: list[tuple[str, str]]) -> Row:
        spans = [Span(f"{label:>{gutter}} ", "dim"), Span(self.signs.tee if label else self.signs.side, "faint")]
        run, run_tone = "", ""
        for char, tone in line:
            if tone != run_tone and run:
                spans.append(Span(run, _shown(run_tone)))
                run = ""
            run, run_tone = run + char, tone
        return row(*spans, Span(run, _shown(run_tone)))

    def _axis(self, time: plot.Window, gutter: int) -> Row:
        line = [(self.signs.axis, "faint")] * time.columns
        for mark in self.marks:
            if (x := time.column_of(mark.at)) is not None:
                line[x] = (self.signs.mark, mark.tone or "accent")
        spans = [Span(char, tone) for char, tone in line]
        return row(Span(" " * (gutter + 1)), Span(self.signs.corner, "faint"), *spans)

    def _times(self, time: plot.Window, gutter: int) -> Row:
        text = [" "] * (time.columns + gutter + 2 - 4)
        free = 0
        for tick in plot.time_ticks(time.start, self.now, time.columns // 12):
            label = format.stamp(tick, self.now, seconds=time.column < timedelta(seconds=1))
            x = gutter + 2 + int((tick - time.start) / time.column) - len(label) // 2
            if x >= free and x + len(label) <= len(text):
                text[x : x + len(label)] = label
                free = x + len(label) + 2
        return row(Span("".join(text), "dim"), Span(" UTC", "faint"))


def _titled(series: Series | None) -> str:
    if series is None or series.role == "error-rate":
        return "Error rate"
    if series.of != "value":
        return "Response time" if series.of == "latency" else "Certificate"
    return series.role.replace("-", " ").capitalize() or "Readings"


def _limits(series: Series) -> str:
    """`limit 5 %`, or between what a reading is good."""
    if series.floor is not None and series.limit is not None:
        return f"limits {format.bounds(series.floor, series.limit, series.unit)}"
    return f"limit {format.quantity(series.floor if series.limit is None else series.limit, series.unit)}"


def _worse(series: Series) -> plot.Worse:
    """Of two readings the one to show: what is beyond a limit first, else the lower where only a floor is set."""
    only_floor = series.limit is None and series.floor is not None

    def worse(one: float, other: float) -> float:
        if series.beyond(one) != series.beyond(other):
            return one if series.beyond(one) else other
        return min(one, other) if only_floor else max(one, other)

    return worse


def _reach(series: Series, now: datetime, columns: int) -> timedelta:
    """How far back to look: to the first reading, and never so near that readings leave holes between them."""
    first, last = series.points[0][0], series.points[-1][0]
    apart = (last - first) / max(len(series.points) - 1, 1)
    wanted = max(now - first, apart * columns * 1.25)
    return next((reach for reach in REACHES if reach >= wanted), REACHES[-1])


def _shown(tone: str) -> str:
    return {"limit": "warn", "plumb": "faint"}.get(tone, tone.replace(" label", "").strip())


def _labels(axis: plot.Scale, rows: int, unit: str) -> dict[int, str]:
    labels: dict[int, str] = {}
    count = round((axis.high - axis.low) / axis.step)
    for n in range(count + 1):
        value = axis.low + n * axis.step
        y = min(rows - int(n / count * rows), rows - 1) if n < count else 0
        labels[y] = f"{format.number(value)} {clean(unit)[:4]}".rstrip()
    return labels
