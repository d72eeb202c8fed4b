"""Parcels of the outbox in rows: state, channel, message, age, attempts, and what the last attempt said."""

from dataclasses import dataclass
from datetime import UTC, datetime

from textual.message import Message

from warroom.console.domain.text import clean
from warroom.console.domain.view import Outgoing
from warroom.widgets import format
from warroom.widgets.browse import Browse
from warroom.widgets.lines import Row, Span, data, row

_TONES = {
    "waiting": "info",
    "sending": "info",
    "delivered": "good",
    "sent": "good",
    "failed": "bad strong",
    "unknown": "warn strong",
    "cancelled": "dim",
}
_REASON_LINES = 2
"""A service may answer with a page; its first words say enough."""


class ParcelList(Browse):
    """Parcels. Takes `parcels`, `now`, `empty`; posts `Opened`."""

    DEFAULT_CSS = "ParcelList { height: 1fr; }"
    TITLE = "Parcels"

    parcels: data[tuple[Outgoing, ...]] = data(())
    """In the order to show them."""
    now: data[datetime] = data(datetime(1970, 1, 1, tzinfo=UTC))
    """The moment to draw."""
    empty: data[str] = data("")
    """What to say when there is none."""

    @dataclass
    class Opened(Message):
        """One was chosen."""

        parcel: str

    def chosen(self, key: str) -> None:
        self.post_message(self.Opened(key))

    def build(self, width: int, height: int) -> list[Row]:
        if not self.parcels:
            return [row(), *(row(Span(f"  {line}", "dim")) for line in format.wrap(self.empty, max(width - 4, 8)))]
        channel = min(max(format.width_of(clean(parcel.channel)) for parcel in self.parcels), 16)
        return [line for parcel in self.parcels for line in self._lines(parcel, width, channel)]

    def _lines(self, parcel: Outgoing, width: int, channel: int) -> list[Row]:
        tone = _TONES.get(parcel.state, "warn")
        pointer = Span(f"{self.signs.pointer} " if parcel.id == self.cursor else "  ", "accent")
        state = Span(f"{self._sign(parcel.state)} {self.fit(parcel.state, 9)} ", tone)
        tries = f"{parcel.attempts} attempt{'' if parcel.attempts == 1 else 's'}"
        right = f" {format.age(self.now - parcel.queued_at):>4} {tries:>11} "
        left = f"{self.fit(parcel.channel, channel)}  {self.fit(parcel.incident, 8)} "
        room = width - 2 - 12 - channel - 11 - len(right) - (6 if parcel.drill else 0)
        title = Span(self.fit(parcel.title, max(room, 4)), "strong")
        drill = [Span(" DRILL", "warn strong")] if parcel.drill else []
        first = row(pointer, state, Span(left), title, *drill, Span(right, "dim"), key=parcel.id)
        return [first, *(row(Span(f"{'':14}{line}", "dim"), key=parcel.id) for line in self._said(parcel, width - 15))]

    def _sign(self, state: str) -> str:
        signs = self.signs
        return {
            "waiting": signs.open,
            "sending": signs.current,
            "delivered": signs.ok,
            "sent": signs.ok,
            "failed": signs.bad,
            "unknown": signs.unknown,
        }.get(state, signs.dot)

    def _said(self, parcel: Outgoing, width: int) -> list[str]:
        words = [clean(parcel.reason)] if parcel.reason else []
        if parcel.state == "waiting" and parcel.next_at > self.now:
            words.append(f"next attempt in {format.short(parcel.next_at - self.now)}")
        words.append(f"to {parcel.audience}, by {parcel.by}")
        return [
            line
            for number, text in enumerate(words)
            for line in format.wrap(text, max(width, 8))[: _REASON_LINES if number == 0 else 1]
        ]
