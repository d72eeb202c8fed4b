"""The protocol's way to decide: its matrix, and the rule that the answers lead to."""

from typing import Literal

from warroom.console.domain.model import Incident
from warroom.console.domain.playbook import Rule
from warroom.widgets import format
from warroom.widgets.lines import Lines, Row, Span, data, row

Way = Literal["rollback", "hotfix", "wait"]
WAYS: tuple[Way, ...] = ("rollback", "hotfix", "wait")
_TONES = {"yes": "good", "maybe": "warn", "no": "dim"}


class DecisionCard(Lines):
    """The matrix in a table. Takes `incident`."""

    DEFAULT_CSS = "DecisionCard { height: auto; margin-bottom: 1; }"

    incident: data[Incident | None] = data(None)
    """Whose protocol."""

    def build(self, width: int, height: int) -> list[Row]:
        if self.incident is None or not self.incident.playbook.decision.case:
            return []
        cases = self.incident.playbook.decision.case.values()
        wide = max(min(width - 32, 40), 10)
        head = row(Span(format.fit("", wide + 1)), *(Span(f"{way:>10}", "dim") for way in WAYS))
        return [
            head,
            *(
                row(
                    Span(" " + format.fit(case.title, wide, self.signs.ellipsis)),
                    *(Span(f"{advice:>10}", _TONES[advice]) for advice in (case.rollback, case.hotfix, case.wait)),
                )
                for case in cases
            ),
        ]


class Advice(Lines):
    """What the rules say. Takes `rule`, `unsure`, `answered`."""

    DEFAULT_CSS = "Advice { height: auto; margin: 1 0; }"

    rule: data[Rule | None] = data(None)
    """The rule that holds."""
    unsure: data[str] = data("")
    """What the protocol does in doubt."""
    answered: data[bool] = data(False)
    """Some question has an answer."""

    def build(self, width: int, height: int) -> list[Row]:
        rule = self.rule
        if rule is not None:
            lines = format.wrap(rule.why, max(width - 4, 8))
            first = row(Span(f" {self.signs.current} the rule says ", "info"), Span(rule.choose, "info strong"))
            return [first, *(row(Span(f"   {line}", "dim")) for line in lines)]
        text = "no rule decides this" if self.answered else "answer what you know; the rule follows"
        return [row(Span(f" {self.signs.dot} {text}" + (f"; in doubt: {self.unsure}" if self.unsure else ""), "dim"))]
