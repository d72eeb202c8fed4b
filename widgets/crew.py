"""Who is what, who is to be called, and what is owed: for screens with room under the phases."""

from datetime import datetime

from warroom.console.domain.debts import owed
from warroom.console.domain.model import Incident
from warroom.console.domain.reaching import reach
from warroom.console.domain.view import Person
from warroom.widgets import format
from warroom.widgets.header_bar import EPOCH
from warroom.widgets.lines import Panel, Row, Span, data, row, spread

_MOST = 6
"""So many debts are named; the key says where the others are."""


class Crew(Panel):
    """Roles with names and numbers, then debts. Takes `incident`, `people`, `now`."""

    TITLE = "People and what is owed"
    DEFAULT_CSS = "Crew { height: auto; }"

    incident: data[Incident | None] = data(None)
    """Whose."""
    people: data[tuple[Person, ...]] = data(())
    """Who may be called, with their numbers."""
    now: data[datetime] = data(EPOCH)
    """The moment to draw."""

    def build(self, width: int, height: int) -> list[Row]:
        if self.incident is None:
            return []
        rows = [self._role(self.incident, key, one.title, width) for key, one in self.incident.playbook.role.items()]
        return [*rows, *([row()] if rows else []), *self._owed(self.incident, width)]

    def _role(self, incident: Incident, key: str, title: str, width: int) -> Row:
        wide = min(24, width // 3)
        left = [Span(f" {self.fit(title, wide)} ", "dim")]
        who = reach(key, incident, self.people)
        number = who.ways[0] if who.ways else ""
        room = max(width - wide - 4 - format.width_of(number), 8)
        right = [Span(f"{number} ", "dim")] if number else []
        if incident.roles.get(key, ""):
            return spread([*left, Span(self.cut(who.name, room))], right, width)
        words = f"nobody yet; ask {who.name}" if who.name else "nobody yet"
        return spread([*left, Span(self.cut(words, room), "warn")], right, width)

    def _owed(self, incident: Incident, width: int) -> list[Row]:
        debts = owed(incident, self.now)
        if not debts:
            return [row(Span(f" {self.signs.ok} nothing is owed", "dim"))]
        rows: list[Row] = []
        for debt in debts[:_MOST]:
            late = debt.overdue(self.now)
            sign, tone = (f"{self.signs.bad} overdue", "bad") if late else (f"{self.signs.open} owed   ", "warn")
            due = format.left(debt.due - self.now) if debt.due else "no date"
            right = f" {debt.owner + '  ' if debt.owner else ''}{due} "
            title = self.cut(debt.title, max(width - 12 - format.width_of(right), 8))
            rows.append(spread([Span(f" {sign} ", tone), Span(title)], [Span(right, tone if late else "dim")], width))
        more = len(debts) - len(rows)
        return [*rows, *([row(Span(f"   and {more} more: E lists them", "dim"))] if more else [])]
