"""The last line of a screen: which keys there are, or what came of the last one."""

from typing import NamedTuple

from warroom.widgets import format
from warroom.widgets.lines import Lines, Row, Span, data, row, spread

LINES = 3
"""Lines a notice may take."""


class Hint(NamedTuple):
    """A key and what it does, in a word or two."""

    key: str
    does: str


class Notice(NamedTuple):
    """One thing to know: why not, or what was done. `tone` is `bad`, `warn`, `good` or nothing."""

    text: str
    tone: str = ""


class Foot(Lines):
    """Keys in one line, the first ones first; a notice stands in their place. Takes `hints`, `notice`, `drill`."""

    DEFAULT_CSS = "Foot { height: auto; dock: bottom; background: $panel; }"

    hints: data[tuple[Hint, ...]] = data(())
    """What can be pressed here."""
    notice: data[Notice | None] = data(None)
    """What to say instead."""
    drill: data[bool] = data(False)
    """This is practice."""

    def build(self, width: int, height: int) -> list[Row]:
        right = [Span(" DRILL ", "warn-fill strong")] if self.drill else []
        if self.notice is not None:
            return self._notice(self.notice, right, width)
        room = width - sum(len(span.text) for span in right) - 1
        spans: list[Span] = []
        always = self.hints[-1:]
        for hint in (*self.hints[:-1], *always):
            size = format.width_of(hint.key) + format.width_of(hint.does) + 3
            kept = 0 if hint in always else sum(len(last.key) + len(last.does) + 3 for last in always)
            if size + kept > room:
                continue
            spans += [Span(f" {hint.key}", "accent strong"), Span(f" {hint.does} ", "dim")]
            room -= size
        return [spread(spans, right, width)]

    def _notice(self, notice: Notice, right: list[Span], width: int) -> list[Row]:
        sign = {"bad": self.signs.bad, "warn": self.signs.warn, "good": self.signs.ok}.get(notice.tone, self.signs.dot)
        tone = f"{notice.tone} strong" if notice.tone in ("bad", "warn") else notice.tone
        lines = format.wrap(notice.text, max(width - 4 - sum(len(span.text) for span in right), 8))[:LINES]
        first = spread([Span(f" {sign} ", tone), Span(lines[0], tone)], right, width)
        return [first, *(row(Span(f"   {line}", tone)) for line in lines[1:])]
