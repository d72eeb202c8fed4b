"""The board: every incident in a row, the worst first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.message import Message

from warroom.console.domain.applying import phases_of
from warroom.console.domain.debts import Debt, debts, nearest
from warroom.console.domain.model import Incident, State
from warroom.console.domain.text import clean
from warroom.console.domain.time.clocks import ClockReading, read_clocks
from warroom.console.domain.time.clocks import worst as worst_clock
from warroom.console.domain.time.no_return import ROLLBACK, measured, point_of_no_return
from warroom.widgets import clock_face, format
from warroom.widgets.browse import Browse
from warroom.widgets.columns import Column, lay
from warroom.widgets.glyphs import level_sign, level_tone
from warroom.widgets.header_bar import EPOCH
from warroom.widgets.lines import Row, Span, data, row

_STATES = {State.OPEN: "bad", State.MITIGATED: "warn", State.RESOLVED: "good", State.CLOSED: "dim"}
COLUMNS = (
    Column("pointer", "", 1, 0),
    Column("level", "LVL", 4, 0),
    Column("id", "ID", 5, 0),
    Column("state", "STATE", 9, 2),
    Column("title", "TITLE", 0, 0),
    Column("impact", "IMPACT", 8, 4),
    Column("declared", "DECLARED", 8, 9),
    Column("clock", "CLOCK", 8, 1),
    Column("bar", "", 12, 5),
    Column("left", "LEFT", 15, 1),
    Column("phase", "PHASE", 14, 7),
    Column("conn", "CONN", 8, 3),
    Column("runs", "RUNS", 4, 6),
    Column("drill", "", 5, 0),
)
NARROW = 60
"""Below this width an incident takes two lines."""


Owed = tuple[Debt, ...]


def worst_first(
    incidents: Mapping[str, Incident], now: datetime, owed: Callable[[Incident], Owed] | None = None
) -> list[Incident]:
    """Open, then over with debts, then paid; each by level, the state of the worst clock, and age."""

    def rank(incident: Incident) -> tuple[bool, bool, str, int, datetime]:
        clock = None if incident.over else worst_clock(read_clocks(incident, now))
        state = clock_face.urgency(clock)[0] if clock else 9
        paid = incident.over and not (owed(incident) if owed else debts(incident, now))
        return incident.over, paid, incident.level, state, incident.moments.get("declared", EPOCH)

    return sorted(incidents.values(), key=rank)


class IncidentTable(Browse):
    """All incidents. Takes `incidents`, `now`, `filter`, `empty`; posts `Opened`."""

    TITLE = "Incidents"

    incidents: data[Mapping[str, Incident]] = data({})
    """By id."""
    now: data[datetime] = data(EPOCH)
    """The moment to draw."""
    filter: data[str] = data("")
    """Only incidents in whose row all these words occur."""
    empty: data[str] = data("No incident. All is quiet.")
    """What to say when there is none."""

    @dataclass
    class Opened(Message):
        """An incident was chosen."""

        incident: str

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._owed: dict[str, tuple[Incident, datetime, Owed]] = {}

    def chosen(self, key: str) -> None:
        self.post_message(self.Opened(key))

    def head(self, width: int) -> Sequence[Row]:
        if width < NARROW or not self.incidents:
            return ()
        widths = self._widths(width)
        return [row(*(Span(format.fit(name, size) + " ", "faint") for name, size in _named(widths)))]

    def build(self, width: int, height: int) -> list[Row]:
        wanted = self.filter.casefold().split()
        ordered = worst_first(self.incidents, self.now, self._debts)
        shown = [incident for incident in ordered if all(word in _searched(incident) for word in wanted)]
        if not shown:
            return self._nothing(width)
        if width < NARROW:
            return [line for incident in shown for line in self._two_lines(incident, width)]
        widths = self._widths(width)
        return [self._line(incident, widths) for incident in shown]

    def _widths(self, width: int) -> Mapping[str, int]:
        longest = max((format.width_of(clean(name)) for name in self.incidents), default=0)
        drill = any(incident.drill for incident in self.incidents.values())
        columns = [
            column._replace(width=min(max(longest, column.width), 12)) if column.name == "id" else column
            for column in COLUMNS
            if drill or column.name != "drill"
        ]
        return lay(columns, width, flexible="title", least=18)

    def _nothing(self, width: int) -> list[Row]:
        text = self.empty if not self.incidents else f"nothing matches {self.filter}"
        lines = [line for part in text.split("\n") for line in format.wrap(part, max(width - 4, 1))]
        return [row(), *(row(Span(f"  {line}", "dim")) for line in lines)]

    def _line(self, incident: Incident, widths: Mapping[str, int]) -> Row:
        cells = self._cells(incident, widths)
        spans: list[Span] = []
        for name, width in widths.items():
            cell = cells[name]
            if len(cell) == 1:
                cell = [Span(self.fit(cell[0].text, width), cell[0].tone)]
            spans += cell or [Span(" " * width)]
            spans.append(Span(" "))
        return row(*spans, key=incident.id)

    def _cells(self, incident: Incident, widths: Mapping[str, int]) -> dict[str, list[Span]]:
        name, left, clock = self._next(incident)
        quiet = "dim" if incident.over else ""
        active = sum(run.active for run in incident.runs.values())
        level = f"{format.cut(incident.level, 4)} {level_sign(incident.level, self.signs)}"
        return {
            "pointer": [Span(self.signs.pointer if incident.id == self.cursor else " ", "accent")],
            "level": [Span(level, quiet or f"{level_tone(incident.level)} strong")],
            "id": [Span(incident.id, quiet or "strong")],
            "state": [Span(incident.state.value, _STATES[incident.state])],
            "title": [Span(incident.title, quiet)],
            "impact": [Span(self._since(incident, "impact"), quiet)],
            "declared": [Span(self._since(incident, "declared"), "dim")],
            "clock": name,
            "bar": clock_face.bar(clock, widths.get("bar", 0), self.signs) if clock else [],
            "left": left,
            "phase": [Span(_phase(incident), quiet)],
            "conn": [Span(incident.conn or "nobody", quiet if incident.conn else "warn")],
            "runs": [Span(f"{self.signs.current} {active}" if active else "", "info")],
            "drill": [Span("DRILL" if incident.drill else "", "warn strong")],
        }

    def _next(self, incident: Incident) -> tuple[list[Span], list[Span], ClockReading | None]:
        """What comes next for an incident: its name, its words, and the clock if it is one.

        That is the last chance to go back while it is near, else the worst clock; once it is over, what is owed.
        """
        if incident.over:
            return *self._debt_words(incident), None
        if words := self._going_back(incident):
            return [Span("ROLLBACK", "warn strong")], words, None
        clock = worst_clock(read_clocks(incident, self.now))
        if clock is None:
            return [], [], None
        return [Span(clock_face.name_of(clock, 8), "dim")], self._left(clock), clock

    def _debt_words(self, incident: Incident) -> tuple[list[Span], list[Span]]:
        owed = self._debts(incident)
        if not owed:
            return [], []
        name = [Span(f"{len(owed)} debt{'s' if len(owed) > 1 else ''}", "warn")]
        due = nearest(owed)
        if due is None:
            return name, []
        late = any(debt.overdue(self.now) for debt in owed)
        return name, [Span(f"{self.signs.bad} " * late + format.left(due - self.now), "bad strong" if late else "warn")]

    def _debts(self, incident: Incident) -> Owed:
        """What is owed, worked out once a minute: incidents that are over change seldom, and there are many."""
        minute = self.now.replace(second=0, microsecond=0)
        known = self._owed.get(incident.id)
        if known is None or known[0] is not incident or known[1] != minute:
            known = self._owed[incident.id] = (incident, minute, debts(incident, self.now))
        return known[2]

    def _going_back(self, incident: Incident) -> list[Span]:
        others = [one for one in self.incidents.values() if one.id != incident.id]
        point = point_of_no_return(
            incident,
            self.now,
            rollbacks=measured(others, incident, ROLLBACK),
            verifies=measured(others, incident, "verify"),
        )
        if point is None or not point.near:
            return []
        return [Span(f"by {point.by:%H:%M} {format.short(point.left)}", "warn strong")]

    def _left(self, clock: ClockReading) -> list[Span]:
        tone = clock_face.tone_of(clock)
        return [Span(clock_face.words(clock, self.signs, long=False), f"{tone} strong" if tone == "bad" else tone)]

    def _since(self, incident: Incident, moment: str) -> str:
        start = incident.moments.get(moment)
        return format.elapsed((incident.moments.get("resolved") or self.now) - start) if start else ""

    def _two_lines(self, incident: Incident, width: int) -> list[Row]:
        cells = self._cells(incident, {})
        left = cells["left"]
        name = [*cells["clock"], Span(" ")] if cells["clock"] and width >= 36 else []
        first = [*cells["pointer"], Span(" "), *cells["level"], Span(" "), Span(format.cut(incident.id, 8), "strong")]
        first += [Span("  "), *name, *left, Span("  "), *cells["drill"]]
        title = self.cut(incident.title, width - 5)
        return [row(*first, key=incident.id), row(Span(f"     {title}", cells["title"][0].tone), key=incident.id)]


def _named(widths: Mapping[str, int]) -> list[tuple[str, int]]:
    names = {column.name: column.title for column in COLUMNS}
    return [(names[name], width) for name, width in widths.items()]


def _phase(incident: Incident) -> str:
    for number, phase in enumerate(phases_of(incident), 1):
        if phase.key == incident.phase:
            return f"{number} {clean(phase.title)}"
    return ""


def _searched(incident: Incident) -> str:
    parts = (incident.id, incident.level, incident.state, incident.title, incident.service, incident.conn)
    return " ".join((*parts, "drill" if incident.drill else "")).casefold()
