"""What a dialog says about the second person: how to ask, who may answer and how, and that they have."""

from datetime import datetime

from warroom.console.domain.approval import TRIES, Approval, ApprovalState
from warroom.console.domain.text import clean
from warroom.widgets import format
from warroom.widgets.header_bar import EPOCH
from warroom.widgets.lines import Lines, Row, Span, data, row

_LABEL = 13


class SecondPerson(Lines):
    """A few lines under a proposal of class two. Takes `approval`, `incident`, `others`, `now`."""

    DEFAULT_CSS = "SecondPerson { height: auto; margin-bottom: 1; }"

    approval: data[Approval | None] = data(None)
    """The request that stands; none: nobody is asked."""
    incident: data[str] = data("")
    """The incident it is about."""
    others: data[tuple[str, ...]] = data(())
    """Who sits at another console."""
    now: data[datetime] = data(EPOCH)
    """The moment to draw."""

    def build(self, width: int, height: int) -> list[Row]:
        asked = self.approval
        if asked is None:
            text = "a second person must approve it: ctrl+y asks for one, and nothing runs yet"
            return self._lines([(text, "warn")], width)
        left = format.short(asked.expires_at - self.now)
        if asked.state(self.now) is ApprovalState.GRANTED:
            return self._lines(self._granted(asked, left), width)
        there = f"{', '.join(dict.fromkeys(self.others))} can" if self.others else "nobody else has one open yet; they"
        slips = TRIES - asked.tries
        guessed = [(f"{self.signs.warn} wrong codes typed: {slips}; {asked.tries} more tries", "warn")] if slips else []
        strict = [(f"it takes another account than {asked.account}", "")] if asked.different_accounts else []
        return self._lines(
            [
                (f"waiting for a yes to {asked.id}, for {left} more", "info strong"),
                *guessed,
                *strict,
                (f"from another console: {there} press Q there", ""),
                (f"or here: they run  warroom approve {self.incident}  in their own login and read out the code", ""),
            ],
            width,
        )

    def _granted(self, asked: Approval, left: str) -> list[tuple[str, str]]:
        way = "with their code" if asked.way == "code" else "from their console"
        word = f"{self.signs.ok} {asked.answered_by} approved it {way} ({asked.answered_from})"
        lines = [(word, "good strong"), (f"ctrl+y runs it, once, for {left} more", "")]
        if asked.same_account:
            lines.append((f"{self.signs.warn} both used one account: that these are two people is their word", "warn"))
        return lines

    def _lines(self, words: list[tuple[str, str]], width: int) -> list[Row]:
        rows: list[Row] = []
        for text, tone in words:
            for line in format.wrap(clean(text), max(width - _LABEL - 1, 8)):
                name = "" if rows else "two people"
                rows.append(row(Span(f" {name:<{_LABEL - 1}}", "dim"), Span(line, tone)))
        return rows
