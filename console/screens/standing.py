"""What stands open for whoever sits here: words that are asked of them or given to them, and what can be taken back."""

from collections.abc import Sequence
from datetime import datetime

from warroom.console.domain.approval import Approval, ApprovalState, open_approvals, same_person
from warroom.console.domain.model import Incident, State
from warroom.console.domain.take_back import TakeBack, take_backs
from warroom.console.domain.text import clean
from warroom.console.domain.view import Button, View
from warroom.console.domain.watch.impact import hint
from warroom.widgets import format
from warroom.widgets.lines import Lines, Row, Span, data, row, spread

_MOST = 2
"""Questions that get a line; the others are counted."""


class Standing(Lines):
    """A line or two above the panels, none where nothing stands open; what stands open comes in by the fields."""

    DEFAULT_CSS = "Standing { height: auto; max-height: 4; }"

    asked: data[tuple[str, ...]] = data(())
    """What others ask this person to approve."""
    given: data[tuple[str, ...]] = data(())
    """Words given to this person that are not used yet."""
    fires: data[str] = data("")
    """Alerts that no incident is about."""
    measured: data[str] = data("")
    """What readings say of the impact's time, where that is not what people said."""
    undo: data[str] = data("")
    """The newest thing that can be taken back."""

    def build(self, width: int, height: int) -> list[Row]:
        rows = [self._row("TWO PEOPLE", text, "warn", width) for text in self.asked[:_MOST]]
        if len(self.asked) > _MOST:
            rows[-1] = self._row("TWO PEOPLE", f"{len(self.asked) - _MOST + 1} more: Q shows them", "warn", width)
        rows += [self._row("ALERT", text, "bad", width) for text in (self.fires,) if text]
        rows += [self._row("MEASURED", text, "info", width) for text in (self.measured,) if text]
        rows += [self._row("APPROVED", text, "good", width) for text in self.given[:1]]
        if not self.undo:
            return rows
        said = f" {self.signs.dot} {format.cut(self.undo, max(width - 4, 8), self.signs.ellipsis)} "
        if rows and sum(format.width_of(span.text) for span in rows[-1].spans) + format.width_of(said) <= width:
            return [*rows[:-1], spread(list(rows[-1].spans), [Span(said, "info")], width)]
        return [*rows, row(Span(said, "info"))]

    def _row(self, word: str, text: str, tone: str, width: int) -> Row:
        room = max(width - len(word) - 4, 8)
        return row(
            Span(f" {word} ", f"{tone}-fill strong"),
            Span(f" {format.cut(clean(text), room, self.signs.ellipsis)}", f"{tone} strong"),
        )

    def _follow(self) -> None:
        self.display = bool(self.asked or self.fires or self.measured or self.given or self.undo)

    def watch_asked(self) -> None:
        self._follow()

    def watch_fires(self) -> None:
        self._follow()

    def watch_measured(self) -> None:
        self._follow()

    def watch_given(self) -> None:
        self._follow()

    def watch_undo(self) -> None:
        self._follow()

    def on_mount(self) -> None:
        self._follow()


def waiting_for(view: View, now: datetime) -> tuple[Approval, ...]:
    """What somebody else asks whoever sits here to approve."""
    return tuple(
        one
        for incident in view.incidents.values()
        for one in open_approvals(incident.approvals, now)
        if not same_person(one.by, view.me)
    )


def asked_words(waiting: Sequence[Approval], now: datetime) -> tuple[str, ...]:
    """`Q: kai asks you to approve Restore the database on orders (INC-2), 14:02 left`."""
    return tuple(
        f"Q: {one.by} asks you to approve {one.proposal.title} on {one.proposal.target} ({one.proposal.incident}), "
        f"{format.left(one.expires_at - now)}"
        for one in waiting
    )


def alert_words(view: View) -> str:
    """`a: ApiDown fires and no incident is about it, and 2 more`; empty: every alert has its incident."""
    free = [one for one in view.alerts if not one.incident]
    if not free:
        return ""
    more = f", and {len(free) - 1} more" if len(free) > 1 else ""
    return f"a: {free[0].alert.name} fires and no incident is about it{more}"


def measured_words(view: View, incident: Incident) -> str:
    """`error rate says 14:02:10; you said 14:10:00: T corrects it`; empty: nothing to correct."""
    outage = view.outages.get(incident.id)
    words = hint(incident, outage) if outage is not None and incident.state is not State.CLOSED else ""
    return f"{words}: T corrects it" if words and not view.read_only else words


def given_words(view: View, incident: Incident, now: datetime) -> tuple[str, ...]:
    """What a second person has approved for whoever sits here."""
    return tuple(
        f"{one.answered_by} approved {one.proposal.title} on {one.proposal.target}: run it within "
        f"{format.short(one.expires_at - now)}"
        for one in incident.approvals.values()
        if one.state(now) is ApprovalState.GRANTED and same_person(one.by, view.me)
    )


def undo_words(incident: Incident, buttons: Sequence[Button], now: datetime) -> str:
    """The newest thing that can be taken back, in words; empty: nothing can."""
    found = take_backs(incident, now)
    return take_back_words(found[0], buttons, now) if found else ""


def take_back_words(found: TakeBack, buttons: Sequence[Button], now: datetime) -> str:
    """`undo: r rollback, until 15:03 UTC (4:12 left)`; empty where its action is not on offer here."""
    button = next((button for button in buttons if button.action == found.action), None)
    if button is None:
        # A way back that nobody can take here is none.
        return ""
    key = button.key
    words = f"undo: {key} {found.action}" if key else f"undo: {found.action}"
    left = found.left(now)
    if found.until is None or left is None:
        return f"{words} takes back: {found.run.title}"
    return f"{words}, until {found.until:%H:%M} UTC ({format.left(left)})"
