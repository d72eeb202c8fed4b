"""A run's output, live or long over."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from warroom.console.domain import intents as i
from warroom.console.domain.model import Run, RunState
from warroom.console.domain.view import View
from warroom.console.screens import tiny
from warroom.console.screens.acting import Acting
from warroom.console.screens.ask import Field
from warroom.console.screens.board import fill_header
from warroom.console.screens.choose import Choose, Option
from warroom.console.screens.foot import Hint
from warroom.console.screens.seat import Seat
from warroom.widgets.header_bar import HeaderBar
from warroom.widgets.run_output import RunOutput

PAUSE = 0.25
"""Seconds between two looks for more output."""


class OutputScreen(Acting[None]):
    """What a run prints, its state and its exit code. Leaving it never touches the run."""

    HORIZONTAL_BREAKPOINTS = tiny.HORIZONTAL
    ACTING = frozenset({"cancel", "settle", "rollback"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("X", "cancel", "Cancel the run", id="output.cancel", tooltip="INT, then TERM, then KILL"),
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
            if part.text:
                panel.feed(part.text)
            if part.ended and not grown:
                return
            if not grown:
                await asyncio.sleep(PAUSE)

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
            acts += (Hint("E", "settle"),) if run.state is RunState.LOST else ()
            acts += (Hint("r", "ROLLBACK"),)
        looks = (Hint("/", "search"), Hint("n N", "matches"), Hint("f", "follow on/off"), Hint("esc", "back"))
        return (*acts, *looks, Hint("?", "help"))

    def action_leave(self) -> None:
        self.dismiss()

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
            Option("yes", "Cancel it", "INT, then TERM, then KILL; what it did so far stays done", "bad"),
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
        if run is None or subject is None or not self.may_act():
            return
        if run.state is not RunState.LOST:
            self.say(f"its outcome is known: {run.state}", "warn")
            return
        from warroom.console.screens.form import open_form

        async def submit(values: Mapping[str, str]) -> str:
            outcome: Literal["succeeded", "failed"] = "succeeded" if values["outcome"] == "succeeded" else "failed"
            intent = i.SettleRun(run=run.id, outcome=outcome, why=values["why"])
            return await self.attempt(self.key, intent)

        fields = [
            Field("outcome", "it has", options=("failed", "succeeded")),
            Field("why", "seen how", hint="production answers with v1.2.4"),
        ]
        open_form(self, subject, "How did it end?", fields, submit)
