"""A run's output, live or long over."""

import asyncio
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from warroom.console.domain.model import Run
from warroom.console.domain.view import View
from warroom.console.screens import tiny
from warroom.console.screens.acting.pressing import Acting
from warroom.console.screens.acting.settling import ask_outcome, can_be_settled
from warroom.console.screens.board import fill_header
from warroom.console.screens.kit.choose import Choose, Option
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.seat import Seat
from warroom.widgets.header_bar import HeaderBar
from warroom.widgets.run_output import RunOutput

PAUSE = 0.25
"""Seconds between two looks for more output."""


class OutputScreen(Acting[None]):
    """What a run prints, its state and its exit code. Leaving it never touches the run."""

    HORIZONTAL_BREAKPOINTS = tiny.HORIZONTAL
    ACTING = frozenset({"cancel", "settle", "stop_all", "rollback"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("X", "cancel", "Cancel the run", id="output.cancel", tooltip="INT or TERM, at last KILL"),
        Binding("ctrl+x", "stop_all", "Stop all", id="output.stop", tooltip="Stop everything that moves"),
        Binding("E", "settle", "Settle", id="output.settle", tooltip="Say how a run ended whose outcome is unknown"),
        Binding("r", "rollback", "ROLLBACK", id="output.rollback", tooltip="Roll production back"),
        Binding("escape,q,backspace", "leave", "Back", id="output.leave", tooltip="Back; the run goes on"),
    ]

    def __init__(self, seat: Seat, view: View, now: datetime, incident: str, run: str) -> None:
        super().__init__(seat, view, now)
        self.key, self.run_id = incident, run
        self._offset = 0

    @property
    def drill(self) -> bool:
        subject = self.incident_of(self.key)
        return self.view.drill or (subject is not None and subject.drill)

    @property
    def shown(self) -> Run | None:
        """The run as it stands."""
        subject = self.incident_of(self.key)
        return subject.runs.get(self.run_id) if subject else None

    def compose(self) -> ComposeResult:
        yield HeaderBar().data_bind(OutputScreen.now)
        yield RunOutput().data_bind(OutputScreen.now)
        yield from self.compose_foot()

    def on_mount(self) -> None:
        self.query_one(RunOutput).focus()
        self.errand(self._read(), "output", newest=True)

    async def _read(self) -> None:
        panel = self.query_one(RunOutput)
        while True:
            part = await self.seat.desk.output(self.run_id, self._offset)
            grown, self._offset = part.next > self._offset, part.next
            if part.skipped:
                panel.skip(part.skipped)
            if part.text:
                panel.feed(part.text)
            if part.ended and not grown:
                self._from_the_log(panel)
                return
            if not grown:
                await asyncio.sleep(PAUSE)

    def _from_the_log(self, panel: RunOutput) -> None:
        """Where the files are on another machine, or were cleared, the log has kept the last part."""
        run = self.shown
        if run is not None and not self._offset and not run.active and run.tail:
            panel.feed(
                f"its files are not here ({run.host}), or were cleared; this is what the log kept\n\n{run.tail}\n"
            )

    def follow(self) -> None:
        subject = self.incident_of(self.key)
        fill_header(self.query_one(HeaderBar), self, conn=subject.conn if subject else None, drill=self.drill)
        panel = self.query_one(RunOutput)
        panel.run_shown = self.shown

    def hints(self) -> tuple[Hint, ...]:
        run = self.shown
        acts: tuple[Hint, ...] = ()
        if run is not None and not self.view.read_only:
            acts = (Hint("X", "cancel"),) if run.active else ()
            acts += (Hint("E", "settle"),) if can_be_settled(run, self.view) else ()
            acts += (Hint("r", "ROLLBACK"),)
        looks = (Hint("/", "search"), Hint("n N", "matches"), Hint("f", "follow on/off"), Hint("esc", "back"))
        return (*acts, *looks, Hint("?", "help"))

    def action_leave(self) -> None:
        self.dismiss()

    def action_stop_all(self) -> None:
        self.stop_everything(self.key)

    def action_rollback(self) -> None:
        self.rollback(self.key)

    def action_cancel(self) -> None:
        run = self.shown
        if run is None or not self.may_act():
            return
        if not run.active:
            self.say(f"it has {run.state} already: there is nothing to cancel", "warn")
            return
        options = [
            Option("no", "Let it run"),
            Option("yes", "Cancel it", f"{_signals(run)}; what it did so far stays done", "bad"),
        ]
        heading = f"Cancel {run.title} on {run.target or run.environment or 'this machine'}?"
        asked = Choose(self.seat, self.view, self.now, heading=heading, options=options, incident=self.key)

        def chosen(key: str | None) -> None:
            if key == "yes":
                self.errand(self._cancel(), "cancel")

        self.app.push_screen(asked, chosen)

    async def _cancel(self) -> None:
        refused = await self.seat.desk.cancel(self.key, self.run_id)
        if refused is not None:
            self.refuse(refused.reason)
        else:
            self.say("asked to stop; it ends when its command does", "warn")

    def action_settle(self) -> None:
        run, subject = self.shown, self.incident_of(self.key)
        if run is not None and subject is not None:
            ask_outcome(self, subject, run)


def _signals(run: Run) -> str:
    return (
        "TERM, then KILL: it takes INT for something else" if run.cancel_with == "TERM" else "INT, then TERM, then KILL"
    )
