"""A decision that others may still object to, or did: what it is, who made it, until when, and what is held against."""

from datetime import datetime

from textual import on
from textual.app import ComposeResult

from warroom.console.domain.model import Incident
from warroom.console.domain.text import clean
from warroom.console.domain.view import View
from warroom.console.screens.kit.choose import Option, OptionList
from warroom.console.screens.kit.dialog import Dialog
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.seat import Seat
from warroom.widgets import format
from warroom.widgets.header_bar import EPOCH
from warroom.widgets.lines import Lines, Row, Span, data, row

OBJECT, ANEW = "object", "anew"


def open_to_objection(incident: Incident, now: datetime) -> bool:
    """Somebody may still object to what was decided."""
    taken = incident.decision
    return taken is not None and taken.objections_until is not None and now < taken.objections_until


class DecisionLines(Lines):
    """The decision as it stands. Takes `incident`, `now`."""

    DEFAULT_CSS = "DecisionLines { height: auto; margin-bottom: 1; }"

    incident: data[Incident | None] = data(None)
    """Whose decision."""
    now: data[datetime] = data(EPOCH)
    """The moment to draw."""

    def build(self, width: int, height: int) -> list[Row]:
        taken = self.incident.decision if self.incident else None
        if taken is None:
            return []
        head = f"by {clean(taken.by)} at {format.stamp(taken.at, self.now)} UTC"
        rows = [row(Span(f" {self.signs.current} {taken.choice} ", "info strong"), Span(head, "dim"))]
        rows += self._text(taken.why, "", width)
        if taken.rule:
            rows += self._text(f"the rule: {taken.rule}", "dim", width)
        rows += [row(), self._window()]
        for one in taken.objections:
            text = f"{one.by} objects, {format.stamp(one.at, self.now)} UTC: {one.why}"
            lines = format.wrap(text, max(width - 4, 8))
            rows += [
                row(Span(f" {self.signs.bad if not number else ' '} {line}", "bad"))
                for number, line in enumerate(lines)
            ]
        if taken.contested:
            rows.append(row(Span("   it does not stand until it is decided again", "bad strong")))
        return rows

    def _text(self, text: str, tone: str, width: int) -> list[Row]:
        return [row(Span(f"   {line}", tone)) for line in format.wrap(text, max(width - 4, 8))]

    def _window(self) -> Row:
        assert self.incident is not None
        assert self.incident.decision is not None
        until = self.incident.decision.objections_until
        if until is None:
            return row(Span(f" {self.signs.dot} this protocol sets no time for objections", "dim"))
        if self.now >= until:
            return row(
                Span(f" {self.signs.dot} the time for objections ended {format.stamp(until, self.now)} UTC", "dim")
            )
        left = f"{format.short(until - self.now)} left"
        return row(
            Span(f" {self.signs.warn} objections until {format.stamp(until, self.now)} UTC, {left}", "warn strong")
        )


class Decided(Dialog[str]):
    """Shows the decision; gives `object`, `anew` or nothing."""

    DEFAULT_CSS = "Decided OptionList { margin-bottom: 1; }"
    heading = "Decided"

    def __init__(self, seat: Seat, view: View, now: datetime, incident: str) -> None:
        super().__init__(seat, view, now)
        self.incident = incident

    def compose_body(self) -> ComposeResult:
        yield DecisionLines()
        yield OptionList()

    def on_mount(self) -> None:
        options = self.query_one(OptionList)
        subject = self.incident_of(self.incident)
        contested = subject is not None and subject.decision is not None and subject.decision.contested
        options.cursor = ANEW if contested or self._objection_closed() else OBJECT
        options.focus()

    def _objection_closed(self) -> str:
        subject = self.incident_of(self.incident)
        return "" if subject and open_to_objection(subject, self.now) else "the time for objections is over"

    def follow(self) -> None:
        super().follow()
        lines = self.query_one(DecisionLines)
        lines.incident, lines.now = self.incident_of(self.incident), self.now
        self.query_one(OptionList).options = (
            Option(OBJECT, "Object", "with a reason: it does not stand then", blocked=self._objection_closed()),
            Option(ANEW, "Decide anew", "the questions, the rules and the matrix again"),
        )

    def hints(self) -> tuple[Hint, ...]:
        return (Hint("enter", "choose"), Hint("j k", "move"), Hint("esc", "leave it as it is"))

    @on(OptionList.Picked)
    def pick(self, event: OptionList.Picked) -> None:
        """Give the choice, or say why it can't be chosen."""
        closed = self._objection_closed() if event.key == OBJECT else ""
        if closed:
            self.refuse(f"{closed}; decide anew to change it")
        else:
            self.dismiss(event.key)
