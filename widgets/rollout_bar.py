"""The rollout: where traffic stands, how long it is watched there, and what the gate says."""

from datetime import datetime, timedelta

from warroom.console.domain.model import GateSeen, Rollout, RolloutPhase
from warroom.console.domain.text import clean
from warroom.widgets import format
from warroom.widgets.clock_face import fill
from warroom.widgets.header_bar import EPOCH
from warroom.widgets.lines import Lines, Row, Span, data, row, spread

STALE = timedelta(minutes=1)
"""A gate that was not read for so long says nothing about now."""

_STATES = {
    RolloutPhase.RUNNING: ("RUNNING", "info-fill strong"),
    RolloutPhase.HELD: ("HELD", "warn-fill strong"),
    RolloutPhase.DONE: ("DONE", "good-fill strong"),
    RolloutPhase.ABORTED: ("GIVEN UP", "bad-fill strong"),
}


class RolloutBar(Lines):
    """Two lines: state, stages and bake countdown; then the reason, always. Takes `rollout`, `now`; posts nothing."""

    DEFAULT_CSS = "RolloutBar { height: auto; }"

    rollout: data[Rollout | None] = data(None)
    """The newest rollout."""
    now: data[datetime] = data(EPOCH)
    """The moment to draw."""

    def build(self, width: int, height: int) -> list[Row]:
        rollout = self.rollout
        if rollout is None:
            return [row(Span(" no rollout yet", "dim"))]
        word, tone = _STATES[rollout.phase]
        right = self._bake(rollout)
        left = [Span(f" {word} ", tone), Span(" ")]
        room = width - sum(format.width_of(span.text) for span in (*left, *right)) - 2
        stages = self._stages(rollout, room)
        used = sum(format.width_of(span.text) for span in stages)
        name = rollout.strategy.title
        if rollout.strategy.batch:
            name += f", {rollout.strategy.batch} at a time"
        title = self.cut(name, room - used - 2) if room - used > 8 else ""
        head = [*left, Span(f"{title}  " if title else "", "strong"), *stages]
        return [spread(head, right, width), self._reason(rollout, width)]

    def _stages(self, rollout: Rollout, room: int) -> list[Span]:
        stages = rollout.strategy.stage
        rail = self.signs.line * max(min((room - 24 - 7 * len(stages)) // max(len(stages), 1), 6), 1)
        spans: list[Span] = []
        for index, stage in enumerate(stages):
            if index:
                spans.append(Span(f" {rail} ", "info" if index <= rollout.stage else "faint"))
            sign, tone = self._standing(rollout, index)
            spans.append(Span(f"{sign} {stage.percent}%", tone))
        if sum(format.width_of(span.text) for span in spans) > room:
            return [Span(f"{rollout.percent}% of traffic", "strong")]
        return spans

    def _standing(self, rollout: Rollout, index: int) -> tuple[str, str]:
        if index < rollout.stage or rollout.phase is RolloutPhase.DONE:
            return self.signs.ok, "good"
        if index > rollout.stage:
            return self.signs.open, "faint"
        if rollout.phase is RolloutPhase.ABORTED:
            return self.signs.bad, "bad strong"
        return self.signs.current, "warn strong" if rollout.phase is RolloutPhase.HELD else "info strong"

    def _bake(self, rollout: Rollout) -> list[Span]:
        if not rollout.active or rollout.stage < 0 or rollout.stage_at is None:
            return []
        bake = rollout.strategy.stage[rollout.stage].bake
        past = self.now - rollout.stage_at
        if not bake:
            return [Span(f"for {format.short(past)} ", "dim")]
        if past >= bake:
            return [Span("baked ", "dim"), Span(f"{format.short(bake)} ", "good")]
        bar = fill(past / bake, 8, "info", self.signs)
        return [Span("bake ", "dim"), *bar, Span(f" {format.left(bake - past)} ", "info strong")]

    def _reason(self, rollout: Rollout, width: int) -> Row:
        gate = rollout.gates[-1] if rollout.gates else None
        if rollout.phase is RolloutPhase.ABORTED:
            # What the gate said last is not why.
            return row(Span(" given up: ", "dim"), Span(self.cut(clean(rollout.reason), max(width - 12, 1))))
        left = [Span(" gate ", "dim"), *self._verdict(gate)]
        old = max(self.now - gate.at, timedelta(0)) if gate else None
        late = rollout.active and old is not None and old > STALE
        right = [Span(f"{format.age(old)} ago ", "warn" if late else "dim")] if gate else []
        why = clean(rollout.reason) or (clean(gate.reason) if gate else "")
        if not why:
            why = "traffic has not moved yet" if rollout.stage < 0 else "no reading of the gate at this stage yet"
        room = width - sum(format.width_of(span.text) for span in (*left, *right)) - 3
        return spread([*left, Span("  " + self.cut(why, max(room, 1)))], right, width)

    def _verdict(self, gate: GateSeen | None) -> list[Span]:
        if gate is None:
            return [Span(f"{self.signs.unknown} NOT READ", "warn")]
        word = format.cut(gate.verdict.upper(), 12)
        match gate.verdict:
            case "passing":
                return [Span(f"{self.signs.ok} {word}", "good")]
            case "failing":
                return [Span(f"{self.signs.bad} {word}", "bad strong")]
            case _:
                return [Span(f"{self.signs.unknown} {word}", "warn")]
