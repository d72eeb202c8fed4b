"""The alerts that fire: each opens the room of its incident, or declares one."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from warroom.console.domain.intents import Refused
from warroom.console.domain.triage import UNKNOWN_LEVEL
from warroom.console.domain.watch.alert import Firing
from warroom.console.domain.watch.intake import declare_from
from warroom.console.screens.alert_list import AlertList
from warroom.console.screens.kit.choose import Choose, Option
from warroom.console.screens.kit.dialog import Heading
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.live import Live

NONE = "No alert fires. Probes of kind alertmanager bring them here."


class AlertsScreen(Live[str]):
    """Every alert that fires, those nobody has taken first. Gives the incident whose room is wanted."""

    ACTING = frozenset({"choose"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,backspace", "leave", "Back", id="alerts.leave", tooltip="Back to the board"),
    ]

    def compose(self) -> ComposeResult:
        yield Heading()
        yield AlertList()
        yield from self.compose_foot()

    def on_mount(self) -> None:
        self.query_one(AlertList).focus()

    def follow(self) -> None:
        head, rows = self.query_one(Heading), self.query_one(AlertList)
        free = sum(not one.incident for one in self.view.alerts)
        head.title, head.drill = "Alerts", self.drill
        head.aside, head.loud = (f"{free} NOBODY HAS TAKEN", True) if free else ("", False)
        rows.alerts, rows.now, rows.empty = self.view.alerts, self.now, NONE

    def hints(self) -> tuple[Hint, ...]:
        take = (Hint("enter", "declare, or open its incident"),) if self.view.alerts else ()
        return (*take, Hint("j k", "move"), Hint("esc", "back"), Hint("?", "help"))

    def action_leave(self) -> None:
        self.dismiss()

    @on(AlertList.Opened)
    def opened(self, event: AlertList.Opened) -> None:
        """Go to its incident, or ask how bad it is and declare one."""
        found = next((one for one in self.view.alerts if one.alert.fingerprint == event.fingerprint), None)
        if found is None:
            self.say("it fires no more", "good")
        elif found.incident:
            self.dismiss(found.incident)
        elif self.may_act():
            self._ask(found)

    def _ask(self, found: Firing) -> None:
        def chosen(level: str | None) -> None:
            if level:
                self.errand(self._declare(found, level), "declare")

        heading = f"{found.alert.name} fires. How bad is it?"
        options = [
            Option(UNKNOWN_LEVEL, "not known yet", "the worst is assumed, and asked for again"),
            *(Option(level, level, "") for level in ("P0", "P1", "P2", "P3")),
        ]
        self.app.push_screen(Choose(self.seat, self.view, self.now, heading=heading, options=options), chosen)

    async def _declare(self, found: Firing, level: str) -> None:
        answer = await declare_from(self.seat.desk, found, level)
        if isinstance(answer, Refused):
            self.refuse(answer.reason)
        else:
            self.dismiss(answer)
