"""A picture of every state worth one. `pytest tests/widgets --snapshot-update` draws them anew: look at them then."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from textual.app import App

from tests.widgets import samples, stage, test_ahead
from warroom.console.domain.model import Run, RunState
from warroom.widgets.health import HealthPanel
from warroom.widgets.incident_table import IncidentTable

Compare = Callable[..., bool]


def test_the_board(snap_compare: Compare) -> None:
    assert snap_compare(stage.Stage([stage.header(), stage.table()]), terminal_size=(120, 12), press=["tab", "j"])


def test_the_board_in_a_split_pane(snap_compare: Compare) -> None:
    assert snap_compare(stage.Stage([stage.header(), stage.table()]), terminal_size=(40, 14))


def test_an_empty_board(snap_compare: Compare) -> None:
    table = IncidentTable()
    table.empty = "No incident. All is quiet.\n\nn declares one, d starts a drill, ? helps."
    assert snap_compare(stage.Stage([stage.header(), table]), terminal_size=(80, 12))


def test_a_room_that_runs_out_of_time_at_80_columns(snap_compare: Compare) -> None:
    panels = [stage.header(), stage.banner(), stage.clocks(), stage.checklist(), stage.actions()]
    assert snap_compare(stage.Stage(panels), terminal_size=(80, 24), press=["tab"])


def test_a_room_whose_clocks_are_breached(snap_compare: Compare) -> None:
    panels = [stage.header(), stage.banner(), stage.clocks(), stage.checklist(), stage.rollout(), stage.actions()]
    app = stage.Stage(panels)
    for panel in panels[:-1]:
        panel.set_reactive(type(panel).now, samples.NOW + timedelta(minutes=45))  # type: ignore[attr-defined]
    assert snap_compare(app, terminal_size=(120, 30))


def test_the_last_chance_to_go_back_and_what_is_owed(snap_compare: Compare) -> None:
    table, strip, banner = stage.table(), stage.clocks(), stage.banner()
    near = test_ahead.with_a_way_back()
    table.incidents = {**samples.incidents(), "INC-7": near, "INC-4": test_ahead.over(review=timedelta(hours=20))}
    banner.incident = replace(near, facts={"level-assumed": "yes"})
    strip.incident = near
    for panel in (table, strip, banner):
        panel.now = samples.NOW + timedelta(minutes=5)
    assert snap_compare(stage.Stage([banner, strip, table]), terminal_size=(120, 14))


def test_health_and_chart(snap_compare: Compare) -> None:
    assert snap_compare(stage.Stage([stage.health(), stage.chart()]), terminal_size=(100, 32))


def test_a_calm_room(snap_compare: Compare) -> None:
    health, chart = HealthPanel(), stage.chart()
    health.probes = tuple(probe for probe in samples.probes() if probe.health.status == "ok")[:2]
    health.now = samples.NOW
    calm = tuple((at, value) for at, value in samples.series(hole=False).points if at > samples.ago(minutes=8))
    chart.series, chart.marks, chart.minutes = replace(samples.series(), points=calm), (), 8
    assert snap_compare(stage.Stage([health, chart]), terminal_size=(80, 24))


def test_everything_by_daylight(snap_compare: Compare) -> None:
    assert snap_compare(_everything("warroom-day"), terminal_size=(100, 70))


def test_everything_in_high_contrast(snap_compare: Compare) -> None:
    assert snap_compare(_everything("warroom-contrast"), terminal_size=(100, 70))


def test_everything_in_ascii(snap_compare: Compare) -> None:
    app = _everything("warroom-night", ascii_only=True)
    assert snap_compare(app, terminal_size=(100, 70))


def test_a_run_that_failed_while_one_was_reading(snap_compare: Compare) -> None:
    panel = stage.output()
    ended: Run = replace(samples.run(), state=RunState.FAILED, exit_code=1, ended_at=samples.ago(seconds=12))
    panel.run_shown = ended
    panel.feed(
        "".join(f"12:00:{n:02} GET /sign-in 200 in {n * 7 % 40} ms\n" for n in range(40)) + "ERROR: 3 of 40 failed\n"
    )
    keys = ["tab", "slash", *"error", "enter", "k", "k"]
    assert snap_compare(stage.Stage([panel]), terminal_size=(100, 20), press=keys)


def _everything(theme: str, *, ascii_only: bool = False) -> App[None]:
    return stage.Stage(stage.every_panel(), theme=theme, ascii_only=ascii_only)
