"""The ways back in rows, in the playbook's order: state, title, what stands against each, what it leaves behind."""

from dataclasses import dataclass
from datetime import UTC, datetime

from textual.message import Message

from warroom.console.domain.model import Incident
from warroom.console.domain.playbook import Rollback
from warroom.console.domain.text import clean
from warroom.console.domain.way_back import Readiness, WayBack
from warroom.widgets import format
from warroom.widgets.browse import Browse
from warroom.widgets.lines import Row, Span, data, row

_TONES = {
    Readiness.READY: "good strong",
    Readiness.DOUBTFUL: "warn strong",
    Readiness.BLOCKED: "bad strong",
    Readiness.BY_HAND: "info",
}
NONE = "This protocol names no way back. An action called rollback is offered by r all the same."
_INDENT = 13


class WayBackList(Browse):
    """Ways back. Takes `incident`, `now`; posts `Opened`."""

    DEFAULT_CSS = "WayBackList { height: 1fr; }"
    TITLE = "Ways back"

    incident: data[Incident | None] = data(None)
    """The incident as it stands."""
    now: data[datetime] = data(datetime(1970, 1, 1, tzinfo=UTC))
    """The moment to draw."""

    @dataclass
    class Opened(Message):
        """One was chosen."""

        action: str

    def chosen(self, key: str) -> None:
        means = next((one for one in self._means() if one.title == key), None)
        if means is not None:
            self.post_message(self.Opened(means.action))

    def _means(self) -> tuple[Rollback, ...]:
        return self.incident.playbook.rollback if self.incident else ()

    def build(self, width: int, height: int) -> list[Row]:
        if not self._means():
            return [row(), *(row(Span(f"  {line}", "dim")) for line in format.wrap(NONE, max(width - 4, 8)))]
        return [line for means in self._means() for line in (*self._lines(means, width), row())]

    def _lines(self, means: Rollback, width: int) -> list[Row]:
        assert self.incident is not None
        key = means.title
        way = self.incident.ways_back.get(key)
        pointer = Span(f"{self.signs.pointer} " if key == self.cursor else "  ", "accent")
        word = str(way.readiness) if way else "unseen"
        tone = _TONES[way.readiness] if way else "dim"
        since = f" {format.age(self.now - way.since)} " if way and way.since else " "
        state = Span(f"{self._sign(way)} {self.fit(word, 9)} ", tone)
        title = Span(self.fit(means.title, max(width - 2 - 12 - len(since), 8)), "strong")
        rows = [row(pointer, state, title, Span(since, "dim"), key=key)]
        for sign, text, tone in self._said(means, way):
            for number, line in enumerate(format.wrap(clean(text), max(width - _INDENT - 4, 8))):
                lead = f"{'':{_INDENT}}{sign if number == 0 else ' '} "
                rows.append(row(Span(f"{lead}{line}", tone), key=key))
        return rows

    def _said(self, means: Rollback, way: WayBack | None) -> list[tuple[str, str, str]]:
        reasons = way.reasons if way else ()
        against = "bad" if way and way.readiness is Readiness.BLOCKED else "warn"
        said = [(self.signs.warn, reason, against) for reason in reasons]
        if means.when:
            said.append((" ", f"when: {means.when}", ""))
        if means.hazard:
            said.append((self.signs.warn, means.hazard, "dim"))
        said += [(self.signs.dot, left, "dim") for left in (way.left_behind if way else ())]
        return said

    def _sign(self, way: WayBack | None) -> str:
        signs = self.signs
        if way is None:
            return signs.unknown
        return {
            Readiness.READY: signs.ok,
            Readiness.DOUBTFUL: signs.warn,
            Readiness.BLOCKED: signs.bad,
            Readiness.BY_HAND: signs.dot,
        }[way.readiness]
