"""Requests for a second person's approval in rows."""

from dataclasses import dataclass
from datetime import datetime

from textual.message import Message

from warroom.console.domain.approval import Approval, ApprovalState
from warroom.console.domain.text import clean
from warroom.widgets import format
from warroom.widgets.browse import Browse
from warroom.widgets.header_bar import EPOCH
from warroom.widgets.lines import Row, Span, data, row

NOBODY = "Nobody asks for an approval. What takes two people asks here, and on every other console."
_TONES = {
    ApprovalState.ASKED: "warn strong",
    ApprovalState.GRANTED: "good strong",
    ApprovalState.DENIED: "bad",
    ApprovalState.USED: "good",
}


class ApprovalList(Browse):
    """Requests, two lines each. Takes `approvals`, `me`, `now`; posts `Opened`."""

    DEFAULT_CSS = "ApprovalList { height: 1fr; }"
    TITLE = "Two people"

    approvals: data[tuple[Approval, ...]] = data(())
    """In the order to show them."""
    me: data[str] = data("")
    """Who looks."""
    now: data[datetime] = data(EPOCH)
    """The moment to draw."""

    @dataclass
    class Opened(Message):
        """One was chosen."""

        key: str

    def chosen(self, key: str) -> None:
        self.post_message(self.Opened(key))

    def build(self, width: int, height: int) -> list[Row]:
        if not self.approvals:
            return [row(), *(row(Span(f"  {line}", "dim")) for line in format.wrap(NOBODY, max(width - 4, 8)))]
        return [line for approval in self.approvals for line in self._lines(approval, width)]

    def _lines(self, approval: Approval, width: int) -> list[Row]:
        key, state = key_of(approval), approval.state(self.now)
        tone = _TONES.get(state, "dim")
        pointer = Span(f"{self.signs.pointer} " if key == self.cursor else "  ", "accent")
        standing = state in (ApprovalState.ASKED, ApprovalState.GRANTED)
        left = format.left(approval.expires_at - self.now) if standing else ""
        right = f" {left or format.age(self.now - approval.asked_at)} "
        mine = approval.by == self.me
        word = "for you" if state is ApprovalState.ASKED and not mine else str(state)
        head = f"{self._sign(state)} {self.fit(word, 10)} "
        where = f"{self.fit(approval.proposal.incident, 8)} "
        room = width - 2 - len(head) - len(where) - len(right)
        title = f"{approval.proposal.title} on {approval.proposal.target}"
        first = row(
            pointer,
            Span(head, tone),
            Span(where),
            Span(self.fit(title, max(room, 4)), "strong"),
            Span(right, "warn" if standing else "dim"),
            key=key,
        )
        said = f"{approval.id}, asked by {'you' if mine else approval.by}" + self._answer(approval, state)
        lines = format.wrap(clean(said), max(width - 17, 8))
        return [first, *(row(Span(f"{'':15}{line}", "dim"), key=key) for line in lines)]

    def _answer(self, approval: Approval, state: ApprovalState) -> str:
        if state is ApprovalState.DENIED:
            return f"; {approval.answered_by} said no" + (f": {approval.why}" if approval.why else "")
        if not approval.answered_by:
            return ""
        used = f", used by {approval.run}" if approval.run else ""
        return f"; {approval.answered_by} approved it from {approval.answered_from}{used}"

    def _sign(self, state: ApprovalState) -> str:
        signs = self.signs
        return {
            ApprovalState.ASKED: signs.warn,
            ApprovalState.GRANTED: signs.ok,
            ApprovalState.USED: signs.ok,
            ApprovalState.DENIED: signs.bad,
        }.get(state, signs.dot)


def key_of(approval: Approval) -> str:
    """What tells one request from all others."""
    return f"{approval.proposal.incident} {approval.id}"
