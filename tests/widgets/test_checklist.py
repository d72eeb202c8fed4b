"""Phases and steps."""

from dataclasses import replace

from tests.widgets import samples, stage
from warroom.console.domain.model import StepMark, StepState
from warroom.widgets.checklist import Checklist


def line_with(lines: list[str], words: str) -> str:
    return next(line for line in lines if words in line)


async def test_each_mark_looks_different_and_names_what_put_it_there() -> None:
    panel = stage.checklist()
    async with stage.Stage([panel]).run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        lines = stage.shown(panel)
    for words, box, proof in (
        ("Branch from", "[✓]", "branch"),
        ("Regression test", "[x]", "kai"),
        ("Review by", "[~]", "waived dana"),
        ("Health endpoint", "[!]", "api /health"),
        ("Smoke test", "[ ]", "smoke-test"),
        ("Security scan", "[ ]", "optional"),
    ):
        line = line_with(lines, words)
        assert box in line
        assert line.rstrip().endswith(proof)
    assert "fell back 14:46:12 [STATUS] (500) == 200" in "\n".join(lines)


async def test_phases_show_their_time_against_their_range() -> None:
    panel = stage.checklist()
    async with stage.Stage([panel]).run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        lines = stage.shown(panel)
    assert "12:04 of 10m to 15m" in line_with(lines, "1 Assess")
    assert "4:08 over" in line_with(lines, "2 Prepare")
    assert "8:12 of 15m" in line_with(lines, "3 Test")


async def test_a_late_phase_says_so_in_a_narrow_pane() -> None:
    panel = stage.checklist()
    async with stage.Stage([panel]).run_test(size=(30, 30)) as pilot:
        await pilot.pause()
        assert "4:08 over" in line_with(stage.shown(panel), "2 Prepare")


async def test_the_cursor_starts_on_the_first_open_step_of_the_phase() -> None:
    panel = stage.checklist()
    async with stage.Stage([panel]).run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        assert panel.step == "smoke"
        ahead = replace(samples.incident(), phase="deploy")
        panel.incident = ahead
        await pilot.pause()
        assert panel.step == "ship"


async def test_space_ticks_an_open_step_and_unticks_a_done_one() -> None:
    posted = stage.Posted()
    panel = stage.checklist()
    async with stage.Stage([panel]).run_test(size=(100, 30), message_hook=posted.hear) as pilot:
        await pilot.press("tab", "space")
        smoke = StepState(mark=StepMark.DONE, evidence="person", by="kai", at=samples.NOW)
        panel.incident = replace(samples.incident(), steps={**samples.incident().steps, "smoke": smoke})
        await pilot.press("space", "enter")
        await pilot.pause()
    assert [message.step for message in posted.of(Checklist.Ticked)] == ["smoke"]
    assert [message.step for message in posted.of(Checklist.Unticked)] == ["smoke"]
    assert [message.step for message in posted.of(Checklist.StepChosen)] == ["smoke"]


async def test_enter_unfolds_and_folds_another_phase() -> None:
    panel = stage.checklist()
    async with stage.Stage([panel]).run_test(size=(100, 30)) as pilot:
        await pilot.press("tab", "g")
        assert panel.cursor == "phase:assess"
        assert "Confirm the impact" not in "\n".join(stage.shown(panel))
        await pilot.press("enter")
        assert "Confirm the impact" in "\n".join(stage.shown(panel))
        await pilot.press("enter")
        assert "Confirm the impact" not in "\n".join(stage.shown(panel))


async def test_space_on_a_phase_does_nothing() -> None:
    posted = stage.Posted()
    panel = stage.checklist()
    async with stage.Stage([panel]).run_test(size=(100, 30), message_hook=posted.hear) as pilot:
        await pilot.press("tab", "g", "space")
        await pilot.pause()
    assert not posted.of(Checklist.Ticked)
    assert not posted.of(Checklist.Unticked)


async def test_a_minute_plan_says_by_when_and_what_is_late() -> None:
    incident = samples.incident()
    phases = tuple(
        replace(
            phase,
            step=tuple(
                replace(step, at=samples.minutes(20), by=by) if (by := _BY.get(step.key)) else step
                for step in phase.step
            ),
        )
        for phase in incident.playbook.phase
    )
    panel = stage.checklist()
    panel.incident = replace(
        incident,
        playbook=replace(incident.playbook, phase=phases),
        moments={**incident.moments, "detected": samples.ago(minutes=40)},
    )
    async with stage.Stage([panel]).run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        lines = stage.shown(panel)
        assert line_with(lines, "Smoke test").rstrip().endswith("smoke-test  ✗ 5m late")
        assert line_with(lines, "Security scan").rstrip().endswith("by 1:30")
        assert "late" not in line_with(lines, "Regression test")
        await pilot.resize_terminal(50, 30)
        await pilot.pause()
        assert "smoke-test" not in line_with(stage.shown(panel), "Smoke test")
        assert "5m late" in line_with(stage.shown(panel), "Smoke test")


_BY = {"smoke": samples.minutes(35), "scan": samples.minutes(90), "regression": samples.minutes(5)}
