"""The command log: every command of an incident as it ran, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from warroom.console.domain.model import Run, RunState
from warroom.console.domain.take_back import take_back_of
from warroom.console.domain.text import clean
from warroom.console.domain.view import View
from warroom.console.screens.acting.pressing import Acting
from warroom.console.screens.acting.settling import ask_outcome, can_be_settled
from warroom.console.screens.kit.dialog import Heading
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.seat import Seat
from warroom.console.screens.standing import take_back_words
from warroom.widgets import format
from warroom.widgets.browse import Browse
from warroom.widgets.header_bar import EPOCH
from warroom.widgets.lines import Row, Span, data, row

NOTHING_RUN = "Nothing has been run yet. Every command stands here as it ran: when, who, what, how it ended."
_STATE = 18
"""As wide as `succeeded exit 255`: what follows stands in a column."""
_TONES = {
    RunState.REQUESTED: "dim",
    RunState.RUNNING: "info strong",
    RunState.SUCCEEDED: "good",
    RunState.FAILED: "bad strong",
    RunState.CANCELLED: "warn",
    RunState.LOST: "warn strong",
}


class RunList(Browse):
    """Runs, two lines or more each. Takes `runs`, `undo`, `now`; posts `Opened`."""

    DEFAULT_CSS = "RunList { height: 1fr; }"
    TITLE = "Commands"

    runs: data[tuple[Run, ...]] = data(())
    """In the order to show them."""
    undo: data[tuple[tuple[str, str], ...]] = data(())
    """What takes a run back, in words, by the run's id."""
    now: data[datetime] = data(EPOCH)
    """The moment to draw."""

    @dataclass
    class Opened(Message):
        """One was chosen."""

        run: str

    def chosen(self, key: str) -> None:
        self.post_message(self.Opened(key))

    def build(self, width: int, height: int) -> list[Row]:
        if not self.runs:
            return [row(), *(row(Span(f"  {line}", "dim")) for line in format.wrap(NOTHING_RUN, max(width - 4, 8)))]
        undo = dict(self.undo)
        return [line for run in self.runs for line in self._lines(run, undo.get(run.id, ""), width)]

    def _lines(self, run: Run, undo: str, width: int) -> list[Row]:
        pointer = Span(f"{self.signs.pointer} " if run.id == self.cursor else "  ", "accent")
        stamp = format.stamp(run.requested_at, self.now)
        state = "outcome unknown" if run.state is RunState.LOST else str(run.state)
        code = f" exit {run.exit_code}" if run.exit_code is not None else ""
        start = run.started_at or run.requested_at
        ended = run.ended_at or (self.now if run.active else None)
        took = format.short(ended - start) if ended else "?"
        who = run.by + (f" + {run.approved_by}" if run.approved_by else "")
        right = f" {took:>7} "
        left = f"{stamp}  {self.fit(who, 12)} {self.fit(run.environment or '-', 10)} "
        room = max(width - 2 - len(left) - len(right), 4)
        word = self.fit(f"{state}{code}", min(room, _STATE))
        first = row(pointer, Span(left), Span(word, _TONES[run.state]), Span(right, "dim"), key=run.id)
        lines = [("$ " if not n else "  ", line, "strong") for n, line in enumerate(self._wrapped(run.command, width))]
        where = f"with {run.checkout} checked out" if run.checkout else ""
        lines += [("  ", line, "dim") for line in self._wrapped(where, width) if where]
        lines += [("  ", line, "dim") for line in self._wrapped(run.reason, width) if run.reason]
        lines += [("  ", undo, "info")] if undo else []
        return [first, *(row(Span(f"    {lead}", "dim"), Span(line, tone), key=run.id) for lead, line, tone in lines)]

    def _wrapped(self, text: str, width: int) -> list[str]:
        return format.wrap(clean(text), max(width - 8, 8))


class CommandLog(Acting[None]):
    """Every run of an incident. Enter opens its output; `y` copies the command."""

    ACTING = frozenset({"settle", "stop_all", "rollback"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy", id="commands.copy", tooltip="Copy the command to the clipboard"),
        Binding("E", "settle", "Settle", id="commands.settle", tooltip="Say how a run ended of which nobody knows"),
        Binding("ctrl+x", "stop_all", "Stop all", id="commands.stop", tooltip="Stop everything that moves"),
        Binding("r", "rollback", "ROLLBACK", id="commands.rollback", tooltip="Roll production back"),
        Binding("escape,q,backspace", "leave", "Back", id="commands.leave", tooltip="Back to the room"),
    ]

    def __init__(self, seat: Seat, view: View, now: datetime, incident: str) -> None:
        super().__init__(seat, view, now)
        self.key = incident

    @property
    def drill(self) -> bool:
        subject = self.incident_of(self.key)
        return self.view.drill or (subject is not None and subject.drill)

    @property
    def runs(self) -> Sequence[Run]:
        """The newest first."""
        subject = self.incident_of(self.key)
        return tuple(reversed(tuple(subject.runs.values()))) if subject else ()

    @property
    def chosen(self) -> Run | None:
        """The run under the cursor."""
        key = self.query_one(RunList).cursor
        return next((run for run in self.runs if run.id == key), None)

    def compose(self) -> ComposeResult:
        yield Heading()
        yield RunList()
        yield from self.compose_foot()

    def on_mount(self) -> None:
        self.query_one(RunList).focus()

    def follow(self) -> None:
        head, rows, subject = self.query_one(Heading), self.query_one(RunList), self.incident_of(self.key)
        runs = tuple(self.runs)
        head.title, head.drill = f"Commands of {self.key}", self.drill
        active = sum(run.active for run in runs)
        head.aside = f"{active} running" if active else f"{len(runs)} run{'' if len(runs) == 1 else 's'}"
        rows.runs, rows.now = runs, self.now
        buttons = self.view.buttons.get(self.key, ())
        found = [take_back_of(subject, run, self.now) for run in runs] if subject and not subject.over else []
        rows.undo = tuple((one.run.id, take_back_words(one, buttons, self.now)) for one in found if one)

    def hints(self) -> tuple[Hint, ...]:
        looks = (Hint("enter", "output"), Hint("y", "copy")) if self.runs else ()
        back = (Hint("esc", "back"), Hint("?", "help"))
        if self.view.read_only:
            return (*looks, *back)
        stop = (Hint("ctrl+x", "stop everything"),) if any(run.active for run in self.runs) else ()
        settle = (Hint("E", "settle"),) if any(can_be_settled(run, self.view) for run in self.runs) else ()
        return (*looks, *stop, *settle, *back)

    def action_leave(self) -> None:
        self.dismiss()

    def action_rollback(self) -> None:
        self.rollback(self.key)

    def action_stop_all(self) -> None:
        self.stop_everything(self.key)

    def action_copy(self) -> None:
        if (run := self.chosen) is not None:
            self.copy(run.command, "the command")

    def action_settle(self) -> None:
        run, subject = self.chosen, self.incident_of(self.key)
        if run is not None and subject is not None:
            ask_outcome(self, subject, run)

    @on(RunList.Opened)
    def opened(self, event: RunList.Opened) -> None:
        """Show what it printed."""
        self.open_output(self.key, event.run)
