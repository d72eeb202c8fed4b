"""Whatever comes from outside is drawn as it is written, and reaches the terminal as plain text only."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.widgets import samples, stage
from warroom.console.domain.model import Incident, StepMark, StepState
from warroom.console.domain.view import Button, Series
from warroom.console.domain.watch.verdict import Status
from warroom.widgets.lines import Lines
from warroom.widgets.marks import Mark

MARKUP = "[P1] [/x] [@click=app.quit]x[/]"
ATTACKS = (
    MARKUP,
    "\x1b]52;c;cm0gLXJm\x07 \x1b]0;title\x1b\\ \x1b[2J\x1b[31mred",
    "\x9b2J \x9d0;title\x9c \x90q\x9c \x85 \x84",
    "\u202egnp.exe\u202c \u2066x\u2069 \u200b\ufeff \ud800",
    "nul\x00 bel\x07 bs\x08 tab\tline\nreturn\rvt\x0bff\x0c del\x7f",
    "全角文字のタイトル 🚒🚒🚒 e\u0301e\u0301e\u0301 👩\u200d🚒",
    "\x1b",
    "",
)


def _incident(text: str) -> Incident:
    base = samples.incident(title=text)
    return replace(
        base,
        id=text or "INC-1",
        conn=text,
        conn_offer=text,
        service=text,
        playbook=replace(
            base.playbook,
            id=text,
            phase=tuple(
                replace(phase, title=text, step=tuple(replace(step, text=text, ticked_by=text) for step in phase.step))
                for phase in base.playbook.phase
            ),
            clock=tuple(replace(clock, title=text) for clock in base.playbook.clock),
        ),
        steps={
            **base.steps,
            "health": StepState(mark=StepMark.REGRESSED, evidence=text, by=text, text=text, at=samples.NOW),
            "smoke": StepState(mark=StepMark.DONE, evidence=text, by=text, text=text, at=samples.NOW),
        },
    )


def _header(text: str) -> Lines:
    panel = stage.header()
    panel.service = panel.conn = panel.me = text
    return panel


def _table(text: str) -> Lines:
    panel = stage.table()
    hostile = _incident(text)
    panel.incidents = {hostile.id: hostile}
    return panel


def _nothing(text: str) -> Lines:
    panel = stage.table()
    panel.filter = text + " no such thing"
    return panel


def _banner(text: str) -> Lines:
    panel = stage.banner()
    panel.incident = _incident(text)
    return panel


def _clocks(text: str) -> Lines:
    panel = stage.clocks()
    panel.incident = _incident(text)
    return panel


def _checklist(text: str) -> Lines:
    panel = stage.checklist()
    panel.incident = _incident(text)
    return panel


def _health(text: str) -> Lines:
    panel = stage.health()
    panel.probes = (
        samples.probe(text, Status.FAILING, value=1.0, unit=text, error=text, shown=text, role=text),
        samples.probe(text + "2", Status.UNKNOWN, unit=text, error=text, role=text),
    )
    return panel


def _chart(text: str) -> Lines:
    panel = stage.chart()
    series = samples.series()
    panel.series = Series(probe=text, role=text, unit=text, points=series.points, limit=1.0)
    panel.marks = (Mark(samples.ago(minutes=20), text), Mark(samples.ago(minutes=5), text))
    panel.title = text
    return panel


def _timeline(text: str) -> Lines:
    panel = stage.timeline()
    panel.entries = tuple(replace(entry, who=text, kind=text, text=text) for entry in samples.entries())
    return panel


def _actions(text: str) -> Lines:
    panel = stage.actions()
    panel.buttons = (
        Button(action="a", title=text, key=text, danger=text, environment=text, blocked=text, label=text),
        Button(action="rollback", title=text, key="r", danger=text, environment=text),
    )
    return panel


def _rollout(text: str) -> Lines:
    panel = stage.rollout()
    base = samples.rollout()
    gates = tuple(replace(gate, verdict=text, reason=text) for gate in base.gates)
    panel.rollout = replace(base, reason=text, gates=gates, strategy=replace(base.strategy, title=text))
    return panel


def _output(text: str) -> Lines:
    panel = stage.output()
    panel.run_shown = replace(samples.run(), command=text, title=text)
    panel.words = "e"
    panel.feed((text + "\n") * 3 + text)
    return panel


PANELS: dict[str, Callable[[str], Lines]] = {
    "header": _header,
    "table": _table,
    "nothing": _nothing,
    "banner": _banner,
    "clocks": _clocks,
    "checklist": _checklist,
    "health": _health,
    "chart": _chart,
    "timeline": _timeline,
    "actions": _actions,
    "rollout": _rollout,
    "output": _output,
}


def _driving(text: str) -> list[str]:
    return [char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


@pytest.mark.parametrize("name", PANELS)
@pytest.mark.parametrize("width", [120, 40])
async def test_no_panel_lets_a_control_character_through(name: str, width: int) -> None:
    panels = [PANELS[name](text) for text in ATTACKS]
    app = stage.Stage(panels)
    async with app.run_test(size=(width, 12 * len(panels))) as pilot:
        for panel in panels[:2]:
            panel.focus()
            await pilot.press("enter")
        for panel, text in zip(panels, ATTACKS, strict=True):
            for y, line in enumerate(stage.shown(panel)):
                assert not _driving(line), (text, line)
                assert panel.render_line(y).cell_length == panel.size.width
            title = str(panel.border_title or "")
            assert not _driving(title), (text, title)
        assert app.is_running


@pytest.mark.parametrize("name", sorted(set(PANELS) - {"nothing", "actions", "clocks"}))
async def test_brackets_are_shown_as_they_are_written(name: str) -> None:
    panel = PANELS[name](MARKUP)
    async with stage.Stage([panel]).run_test(size=(160, 30)) as pilot:
        await pilot.pause()
        seen = "\n".join([*stage.shown(panel), str(panel.border_title or "")])
    assert "[P1] [/x]" in seen


async def test_a_button_shows_its_brackets_and_a_click_on_them_only_presses_it() -> None:
    panel = _actions(MARKUP)
    async with stage.Stage([panel]).run_test(size=(160, 10)) as pilot:
        await pilot.click(panel, offset=(12, 0))
        await pilot.pause()
        assert pilot.app.is_running
        assert "[P1]" in stage.shown(panel)[0]
