"""The timeline: every event of an incident as a line, the newest at the top."""

from collections.abc import Sequence
from datetime import date, datetime

from warroom.console.domain.text import clean
from warroom.console.domain.timeline import Entry
from warroom.console.domain.watch.flapping import calmed
from warroom.widgets import format
from warroom.widgets.browse import Browse
from warroom.widgets.header_bar import EPOCH
from warroom.widgets.lines import Row, Span, data, row

_TONES = {"good": "good", "bad": "bad", "warn": "warn"}


class TimelinePanel(Browse):
    """Time, who, kind, text. Takes `entries`, `now`, `filter`, `drill`; posts nothing.

    A probe that flaps takes one line. Enter shows a long text whole, and every change of what flaps. The newest line is
    at the top: while the cursor is there it follows, further down it stays with its line.
    """

    TITLE = "Timeline"

    entries: data[tuple[Entry, ...]] = data(())
    """Oldest first, as the log has them."""
    now: data[datetime] = data(EPOCH)
    """The moment to draw: only its date matters."""
    filter: data[str] = data("")
    """Only lines in which all these words occur."""
    drill: data[bool] = data(False)
    """Every line says DRILL."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._unfolded: set[str] = set()
        self._following = True
        self._cached: tuple[object, ...] = ()
        self._lines: Sequence[Row] = ()
        self._stamp = 8

    def chosen(self, key: str) -> None:
        self._unfolded ^= {key}
        self.redraw()

    def watch_cursor(self, key: str) -> None:
        self._following = not self._keys or key == self._keys[0]

    def build(self, width: int, height: int) -> Sequence[Row]:
        today = self.now.date()
        made_of = (self.entries, width, today, self.filter, self.drill, self.ascii, frozenset(self._unfolded))
        if made_of != self._cached:
            self._cached = made_of
            self._lines = self._build(width, today)
            if self._following and self._lines:
                self.set_reactive(Browse.cursor, self._lines[0].key)
        return self._lines

    def _build(self, width: int, today: date) -> list[Row]:
        wanted = self.filter.casefold().split()
        self._stamp = max((len(self._when(entry)) for entry in self.entries), default=8)
        rows: list[Row] = []
        for place, entry, parts in reversed(calmed(self.entries)):
            if not wanted or all(word in f"{entry.who} {entry.kind} {entry.text}".casefold() for word in wanted):
                key = str(place)
                rows += self._entry(entry, key, width)
                rows += self._changes(parts, key, width) if key in self._unfolded else ()
        nothing = "nothing matches " + self.filter if self.entries else "nothing has happened yet"
        return rows or [row(Span(f" {nothing}", "dim"))]

    def _when(self, entry: Entry) -> str:
        return format.stamp(entry.at, self.now, seconds=entry.at.date() == self.now.date())

    def _changes(self, parts: Sequence[Entry], key: str, width: int) -> list[Row]:
        """What a line that was summed up tells of, the newest first as everywhere here."""
        return [
            row(Span(self.cut(f"{self._when(part):>{self._stamp}}   {clean(part.text)}", width), "dim"), key=key)
            for part in reversed(parts)
        ]

    def _entry(self, entry: Entry, key: str, width: int) -> list[Row]:
        head = [Span(f"{self._when(entry):>{self._stamp}} ", "dim")]
        if width >= 48:
            head.append(Span(self.fit(entry.who, 9) + " "))
        if width >= 64:
            head.append(Span(self.fit(entry.kind, 8) + " ", "faint"))
        if self.drill:
            head.append(Span("DRILL ", "warn"))
        tone = _TONES.get(entry.tone, "")
        sign = {"good": self.signs.ok, "bad": self.signs.bad, "warn": self.signs.warn}.get(entry.tone, " ")
        head.append(Span(f"{sign} ", tone))
        indent = sum(format.width_of(span.text) for span in head)
        room = max(width - indent, 8)
        if key not in self._unfolded:
            return [row(*head, Span(self.cut(entry.text, room), tone), key=key)]
        first, *others = format.wrap(clean(entry.text), room)
        folded = [row(Span(" " * indent), Span(line, tone), key=key) for line in others]
        return [row(*head, Span(first, tone), key=key), *folded]
