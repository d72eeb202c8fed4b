"""Help with the level: the protocol's criteria as questions, and the level the answers lead to, with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from warroom.console.domain.playbook import Playbook
from warroom.console.domain.triage import Answer, Question, Suggestion, questions, triage
from warroom.console.domain.view import View
from warroom.console.screens.kit.dialog import Dialog
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.seat import Seat
from warroom.widgets import format
from warroom.widgets.browse import Browse
from warroom.widgets.glyphs import level_sign, level_tone
from warroom.widgets.lines import Lines, Row, Span, data, row

_BOXES: Mapping[str, tuple[str, str]] = {"yes": ("yes", "bad strong"), "no": ("no", "dim"), "unsure": ("?", "warn")}


class Questions(Browse):
    """Criteria with what was answered. Takes `asked`, `answers`; posts `Answered`, `Done`."""

    DEFAULT_CSS = "Questions { height: auto; max-height: 60vh; border: none; &:focus { border: none; } }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer('yes')", "Yes", id="triage.yes", tooltip="It is so"),
        Binding("n", "answer('no')", "No", id="triage.no", tooltip="It is not so"),
        Binding("u,question_mark", "answer('unsure')", "Unsure", id="triage.unsure", tooltip="Nobody knows yet"),
    ]

    asked: data[tuple[Question, ...]] = data(())
    """The worst level's first."""
    answers: data[Mapping[str, Answer]] = data({})
    """By question."""

    @dataclass
    class Answered(Message):
        """One was answered."""

        key: str
        answer: Answer

    class Done(Message):
        """Enter: the level is taken."""

    def action_choose(self) -> None:
        """Enter takes the level from anywhere, and where the protocol asks nothing at all."""
        self.post_message(self.Done())

    def action_answer(self, answer: Answer) -> None:
        if self.cursor:
            self.post_message(self.Answered(self.cursor, answer))
            self.action_step(1)

    def build(self, width: int, height: int) -> list[Row]:
        rows: list[Row] = []
        for question in self.asked:
            here = question.key == self.cursor
            word, tone = _BOXES.get(self.answers.get(question.key, ""), ("", "dim"))
            level = f"{level_sign(question.level, self.signs)} {self.fit(question.level, 3)} "
            first, *others = format.wrap(question.text, max(width - 15, 8))
            lead = [
                Span(f"{self.signs.pointer} " if here else "  ", "accent"),
                Span(f"[{word:^3}] ", tone),
                Span(level, level_tone(question.level)),
            ]
            rows.append(row(*lead, Span(first, "dim" if word == "no" else ""), key=question.key))
            rows += [row(Span(" " * 14), Span(other), key=question.key) for other in others]
        return rows


class Leads(Lines):
    """Where the answers lead. Takes `suggestion`, `playbook`."""

    DEFAULT_CSS = "Leads { height: auto; margin: 1 0; }"

    suggestion: data[Suggestion | None] = data(None)
    """None: nothing to go by."""
    playbook: data[Playbook | None] = data(None)
    """Whose levels."""

    def build(self, width: int, height: int) -> list[Row]:
        found, playbook = self.suggestion, self.playbook
        if found is None or playbook is None:
            return []
        level = playbook.level.get(found.level)
        lines = format.wrap(found.why, max(width - 4, 8))
        if level is None and found.assumed:
            first = row(Span(f" {self.signs.unknown} no level by what is known", "warn strong"))
        elif level is None:
            first = row(Span(f" {self.signs.ok} no emergency by these answers", "good strong"))
        else:
            tone = f"{level_tone(found.level)} strong"
            assumed = Span(", assumed for now" if found.assumed else "", "warn")
            first = row(Span(f" {self.signs.current} {found.level} {self.cut(level.title, 40)}", tone), assumed)
        return [first, *(row(Span(f"   {line}", "dim")) for line in lines)]


class Triaging(Dialog[Suggestion]):
    """Asks the criteria of a playbook; gives the level they lead to."""

    heading = "How bad is it?"

    def __init__(
        self, seat: Seat, view: View, now: datetime, playbook: Playbook, answers: Mapping[str, Answer] | None = None
    ) -> None:
        super().__init__(seat, view, now)
        self.playbook = playbook
        self.answers: dict[str, Answer] = dict(answers or {})

    def compose_body(self) -> ComposeResult:
        yield Questions()
        yield Leads()

    def on_mount(self) -> None:
        asked = self.query_one(Questions)
        asked.asked = questions(self.playbook)
        asked.focus()
        self._weigh()

    def hints(self) -> tuple[Hint, ...]:
        return (
            Hint("y", "yes"),
            Hint("n", "no"),
            Hint("u", "unsure"),
            Hint("enter", "take this level"),
            Hint("esc", "back"),
        )

    @property
    def suggestion(self) -> Suggestion:
        """Where the answers lead; a question that was not answered is in doubt."""
        return triage(self.playbook, self.answers)

    def _weigh(self) -> None:
        self.query_one(Questions).answers = dict(self.answers)
        leads = self.query_one(Leads)
        leads.playbook, leads.suggestion = self.playbook, self.suggestion

    @on(Questions.Answered)
    def answered(self, event: Questions.Answered) -> None:
        """An answer may move the level."""
        self.answers[event.key] = event.answer
        self._weigh()

    @on(Questions.Done)
    def take(self) -> None:
        """Give the level; without one there is nothing to take."""
        found = self.suggestion
        if found.level:
            self.dismiss(found)
        else:
            self.say(f"{found.why}. Esc goes back to the form; a level can be picked there all the same", "warn")
