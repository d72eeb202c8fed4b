"""A staged rollout as lines and as JSON."""

from typing import Any

from warroom.console.cli.shapes import stamp
from warroom.console.domain.model import Rollout
from warroom.console.domain.time.duration import format_duration


def rollout_lines(rollout: Rollout) -> list[str]:
    """What stands where, a line a stage, and why."""
    lines = [f"{rollout.strategy.title} ({rollout.id}): {rollout.phase} at {rollout.percent} %"]
    for number, stage in enumerate(rollout.strategy.stage):
        mark = "x" if number < rollout.stage or str(rollout.phase) == "done" else " "
        mark = ">" if number == rollout.stage and rollout.active else mark
        bake = f"  {format_duration(stage.bake)} watched" if stage.bake else ""
        said = next((seen for seen in reversed(rollout.gates) if seen.stage == number), None)
        gate = f"  gate {said.verdict}" if said else ""
        waived = ", ".join(
            word for word, stages in (("skipped", rollout.skipped), ("promoted", rollout.promoted)) if number in stages
        )
        lines.append(f"  [{mark}] {stage.percent:>3} %{bake}{gate}" + (f"  {waived}" if waived else ""))
    return [*lines, f"  {rollout.reason}"]


def rollout_shape(rollout: Rollout) -> dict[str, Any]:
    """A rollout as `warroom rollout --json` prints it: a contract, fields may be added, never renamed."""
    return {
        "id": rollout.id,
        "title": rollout.strategy.title,
        "state": str(rollout.phase),
        "percent": rollout.percent,
        "reason": rollout.reason,
        "driver": rollout.driver,
        "started_at": stamp(rollout.started_at),
        "stage_at": stamp(rollout.stage_at),
        "ended_at": stamp(rollout.ended_at),
        "stages": [
            {
                "percent": stage.percent,
                "bake_s": stage.bake.total_seconds(),
                "skipped": number in rollout.skipped,
                "promoted": number in rollout.promoted,
            }
            for number, stage in enumerate(rollout.strategy.stage)
        ],
        "gates": [
            {"at": stamp(seen.at), "percent": seen.percent, "verdict": seen.verdict, "reason": seen.reason}
            for seen in rollout.gates
        ],
    }
