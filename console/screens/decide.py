"""Choosing between rollback, hotfix and waiting: the questions, the rule they lead to, the matrix, the reason."""

from datetime import datetime, timedelta
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label

from warroom.console.domain.ruling import asked, rule_for, ruled
from warroom.console.domain.text import clean
from warroom.console.domain.view import ProbeView, View
from warroom.console.screens.decision_card import WAYS, Advice, DecisionCard
from warroom.console.screens.kit.dialog import Dialog
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.pick import Pick
from warroom.console.screens.kit.seat import Seat

ANSWERS = ("?", "yes", "no")


class Deciding(Dialog[bool]):
    """The decision. What was refused, the rule and what the probes said go into the log with it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "decide", "Decide", id="decide.send", tooltip="Write the decision down"),
        Binding("enter", "app.focus_next", "Next", id="decide.enter", tooltip="Next field", show=False),
        Binding("down", "app.focus_next", "Next", id="decide.next", tooltip="Next field", show=False),
        Binding("up", "app.focus_previous", "Up", id="decide.previous", tooltip="Field before", show=False),
    ]
    DEFAULT_CSS = """
    Deciding .question { height: auto; & Label { width: 1fr; padding-left: 1; } & Pick { width: 16; } }
    """
    heading = "Rollback, hotfix or wait?"
    _asking = False

    def __init__(self, seat: Seat, view: View, now: datetime, incident: str) -> None:
        super().__init__(seat, view, now)
        self.incident = incident
        subject = view.incidents[incident]
        self._decision = subject.playbook.decision
        self._questions = asked(self._decision)
        self._taken = subject.decision

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(classes="card", can_focus=False):
            for number, key in enumerate(self._questions):
                with Horizontal(classes="question"):
                    yield Label(Content(clean(self._decision.questions[key])))
                    yield _pick(f"question-{number}", ANSWERS, self._known(key))
            yield Advice()
            yield DecisionCard()
            with Horizontal(classes="field choice"):
                yield Label(Content("decide"), classes="label")
                yield _pick("choice", WAYS, self._taken.choice if self._taken else WAYS[0])
            with Horizontal(classes="field why"):
                yield Label(Content("because"), classes="label")
                yield Input(id="why", compact=True, placeholder="the reason, for those who read it tomorrow")

    def _known(self, key: str) -> str:
        value = self.view.incidents[self.incident].facts.get(key, "").strip().casefold()
        return value if value in ANSWERS else ANSWERS[0]

    def on_mount(self) -> None:
        self.query_one(DecisionCard).incident = self.view.incidents[self.incident]
        self.query_one(Advice).unsure = self._decision.unsure
        self._advise()
        self.query(Pick).first().focus()

    def hints(self) -> tuple[Hint, ...]:
        return (Hint("← →", "answer"), Hint("enter", "next, in the reason: decide"), Hint("esc", "back"))

    @property
    def answers(self) -> dict[str, bool]:
        """What was answered yes or no."""
        picked = {key: self.query_one(f"#question-{n}", Pick).value for n, key in enumerate(self._questions)}
        return {key: value == "yes" for key, value in picked.items() if value != ANSWERS[0]}

    @on(Pick.Changed)
    def changed(self, event: Pick.Changed) -> None:
        """An answer may bring a rule, and the rule proposes."""
        if event.value in ANSWERS:
            self._advise()
            if (rule := rule_for(self._decision, self.answers)) is not None:
                self.query_one("#choice", Pick).value = rule.choose
                why = self.query_one("#why", Input)
                if why.value in ("", *(one.why for one in self._decision.rule)):
                    why.value = rule.why

    def _advise(self) -> None:
        advice = self.query_one(Advice)
        advice.rule, advice.answered = rule_for(self._decision, self.answers), bool(self.answers)

    @on(Input.Submitted)
    def entered(self) -> None:
        """Enter in the reason decides."""
        self.action_decide()

    def action_decide(self) -> None:
        why = self.query_one("#why", Input)
        if not why.value.strip():
            why.focus()
            self.refuse("a decision needs its reason")
        elif not self._asking and self.may_act():
            self._asking = True
            self.errand(self._decide(why.value.strip()), "decide")

    async def _decide(self, why: str) -> None:
        picked = self.query_one("#choice", Pick).value
        choice = next(way for way in WAYS if way == picked)
        panels = tuple(_reading(probe, self.now) for probe in self.view.probes)
        intent = ruled(self._decision, self.answers, choice, why, panels)
        try:
            reason = await self.attempt(self.incident, intent)
        finally:
            self._asking = False
        if reason:
            self.refuse(reason)
        else:
            self.dismiss(True)


def _reading(probe: ProbeView, now: datetime) -> str:
    status = probe.health.shown(now, timedelta(seconds=probe.every))
    return f"{probe.name} {status}" + (f": {probe.health.reason}" if probe.health.reason else "")


def _pick(name: str, values: tuple[str, ...], value: str) -> Pick:
    pick = Pick(id=name)
    pick.set_reactive(Pick.values, values)
    pick.set_reactive(Pick.value, value)
    return pick
