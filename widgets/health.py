"""The health panel: what each probe says, how sure that is, and how old."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from textual.message import Message

from warroom.console.domain.text import clean
from warroom.console.domain.view import ProbeView, Series
from warroom.console.domain.watch.verdict import Health, Sample, Status
from warroom.widgets import format
from warroom.widgets.browse import Browse
from warroom.widgets.columns import Column, lay
from warroom.widgets.header_bar import EPOCH
from warroom.widgets.lines import Row, Span, data, row
from warroom.widgets.sparkline import sparkline

WIDE = 88
"""From here on the reason stands at the end of the row instead of below it."""

COLUMNS = (
    Column("pointer", "", 1, 0),
    Column("status", "", 9, 0),
    Column("name", "", 0, 0),
    Column("value", "", 8, 1),
    Column("limit", "", 9, 3),
    Column("latency", "", 7, 6),
    Column("streak", "", 3, 4),
    Column("spark", "", 8, 5),
    Column("age", "", 3, 0),
)
_BELOW = ("value", "limit", "streak", "spark")
"""What stands on a line of its own where it has no place beside the name, and there is height enough."""
_NAME = 18
"""What a long name gets before less important columns do."""
_INDENT, _SMALL = 4, 6
_MUTED = 3
_OTHERS = "third-party"
"""What others run for us, and we can't mend: it stands below what we can."""
_RANK = {Status.FAILING: 0, Status.UNKNOWN: 1, Status.OK: 2}


