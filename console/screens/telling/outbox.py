"""The outbox: what is on its way to people outside, what became of it, and what somebody has to settle."""

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from warroom.console.domain.intents import Refused
from warroom.console.domain.view import Outgoing
from warroom.console.screens.kit.choose import Choose, Option
from warroom.console.screens.kit.dialog import Heading
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.live import Live
from warroom.console.screens.telling.parcel_list import ParcelList

Move = Callable[[str], Coroutine[Any, Any, Refused | None]]
_UNSETTLED = ("waiting", "failed", "unknown")
NOTHING_SENT = "Nothing has been sent yet. m in the room writes a message; ctrl+r there sends it."
NO_CHANNEL = "No channel is configured: name one under [channel.NAME], or carry messages by hand and note them as sent."


class OutboxScreen(Live[None]):
    """Every parcel. Enter settles the one under the cursor: once more, taken out, or it did arrive."""

    ACTING = frozenset({"choose"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,backspace", "leave", "Back", id="outbox.leave", tooltip="Back to the room"),
    ]

    def compose(self) -> ComposeResult:
        yield Heading()
        yield ParcelList()
        yield from self.compose_foot()

    def on_mount(self) -> None:
        self.query_one(ParcelList).focus()

    def follow(self) -> None:
        head, parcels = self.query_one(Heading), self.query_one(ParcelList)
        waiting = sum(row.state in (*_UNSETTLED, "sending") for row in self.view.outbox)
        head.title, head.drill = "Outbox", self.drill
        head.aside = f"{waiting} not sent" if waiting else ""
        parcels.parcels, parcels.now = self.view.outbox, self.now
        parcels.empty = NOTHING_SENT if self.view.outlets else NO_CHANNEL

    def hints(self) -> tuple[Hint, ...]:
        settle = (Hint("enter", "settle"),) if self.view.outbox and not self.view.read_only else ()
        return (*settle, Hint("j k", "move"), Hint("esc", "back"), Hint("?", "help"))

    def action_leave(self) -> None:
        self.dismiss()

    @on(ParcelList.Opened)
    def opened(self, event: ParcelList.Opened) -> None:
        """Ask what is to become of a parcel."""
        parcel = next((row for row in self.view.outbox if row.id == event.parcel), None)
        if parcel is None or not self.may_act():
            return
        desk = self.seat.desk
        moves: dict[str, tuple[Move, str]] = {
            "again": (desk.resend, "is tried once more"),
            "withdraw": (desk.withdraw, "is taken out"),
            "arrived": (desk.arrived, "did arrive; the log says so"),
        }

        def chosen(key: str | None) -> None:
            if key in moves:
                move, done = moves[key]
                self.errand(self._move(parcel, move, done), "outbox")

        heading = f"{parcel.title} by {parcel.channel} is {parcel.state}. And now?"
        asked = Choose(
            self.seat, self.view, self.now, heading=heading, options=_options(parcel), incident=parcel.incident
        )
        self.app.push_screen(asked, chosen)

    async def _move(self, parcel: Outgoing, move: Move, done: str) -> None:
        answer = await move(parcel.id)
        if answer is None:
            self.say(f"{parcel.title} by {parcel.channel} {done}", "good")
        else:
            self.refuse(answer.reason)


def _options(parcel: Outgoing) -> list[Option]:
    now = f"it is {parcel.state}"
    again = "at once" if parcel.state == "waiting" else "it may then arrive twice" if parcel.state == "unknown" else ""
    return [
        Option("leave", "Leave it", _outlook(parcel.state)),
        Option("again", "Send again", again, blocked="" if parcel.state in (*_UNSETTLED, "cancelled") else now),
        Option("withdraw", "Take out", "it is not tried again", blocked="" if parcel.state in _UNSETTLED else now),
        Option("arrived", "It arrived", "somebody looked", blocked="" if parcel.state == "unknown" else now),
    ]


def _outlook(state: str) -> str:
    return {
        "waiting": "it is tried by itself",
        "failed": "it is not tried again by itself",
        "unknown": "nobody knows whether it arrived",
    }.get(state, "")
