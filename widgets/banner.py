"""The banner of a room: what burns, how bad, for how long, and who has it."""

from datetime import datetime

from warroom.console.domain.applying import phases_of
from warroom.console.domain.handover import fatigue
from warroom.console.domain.model import Incident, State
from warroom.console.domain.text import clean
from warroom.console.domain.triage import level_hint
from warroom.widgets import format
from warroom.widgets.glyphs import Glyphs, level_sign, level_tone
from warroom.widgets.header_bar import EPOCH
from warroom.widgets.lines import Lines, Row, Span, data, row, spread

_STATE_TONES = {State.OPEN: "bad", State.MITIGATED: "warn", State.RESOLVED: "good", State.CLOSED: "dim"}


class Banner(Lines):
    """Two lines on the incident, with what its people should be told. Takes `incident`, `now`; posts nothing."""

    DEFAULT_CSS = "Banner { height: auto; background: $surface; }"

    incident: data[Incident | None] = data(None)
    """What the room is about."""
    now: data[datetime] = data(EPOCH)
    """The moment to draw."""

    def build(self, width: int, height: int) -> list[Row]:
        incident = self.incident
        if incident is None:
            return [row(Span(" no incident", "dim"))]
        return [self._first(incident, width), self._second(incident, width)]

    def _first(self, incident: Incident, width: int) -> Row:
        left = [_chip(incident, self.signs, width), Span("  "), Span(clean(incident.id), "strong")]
        right = self._times(incident, width)
        used = sum(format.width_of(span.text) for span in (*left, *right))
        title = self.cut(incident.title, width - used - 4)
        return spread([*left, Span("  "), Span(title, "strong")], right, width)

    def _times(self, incident: Incident, width: int) -> list[Span]:
        names = (("impact", "impact"), ("declared", "declared")) if width >= 84 else (("impact", "impact"),)
        stop = incident.moments.get("resolved")
        spans: list[Span] = []
        for moment, word in names:
            start = incident.moments.get(moment)
            if start is None:
                continue
            # The user's clock stops when it is resolved; it must not seem to run on.
            span = format.elapsed((stop or self.now) - start)
            spans += [Span(f"{word} " if width >= 60 else "", "dim"), Span(span, "strong"), Span("  ")]
        return [*spans[:-1], Span(" ")] if spans else []

    def _second(self, incident: Incident, width: int) -> Row:
        dot = Span(f" {self.signs.dot} ", "faint")
        spans = [Span(" "), Span(incident.state.value.upper(), f"{_STATE_TONES[incident.state]} strong")]
        for text, tone in self._details(incident):
            used = sum(format.width_of(span.text) for span in spans)
            if used + format.width_of(text) + 4 <= width:
                spans += [dot, Span(text, tone)]
        started = incident.moments.get("declared")
        right = [Span(f"since {format.stamp(started, self.now, seconds=False)} UTC ", "dim")] if started else []
        return spread(spans, right, width)

    def _details(self, incident: Incident) -> list[tuple[str, str]]:
        phases = phases_of(incident)
        at = next((i for i, phase in enumerate(phases) if phase.key == incident.phase), None)
        conn = f"conn {format.cut(incident.conn, 20)}" if incident.conn else "nobody has the conn"
        offer = f" {self.signs.to} {format.cut(incident.conn_offer, 20)}?" if incident.conn_offer else ""
        details = [("DRILL", "warn strong")] if incident.drill else []
        assumed = level_hint(incident, self.now)
        hints = (f"{assumed} L sets it" if assumed else "", fatigue(incident, self.now))
        details += [(format.cut(hint, 60), "warn") for hint in hints if hint]
        if at is not None:
            details.append((f"phase {at + 1} {format.cut(phases[at].title, 28)}", ""))
        details.append((conn + offer, "" if incident.conn else "warn"))
        active = sum(run.active for run in incident.runs.values())
        if active:
            details.append((f"{active} run{'s' if active > 1 else ''} active", "info"))
        details.append((format.cut(incident.service, 20), "dim"))
        details.append((format.cut(incident.playbook.id, 24), "dim"))
        return [detail for detail in details if detail[0]]


def _chip(incident: Incident, signs: Glyphs, width: int) -> Span:
    level = incident.playbook.level.get(incident.level)
    words = [format.cut(incident.level, 6), level_sign(incident.level, signs)]
    if level and width >= 60:
        words.append(format.cut(level.title.upper(), 18 if width >= 100 else 12))
    fill = "dim-fill" if incident.over else f"{level_tone(incident.level)}-fill"
    return Span(f" {' '.join(words)} ", f"{fill} strong")