class HealthPanel(Browse):
    """Every probe in a row. Takes `probes`, `series`, `now`, `empty`, `filter`; posts `Opened`.

    What is failing or unknown comes first and says why below, where there is room. A verdict whose readings stopped
    coming is unknown, grey, and says so; unknown is never green.
    """

    TITLE = "Health"

    probes: data[tuple[ProbeView, ...]] = data(())
    """What is polled."""
    series: data[tuple[Series, ...]] = data(())
    """Readings, for the sparklines and limits."""
    now: data[datetime] = data(EPOCH)
    """The moment to draw."""
    filter: data[str] = data("")
    """Only probes in whose line all these words occur."""
    empty: data[str] = data("no probe is configured: the room is flying blind")
    """What to say when there is no probe."""
    read_by: data[str] = data("")
    """Whose readings they are, in words; empty: this console's."""

    @dataclass
    class Opened(Message):
        """A probe was chosen: somebody wants to see what it read."""

        probe: str

    def title_text(self) -> str:
        return f"{self.TITLE}  {clean(self.read_by)}" if self.read_by and self.probes else self.TITLE

    def watch_read_by(self) -> None:
        self.retitle()

    def watch_probes(self) -> None:
        self.retitle()

    def chosen(self, key: str) -> None:
        self.post_message(self.Opened(key))

    def build(self, width: int, height: int) -> list[Row]:
        if not self.probes:
            return [row(Span(f" {line}", "warn")) for line in format.wrap(self.empty, max(width - 2, 8))]
        lines = {series.probe: series for series in self.series}
        shown = sorted((probe for probe in self.probes if self._wanted(probe)), key=self._rank)
        if not shown:
            return [row(Span(f" no probe matches {self.cut(clean(self.filter), max(width - 18, 8))}", "dim"))]
        widths = self._widths(width)
        reasons = sum(bool(self._why(probe, width)) for probe in shown)
        with_reasons = len(shown) + reasons <= height and "why" not in widths
        own = [probe for probe in shown if probe.role != _OTHERS]
        room = height - len(shown) - (reasons if with_reasons else 0)
        # Where a heading has no place, what fails stays on top, whoever runs it.
        heading = next((probe for probe in shown if probe.role == _OTHERS), None) if own and room >= 1 else None
        below = self._below(widths, width)
        # As if each gave a reason, so that lines don't come and go with what the probes say.
        spare = (height - bool(heading)) // len(shown) - 1 if below else 0
        # Where there is not a line for each, those on top have one: they are the ones to look at.
        left = room - bool(heading) if below and not spare and with_reasons else 0
        rows: list[Row] = []
        for probe in [*own, *(probe for probe in shown if probe.role == _OTHERS)] if heading else shown:
            if probe is heading:
                rows.append(row(Span(self.cut(" third parties", width), "dim")))
            rows.append(self._line(probe, lines.get(probe.name), widths))
            why = self._reason_line(probe, width, lines.get(probe.name) if spare == 1 else None)
            if spare >= 2 or (spare == 1 and why is None) or left > 0:
                left -= 1
                figures = self._line(probe, lines.get(probe.name), below)
                rows.append(figures._replace(spans=(Span(" " * _INDENT), *figures.spans)))
            if with_reasons and why is not None:
                rows.append(why)
        return rows

    def _reason_line(self, probe: ProbeView, width: int, series: Series | None) -> Row | None:
        """Why it is not ok; with a series, beside its line in small."""
        indent = 12 if width >= 56 else _INDENT
        room = width - indent - (_SMALL + 2 if series else 0)
        why = self._why(probe, room)
        if not why:
            return None
        spans = [Span(" " * indent), Span(self.fit(why, room) if series else why, "dim")]
        if series is not None:
            spark = self._cells(probe, series, {"spark": _SMALL})["spark"]
            spans += [Span(" "), spark]
        return row(*spans, key=probe.name)

    def _wanted(self, probe: ProbeView) -> bool:
        line = f"{probe.name} {probe.role} {probe.kind} {self._status(probe)} {probe.health.reason}".casefold()
        return all(word in line for word in self.filter.casefold().split())

    def _rank(self, probe: ProbeView) -> int:
        return _MUTED if probe.mute else _RANK[self._status(probe)]

    def _widths(self, width: int) -> Mapping[str, int]:
        longest = max(format.width_of(clean(probe.name)) for probe in self.probes)
        if width < WIDE:
            # Behind the last one there is no space.
            return lay(COLUMNS, width + 1, flexible="name", least=min(max(longest, 10), _NAME))
        columns = [
            column._replace(width=min(max(longest, 14), 32)) if column.name == "name" else column for column in COLUMNS
        ]
        return lay([*columns, Column("why", "", 0, 0)], width + 1, flexible="why", least=24)

    def _below(self, beside: Mapping[str, int], width: int) -> Mapping[str, int]:
        """The figures that have no place beside the name."""
        if "why" in beside or "spark" in beside:
            return {}
        columns = [column for column in COLUMNS if column.name in _BELOW and column.name not in beside]
        columns = [column._replace(width=0, order=0) if column.name == "spark" else column for column in columns]
        return lay(columns, width - _INDENT, flexible="spark", least=6)

    def _status(self, probe: ProbeView) -> Status:
        return probe.health.shown(self.now, timedelta(seconds=probe.every))

    def _is_stale(self, probe: ProbeView) -> bool:
        return probe.health.last is not None and probe.health.stale(self.now, timedelta(seconds=probe.every))

    def _line(self, probe: ProbeView, series: Series | None, widths: Mapping[str, int]) -> Row:
        cells = self._cells(probe, series, widths)
        spans: list[Span] = []
        for name, width in widths.items():
            text, tone = cells[name]
            right = name in ("value", "latency", "age", "limit")
            spans += [Span(self.fit(text, width, right=right), tone), Span(" ")]
        return row(*spans[:-1], key=probe.name)

    def _cells(self, probe: ProbeView, series: Series | None, widths: Mapping[str, int]) -> dict[str, Span]:
        health, status, stale = probe.health, self._status(probe), self._is_stale(probe)
        last = health.last
        word, tone = (f"{self.signs.unknown} MUTED", "dim") if probe.mute else self._word(status, last, stale)
        quiet = "faint" if stale or last is None or probe.mute else ""
        of = series.of if series else "value"
        if of == "value" and last is not None and last.value is None:
            of = "latency"
        spark = sparkline([value for _, value in series.points], widths.get("spark", 0), self.signs) if series else ""
        return {
            "pointer": Span(self.signs.pointer if self.has_focus and probe.name == self.cursor else " ", "accent"),
            "status": Span(word, tone),
            "name": Span(probe.name, quiet or ("strong" if status is Status.FAILING else "")),
            "value": Span(_figure(last, of), quiet or ("bad strong" if _is_beyond(health, series) else "")),
            "limit": Span(_limit(series), "faint"),
            "latency": Span("" if of == "latency" else _latency(last), quiet or "dim"),
            "streak": Span(self._streak(health.run_length), "faint"),
            "spark": Span(spark, quiet or ("bad" if status is Status.FAILING else "info")),
            "why": Span(f" {self._why(probe, widths['why'] - 1)}" if "why" in widths else "", "dim"),
            "age": Span(format.age(health.age(self.now)), "warn" if stale else "dim"),
        }

    def _streak(self, length: int) -> str:
        """How many in a row said the same."""
        if length <= 1:
            return ""
        return f"{self.signs.times}{length}" if length < 100 else "99+"

    def _word(self, status: Status, last: Sample | None, stale: bool) -> tuple[str, str]:
        if stale:
            return f"{self.signs.unknown} STALE", "warn"
        if status is Status.FAILING:
            return f"{self.signs.bad} FAILING", "bad strong"
        if status is Status.UNKNOWN:
            return f"{self.signs.unknown} UNKNOWN", "warn"
        if last is not None and last.status is Status.FAILING:
            return f"{self.signs.warn} shaky", "warn"
        if last is not None and last.warned:
            return f"{self.signs.warn} warning", "warn"
        return f"{self.signs.live} ok", "good"

    def _why(self, probe: ProbeView, width: int) -> str:
        """Why it is not simply ok: the reason, and what else of it has room."""
        first, *others = self._reasons(probe)
        text = self.cut(first, width)
        for other in others:
            if format.width_of(text) + 2 + format.width_of(other) <= width:
                text = f"{text}  {other}"
        return text

    def _reasons(self, probe: ProbeView) -> list[str]:
        health = probe.health
        if probe.mute:
            return [clean(probe.mute.words())]
        if health.last is None:
            return ["no reading yet"]
        if self._is_stale(probe):
            return [f"no reading for {format.age(health.age(self.now))}; it was {health.status.value} then"]
        if self._status(probe) is Status.OK:
            # A reading that failed, or a softer limit that does not hold, is worth a word as well.
            return [clean(health.reason or health.last.warning)]
        since = f"since {format.stamp(health.since, self.now)}" if health.since else ""
        good = health.last.status is Status.OK
        nothing = "just good again" if good else "no data"
        words = (clean(health.reason) or nothing, since, clean(probe.compared))
        return [word for word in words if word]


