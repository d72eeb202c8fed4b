"""The playbook's phases, and the steps of those that are unfolded, with what ticked each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from warroom.console.domain.applying import phases_of, steps_of
from warroom.console.domain.model import Incident, StepMark, StepState
from warroom.console.domain.playbook import Phase, Step
from warroom.console.domain.text import clean
from warroom.console.domain.time.clocks import ClockReading, ClockState, read_phase
from warroom.console.domain.time.duration import format_duration
from warroom.console.domain.time.minute_plan import planned
from warroom.console.domain.time.moments import phase_done, phase_entered
from warroom.widgets import format
from warroom.widgets.browse import Browse
from warroom.widgets.header_bar import EPOCH
from warroom.widgets.lines import Row, Span, data, row, spread

PLAN_AND_PROOF = 60
"""Columns from which on a step has room for what ticks it beside its minute in a plan."""


class Checklist(Browse):
    """Phases and steps. Takes `incident`, `now`; posts `Ticked`, `Unticked`, `StepChosen`.

    Marks: `[x]` a person's word, `[✓]` evidence, `[ ]` open, `[~]` waived, `[!]` fell back.
    """

    TITLE = "Phases"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Tick", id="checklist.tick", tooltip="Tick or untick this step"),
    ]

    incident: data[Incident | None] = data(None)
    """Whose checklist."""
    now: data[datetime] = data(EPOCH)
    """The moment to draw."""

    @dataclass
    class Ticked(Message):
        """A person says that a step is done."""

        step: str

    @dataclass
    class Unticked(Message):
        """A person takes a tick back."""

        step: str

    @dataclass
    class StepChosen(Message):
        """Enter on a step."""

        step: str

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._turned: set[str] = set()
        self._seen_phase = ""

    @property
    def step(self) -> str:
        """The key of the step under the cursor; empty on a phase."""
        kind, _, key = self.cursor.partition(":")
        return key if kind == "step" else ""

    def chosen(self, key: str) -> None:
        kind, _, name = key.partition(":")
        if kind == "step":
            self.post_message(self.StepChosen(name))
        else:
            self._turned ^= {name}
            self.redraw()

    def action_tick(self) -> None:
        if self.incident is None or not self.step:
            return
        done = self.incident.mark(self.step) in (StepMark.DONE, StepMark.WAIVED)
        self.post_message(self.Unticked(self.step) if done else self.Ticked(self.step))

    def build(self, width: int, height: int) -> list[Row]:
        incident = self.incident
        if incident is None:
            return [row(Span(" no incident", "dim"))]
        self._follow_phase(incident)
        rows: list[Row] = []
        for number, phase in enumerate(phases_of(incident), 1):
            unfolded = (phase.key == incident.phase) != (phase.key in self._turned)
            rows.append(self._phase(incident, number, phase, unfolded, width))
            if unfolded:
                for step in steps_of(incident, phase):
                    rows += self._step(incident, step, width)
        return rows

    def _follow_phase(self, incident: Incident) -> None:
        """A new phase unfolds by itself, and the cursor goes to its first open step."""
        if incident.phase == self._seen_phase:
            return
        self._turned.clear()
        self._seen_phase = incident.phase
        for phase in phases_of(incident):
            if phase.key == incident.phase:
                waiting = [step for step in steps_of(incident, phase) if incident.mark(step.key) is StepMark.OPEN]
                key = f"step:{waiting[0].key}" if waiting else f"phase:{phase.key}"
                self.set_reactive(Browse.cursor, key)

    def _phase(self, incident: Incident, number: int, phase: Phase, unfolded: bool, width: int) -> Row:
        sign, tone = self._standing(incident, phase)
        pointer = self._pointer(f"phase:{phase.key}")
        steps = steps_of(incident, phase)
        marks = [incident.mark(step.key) for step in steps]
        settled = sum(mark in (StepMark.DONE, StepMark.WAIVED) for mark in marks)
        count = f" {settled}/{len(steps)}" if steps else ""
        title = f"{number} {clean(phase.title)}"
        for right in self._times(incident, phase):
            if StepMark.REGRESSED in marks and not unfolded:
                right = [Span("! fell back ", "bad"), *right]
            room = width - sum(format.width_of(span.text) for span in right) - 5 - len(count)
            if room >= format.width_of(title):
                break
        loud = f"{tone} strong" if unfolded else tone
        left = [pointer, Span(f"{sign} ", tone), Span(self.cut(title, max(room, 6)), loud), Span(count, "faint")]
        return spread(left, right, width, key=f"phase:{phase.key}")

    def _standing(self, incident: Incident, phase: Phase) -> tuple[str, str]:
        if phase_done(phase.key) in incident.moments:
            return self.signs.ok, "dim"
        if phase.key == incident.phase:
            return self.signs.current, "info"
        return (self.signs.dot, "") if phase_entered(phase.key) in incident.moments else (" ", "dim")

    def _times(self, incident: Incident, phase: Phase) -> list[list[Span]]:
        """Time against range, in less and less room."""
        reading = read_phase(incident, phase, self.now)
        if reading is None:
            return [[Span(_range(phase), "faint")], []]
        used, tone, over = format.short(reading.elapsed), _tone(reading), _over(reading)
        upper = format_duration(phase.max) if phase.max else ""
        short = Span(over or f"{used} of {upper}", f"{tone} strong" if over else tone)
        return [
            [Span(f"{over}  " if over else "", "bad strong"), Span(f"{used} of {_range(phase)}", tone)],
            [Span(f"{over}  " if over else "", "bad strong"), Span(f"{used} of {upper}", tone)],
            [short],
            [Span(f"{self.signs.bad} late" if over else used, tone)],
        ]

    def _step(self, incident: Incident, step: Step, width: int) -> Sequence[Row]:
        key = f"step:{step.key}"
        mark = incident.mark(step.key)
        state = incident.steps.get(step.key)
        box, tone = self._box(mark, state)
        proof = _evidence(step, mark, state)
        side = self.cut(proof, min(18, max(width // 3, 6)))
        plan = self._plan(incident, step)
        if plan.text and width < PLAN_AND_PROOF:
            side = ""
        used = sum(format.width_of(text) for text in (side, plan.text))
        room = width - 8 - (used + 2 if used else 0)
        pieces = format.wrap(step.text, max(room, 8))
        first, *others = pieces
        text_tone = "dim" if mark in (StepMark.DONE, StepMark.WAIVED) else "bad" if mark is StepMark.REGRESSED else ""
        left = [self._pointer(key), Span("  "), Span(f"{box} ", tone), Span(first, text_tone)]
        right = [Span(side, "faint" if mark is StepMark.OPEN else tone), plan]
        rows = [spread(left, right, width, key=key)]
        rows += [row(Span(" " * 8), Span(other, text_tone), key=key) for other in others]
        if mark is StepMark.REGRESSED and state:
            why = format.cut(f"fell back {format.stamp(state.at, self.now)} {clean(state.text)}", width - 8)
            rows.append(row(Span(" " * 8), Span(why, "bad"), key=key))
        return rows

    def _plan(self, incident: Incident, step: Step) -> Span:
        """`by 0:40` of a minute plan; how late it is once it is."""
        plan = planned(incident, step, self.now)
        if plan is None:
            return Span("")
        if plan.late:
            return Span(f"  {self.signs.bad} {format.age(plan.late)} late", "bad strong")
        minutes = plan.mark // timedelta(minutes=1)
        words = f"{'by' if plan.ends else 'at'} {minutes // 60}:{minutes % 60:02}"
        return Span(f"  {self.signs.warn} {words}" if plan.near else f"  {words}", "warn" if plan.near else "faint")

    def _box(self, mark: StepMark, state: StepState | None) -> tuple[str, str]:
        match mark:
            case StepMark.DONE:
                by_hand = state is None or state.evidence in ("", "person")
                return ("[x]", "info") if by_hand else (f"[{self.signs.ok}]", "good")
            case StepMark.WAIVED:
                return "[~]", "warn"
            case StepMark.REGRESSED:
                return "[!]", "bad strong"
            case _:
                return "[ ]", ""

    def _pointer(self, key: str) -> Span:
        return Span(f"{self.signs.pointer} " if key == self.cursor else "  ", "accent")


def _evidence(step: Step, mark: StepMark, state: StepState | None) -> str:
    if mark is StepMark.OPEN or state is None:
        source = step.ticked_by.rpartition(":")[2]
        return source or ("" if step.required else "optional")
    if mark is StepMark.WAIVED:
        return f"waived {clean(state.by)}".rstrip()
    if state.evidence in ("", "person"):
        return clean(state.by)
    return clean(state.evidence).rpartition(":")[2]


def _range(phase: Phase) -> str:
    if phase.max is None:
        return ""
    upper = format_duration(phase.max)
    return f"{format_duration(phase.min)} to {upper}" if phase.min else upper


def _over(reading: ClockReading) -> str:
    late = reading.state in (ClockState.BREACHED, ClockState.MISSED) and reading.remaining is not None
    return format.left(reading.remaining) if late and reading.remaining is not None else ""


def _tone(reading: ClockReading) -> str:
    tones = {ClockState.WARNING: "warn", ClockState.BREACHED: "bad", ClockState.MISSED: "bad", ClockState.RUNNING: ""}
    return tones.get(reading.state, "dim")
