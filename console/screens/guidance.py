"""What a protocol says before one declares by it: why this level, what it is for, and what it is not for."""

from warroom.console.domain.playbook import Overlay, Playbook
from warroom.widgets import format
from warroom.widgets.lines import Lines, Row, Span, data, row


class Guidance(Lines):
    """Lines under the form. Takes `why`, `scenario`, `playbook`, `roomy`."""

    DEFAULT_CSS = "Guidance { height: auto; }"

    why: data[str] = data("")
    """Why the level is what the questions led to."""
    scenario: data[Overlay | None] = data(None)
    """The scenario that is picked."""
    playbook: data[Playbook | None] = data(None)
    """The protocol that is picked."""
    roomy: data[bool] = data(False)
    """There is room for what it is for and what not."""

    def build(self, width: int, height: int) -> list[Row]:
        rows: list[Row] = []
        if self.why:
            rows += self._lines(f"{self.signs.current} ", self.why, "info", width)
        if self.scenario is not None:
            note = f"{self.scenario.title}. {self.scenario.note}"
            rows += self._lines(f"{self.signs.dot} ", note, "dim", width)
        if self.roomy and self.playbook is not None:
            rows += self._about(self.playbook, width)
        return rows

    def _about(self, playbook: Playbook, width: int) -> list[Row]:
        rows: list[Row] = []
        if playbook.trigger:
            rows += [row(), row(Span(f" {playbook.id} is for", "dim strong"))]
        for trigger in playbook.trigger:
            rows += self._lines(f"{self.signs.ok} ", f"{trigger.group}: {'; '.join(trigger.reasons)}", "dim", width)
        if playbook.not_for:
            rows += [row(), row(Span(" It is not for", "dim strong"))]
            rows += self._lines(f"{self.signs.bad} ", "; ".join(playbook.not_for), "dim", width)
        return rows

    def _lines(self, sign: str, text: str, tone: str, width: int) -> list[Row]:
        lines = format.wrap(text, max(width - 4, 8))
        return [row(Span(f" {sign if number == 0 else '  '}{line}", tone)) for number, line in enumerate(lines)]