def _figure(last: Sample | None, of: str) -> str:
    """The number it read; of what reads none, how long the answer took or its certificate lasts."""
    if last is None:
        return "no data"
    if of == "certificate" and last.certificate_left is not None:
        return _days(last.certificate_left)
    if last.value is not None and of == "value":
        return format.quantity(last.value, last.unit)
    return "no data" if last.status is Status.UNKNOWN else _latency(last)


def _is_beyond(health: Health, series: Series | None) -> bool:
    """Whether the figure is what is wrong: an error that came quickly is not slow."""
    last = health.last
    if health.status is not Status.FAILING or last is None:
        return False
    if last.value is not None and (series is None or series.of == "value"):
        return True
    if series is not None and series.of == "certificate":
        left = last.certificate_left
        return left is not None and series.beyond(left / timedelta(days=1))
    return series is not None and last.latency_ms is not None and series.beyond(last.latency_ms)


def _limit(series: Series | None) -> str:
    if series is None:
        return ""
    # Between two figures there is no room for the unit, which stands by the reading.
    both = series.limit is not None and series.floor is not None
    return format.bounds(series.floor, series.limit, "" if both else series.unit)


def _latency(last: Sample | None) -> str:
    if last is None or last.latency_ms is None:
        return ""
    return f"{last.latency_ms:.0f} ms" if last.latency_ms < 10_000 else f"{last.latency_ms / 1000:.0f} s"


def blind(probes: Sequence[ProbeView], now: datetime) -> bool:
    """Whether most probes say nothing: the room is flying blind."""
    unknown = sum(probe.health.shown(now, timedelta(seconds=probe.every)) is Status.UNKNOWN for probe in probes)
    return unknown * 2 > len(probes)


def _days(span: timedelta) -> str:
    days = span // timedelta(days=1)
    if days >= 1000:
        return f"{days // 365} years"
    return f"{days} day" if days == 1 else f"{days} days"
