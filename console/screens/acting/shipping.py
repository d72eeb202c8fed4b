"""What would ship: the candidate against what is live, and the way to waive what is more than the fix."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from warroom.console.domain import intents as i
from warroom.console.domain.model import Incident
from warroom.console.domain.view import View
from warroom.console.screens.acting.shipping_card import ShippingCard
from warroom.console.screens.kit.ask import Ask, Field
from warroom.console.screens.kit.dialog import Dialog
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.form import moment_ahead
from warroom.console.screens.kit.seat import Seat

SUBJECT = "minimal-change"


class Shipping(Dialog[None]):
    """The proof of one incident, as it stands; it follows the log while it is open."""

    heading = "What would ship"
    ACTING = frozenset({"waive"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,G", "leave", "Back", id="shipping.leave", tooltip="Back to the room"),
        Binding("W", "waive", "Waive", id="shipping.waive", tooltip="Ship it although it is more than the fix"),
        Binding("j,down", "scroll(1)", "Down", id="shipping.down", tooltip="Read on", show=False),
        Binding("k,up", "scroll(-1)", "Up", id="shipping.up", tooltip="Read back", show=False),
        Binding("pagedown,ctrl+d,space", "page(1)", "More", id="shipping.more", tooltip="A page on", show=False),
        Binding("pageup,ctrl+u", "page(-1)", "Back up", id="shipping.less", tooltip="A page back", show=False),
    ]
    DEFAULT_CSS = "Shipping > .frame { width: 100; }"

    def __init__(self, seat: Seat, view: View, now: datetime, incident: str) -> None:
        super().__init__(seat, view, now)
        self.incident = incident

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(classes="card", can_focus=False):
            yield ShippingCard()

    def follow(self) -> None:
        super().follow()
        card = self.query_one(ShippingCard)
        card.incident, card.now = self.incident_of(self.incident), self.now

    @property
    def red(self) -> bool:
        """Whether there is something to waive."""
        subject = self.incident_of(self.incident)
        return subject is not None and subject.change is not None and bool(subject.change.proof.reds)

    def hints(self) -> tuple[Hint, ...]:
        waive = (Hint("W", "waive it"),) if self.red and not self.view.read_only else ()
        return (*waive, Hint("j k", "scroll"), Hint("esc", "back"))

    def action_scroll(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def action_page(self, by: int) -> None:
        card = self.query_one(VerticalScroll)
        card.scroll_relative(y=by * max(card.size.height - 1, 1), animate=False)

    def action_waive(self) -> None:
        if not self.may_act():
            return
        subject = self.incident_of(self.incident)
        if subject is None or not self.red:
            self.say("there is nothing to waive: the change is minimal, or nothing was compared yet", "warn")
            return
        self.app.push_screen(self._form(subject))

    def _form(self, incident: Incident) -> Ask:
        async def submit(values: Mapping[str, str]) -> str:
            due = moment_ahead(values["due"], self.now)
            if isinstance(due, str):
                return due
            intent = i.Waive(subject=SUBJECT, why=values["why"], owner=values["owner"], due=due)
            return await self.attempt(incident.id, intent)

        reds = incident.change.proof.reds if incident.change else ()
        return Ask(
            self.seat,
            self.view,
            self.now,
            heading="Ship more than the fix: a debt, not a secret",
            fields=[
                Field("why", "why", hint="the lockfile is the fix"),
                Field("owner", "owed by", self.view.me),
                Field("due", "by when", "2d", hint="2d, 8h, or a date such as 2026-03-01", optional=True),
            ],
            submit=submit,
            words="\n".join([*(line.reason for line in reds), "It holds for this candidate and no other."]),
            incident=incident.id,
        )
