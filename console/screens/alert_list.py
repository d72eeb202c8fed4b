"""Alerts in rows: severity, name, summary, how long, and the incident that is about each."""

from dataclasses import dataclass
from datetime import UTC, datetime

from textual.message import Message

from warroom.console.domain.text import clean
from warroom.console.domain.watch.alert import Firing
from warroom.widgets import format
from warroom.widgets.browse import Browse
from warroom.widgets.lines import Row, Span, data, row

_GRAVE = ("critical", "page", "emergency", "error", "high")
_SEVERITY = 9


class AlertList(Browse):
    """Alerts that fire. Takes `alerts`, `now`, `empty`; posts `Opened`."""

    DEFAULT_CSS = "AlertList { height: 1fr; }"
    TITLE = "Alerts"

    alerts: data[tuple[Firing, ...]] = data(())
    """In the order to show them."""
    now: data[datetime] = data(datetime(1970, 1, 1, tzinfo=UTC))
    """The moment to draw."""
    empty: data[str] = data("")
    """What to say when there is none."""

    @dataclass
    class Opened(Message):
        """One was chosen."""

        fingerprint: str

    def chosen(self, key: str) -> None:
        self.post_message(self.Opened(key))

    def build(self, width: int, height: int) -> list[Row]:
        if not self.alerts:
            return [row(), *(row(Span(f"  {line}", "dim")) for line in format.wrap(self.empty, max(width - 4, 8)))]
        return [line for one in self.alerts for line in self._lines(one, width)]

    def _lines(self, one: Firing, width: int) -> list[Row]:
        alert, key = one.alert, one.alert.fingerprint
        grave = alert.severity.lower() in _GRAVE
        tone = "dim" if one.incident else "bad strong" if grave else "warn strong"
        pointer = Span(f"{self.signs.pointer} " if key == self.cursor else "  ", "accent")
        severity = Span(f"{self.signs.bad} {self.fit(clean(alert.severity) or 'firing', _SEVERITY)} ", tone)
        right = f" {one.incident or 'nobody'}  {format.age(self.now - alert.started_at):>4} "
        room = max(width - 2 - _SEVERITY - 3 - len(right), 8)
        name = Span(self.fit(clean(alert.name), room), "strong")
        rows = [row(pointer, severity, name, Span(right, "dim" if one.incident else "warn"), key=key)]
        labels = ", ".join(
            f"{label} {value}" for label, value in alert.labels if label not in ("alertname", "severity")
        )
        for text, style in ((alert.summary, ""), (labels, "dim")):
            rows += [
                row(Span(f"{'':{_SEVERITY + 5}}{line}", style), key=key)
                for line in format.wrap(clean(text), max(width - _SEVERITY - 6, 8))[:2]
                if text
            ]
        return rows
