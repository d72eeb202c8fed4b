"""The top line: where one is, who else is here, what time it is, and whether what is shown is live."""

from datetime import UTC, datetime, timedelta, tzinfo

from warroom.widgets import format
from warroom.widgets.lines import Lines, Row, Span, data, spread

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FRESH = timedelta(seconds=15)
"""Readings come every few seconds; older than this and the screen is not live."""


class HeaderBar(Lines):
    """One line: name, service, consoles, conn, UTC and local time, age of the newest data, DRILL and VIEW-ONLY.

    Takes `service`, `consoles`, `conn`, `me`, `checked_at`, `drill`, `read_only`, `now`, `zone`. Posts nothing.
    """

    DEFAULT_CSS = "HeaderBar { height: 1; background: $panel; }"

    service: data[str] = data("")
    """The service's name."""
    consoles: data[int] = data(1)
    """How many consoles look at the same store, this one included."""
    conn: data[str | None] = data(None)
    """Who has the keys; empty: nobody; None: there is no incident to have the keys of."""
    me: data[str] = data("")
    """Who sits here."""
    checked_at: data[datetime | None] = data(None)
    """When the newest reading or event came in."""
    drill: data[bool] = data(False)
    """This is practice."""
    read_only: data[bool] = data(False)
    """Nothing can be changed from here."""
    now: data[datetime] = data(EPOCH)
    """The moment to draw."""
    zone: data[tzinfo | None] = data(None)
    """Zone of the local time; None: this machine's."""

    def build(self, width: int, height: int) -> list[Row]:
        for level in range(6):
            left, right = self._left(level), self._right(level)
            used = sum(format.width_of(span.text) for span in (*left, *right))
            if used + 2 <= width:
                break
        return [spread(left, right, width)]

    def _left(self, level: int) -> list[Span]:
        spans = [Span(" WARROOM ", "strong accent")] if level < 5 else [Span(" ")]
        if self.drill:
            spans += [Span(" DRILL ", "warn-fill strong"), Span(" ")]
        if self.read_only:
            spans += [Span(" VIEW-ONLY ", "info-fill strong"), Span(" ")]
        if self.service:
            spans.append(Span(f" {self.cut(self.service, 40 if level < 2 else 14)}", "strong"))
        people = []
        if self.consoles > 1 and level < 2:
            people.append(f"{self.consoles} consoles")
        if self.conn is not None and level < 4:
            people.append(f"conn: {self.cut(self.conn, 16) or 'nobody'}")
        if self.me and level < 1:
            people.append(f"you: {self.cut(self.me, 16)}")
        if people:
            spans.append(Span("   " + f" {self.signs.dot} ".join(people), "dim"))
        return spans

    def _right(self, level: int) -> list[Span]:
        spans = [Span(f"{self.now:%H:%M:%S} UTC", "strong")]
        if level < 1:
            spans.insert(0, Span(f"{self.now:%Y-%m-%d}  ", "dim"))
        if level < 3:
            spans.append(Span(f"  {format.local(self.now, self.zone)} local", "dim"))
        spans += [Span("  "), self._live(), Span(" ")]
        return spans

    def _live(self) -> Span:
        if self.checked_at is None:
            return Span(f"{self.signs.unknown} NO DATA", "warn strong")
        old = max(self.now - self.checked_at, timedelta(0))
        if old > FRESH:
            return Span(f"{self.signs.warn} STALE {format.age(old)}", "warn strong")
        return Span(f"{self.signs.live} live {format.age(old):>3}", "good")
