"""What the smaller panels say, in words, at any width."""

import math
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.widgets import samples, stage
from warroom.console.domain.model import RolloutPhase, RunState
from warroom.console.domain.playbook import Rollback
from warroom.console.domain.view import ProbeView, Series
from warroom.console.domain.watch.verdict import Status
from warroom.widgets.health import HealthPanel
from warroom.widgets.lines import Lines
from warroom.widgets.marks import marks_of


async def seen(panel: Lines, width: int = 100, height: int = 16) -> str:
    async with stage.Stage([panel]).run_test(size=(width, height)) as pilot:
        await pilot.pause()
        return "\n".join(stage.shown(panel))


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
async def test_the_header_tells_the_time_and_the_age_of_its_data(width: int) -> None:
    text = await seen(stage.header(), width)
    assert "14:47:12 UTC" in text
    assert "live  2s" in text


async def test_old_data_and_no_data_are_not_called_live() -> None:
    panel = stage.header()
    panel.checked_at = samples.ago(seconds=50)
    assert "STALE 50s" in await seen(panel)
    panel = stage.header()
    panel.checked_at = None
    assert "NO DATA" in await seen(panel)


async def test_the_header_says_drill_and_view_only() -> None:
    panel = stage.header()
    panel.drill = panel.read_only = True
    text = await seen(panel, 60)
    assert "DRILL" in text
    assert "VIEW-ONLY" in text


async def test_the_clocks_say_in_words_how_they_stand() -> None:
    panel = stage.clocks()
    panel.now = samples.NOW + timedelta(minutes=8)
    text = await seen(panel, 160)
    assert "BREACHED 2:12 over" in text
    assert "met in 2:12" in text
    assert "RESOLVE" in text


@pytest.mark.parametrize("width", [20, 30, 40, 60, 80])
async def test_a_narrow_strip_shows_the_most_urgent_clock(width: int) -> None:
    text = await seen(stage.clocks(), width)
    assert "UPDATE" in text
    assert "1:20 left" in text
    assert len(text.splitlines()) <= 2


async def test_a_waived_clock_and_a_late_stop_say_so() -> None:
    panel = stage.clocks()
    base = samples.incident()
    panel.incident = replace(base, moments={**base.moments, "acknowledged": samples.ago(minutes=40)})
    assert "missed in 14:12, 9:12 over" in await seen(panel, 200)


async def test_the_banner_stops_counting_when_it_is_resolved() -> None:
    panel = stage.banner()
    base = samples.incident()
    panel.incident = replace(base, moments={**base.moments, "resolved": samples.ago(minutes=10)})
    assert "impact 0:54:12" in await seen(panel)


async def test_a_wide_banner_cuts_no_name_of_a_level() -> None:
    panel, base = stage.banner(), samples.incident()
    level = replace(base.playbook.level[base.level], title="Production down")
    panel.incident = replace(base, playbook=replace(base.playbook, level={base.level: level}))
    assert "PRODUCTION DOWN" in await seen(panel, 120)
    assert "PRODUCTION…" in await seen(panel, 80)


async def test_nobody_with_the_keys_is_said_and_an_offer_too() -> None:
    panel = stage.banner()
    panel.incident = replace(samples.incident(), conn="")
    assert "nobody has the conn" in await seen(panel)
    panel = stage.banner()
    panel.incident = replace(samples.incident(), conn_offer="dana")
    assert "conn kai → dana?" in await seen(panel)


async def test_failing_comes_first_and_stale_and_unknown_are_never_ok() -> None:
    text = await seen(stage.health(), 80)
    lines = text.splitlines()
    assert "FAILING" in lines[0]
    assert "[STATUS] (500) == 200  since 14:44:12" in lines[1]
    stale = next(line for line in lines if "mail queue" in line)
    assert "STALE" in stale
    assert "ok" not in stale
    assert "UNKNOWN" in next(line for line in lines if "auth provider" in line)
    assert "no reading for 41s; it was ok then" in text


async def test_a_probe_that_is_ok_but_just_failed_is_not_plainly_ok() -> None:
    panel = HealthPanel()
    one = samples.probe("api", Status.FAILING, latency=1.0)
    panel.probes, panel.now = (replace(one, health=replace(one.health, status=Status.OK)),), samples.NOW
    assert "shaky" in await seen(panel)


async def test_a_probe_that_failed_and_is_just_good_again_does_not_claim_that_there_is_no_data() -> None:
    panel = HealthPanel()
    one = samples.probe("api", Status.OK, latency=1.0)
    panel.probes, panel.now = (replace(one, health=replace(one.health, status=Status.FAILING)),), samples.NOW
    text = await seen(panel)
    assert "just good again" in text
    assert "no data" not in text


async def test_a_room_without_probes_says_that_it_is_blind() -> None:
    assert "flying blind" in await seen(HealthPanel())


@pytest.mark.parametrize("size", [(30, 6), (40, 10), (60, 15), (120, 20), (200, 50)])
async def test_the_chart_has_the_newest_value_its_age_and_an_axis(size: tuple[int, int]) -> None:
    panel = stage.chart()
    panel.add_class("-bare")
    text = await seen(panel, *size)
    assert "0.13 %" in text
    assert "5s" in text
    assert "6 %" in text or "10 %" in text
    assert "UTC" in text


async def test_the_chart_draws_a_hole_as_a_hole_and_names_its_marks() -> None:
    panel = stage.chart()
    text = await seen(panel, 100, 20)
    assert "····" in text
    for word in ("deploy", "rollback", "ramp", "25 %", "limit 1 %"):
        assert word in text


async def test_the_chart_survives_readings_that_are_no_numbers() -> None:
    panel = stage.chart()
    values = (math.nan, math.inf, -math.inf, None, 1e308, -1e308)
    points = tuple((samples.ago(seconds=9 - n), value) for n, value in enumerate(values))
    panel.series = replace(samples.series(), points=points)
    assert "NO DATA" in await seen(panel)
    panel = stage.chart()
    panel.series = replace(samples.series(), points=())
    assert "no readings yet" in await seen(panel)


async def test_a_chart_whose_readings_stopped_is_stale() -> None:
    panel = stage.chart()
    panel.now = samples.NOW + timedelta(minutes=3)
    text = await seen(panel)
    assert "STALE" in text
    assert "below limit" not in text


def test_a_good_gate_moves_no_traffic_while_it_bakes() -> None:
    base = samples.rollout()
    good = replace(base.gates[-1], verdict="passing")
    marks = marks_of(replace(samples.incident(), runs={}, rollouts={"RO-1": replace(base, gates=(good,))}))
    assert [mark.label for mark in marks] == ["declared", "ramp", "25 %"]


async def test_a_rollout_that_was_given_up_says_why_and_not_what_its_gate_said() -> None:
    panel = stage.rollout()
    panel.rollout = replace(samples.rollout(), phase=RolloutPhase.ABORTED, reason="support hears of new errors")
    text = await seen(panel)
    assert "given up: support hears of new errors" in text
    assert "gate" not in text


def test_marks_are_in_order_and_said_once() -> None:
    marks = marks_of(samples.incident())
    assert [mark.label for mark in marks] == ["declared", "deploy", "rollback", "ramp", "25 %"]
    assert list(marks) == sorted(marks)


@pytest.mark.parametrize(
    ("changes", "label", "tone"),
    [
        ({"action": "deploy-production"}, "deploy", "accent"),
        ({"action": "deploy-staging"}, "deploy-staging", "accent"),
        ({"action": "shift-traffic", "values": {"percent": "25"}}, "25 %", "accent"),
        ({"action": "back"}, "back", "bad"),
        ({"action": "deploy-production", "state": RunState.FAILED}, "deploy failed", "bad"),
    ],
)
def test_what_changed_an_environment_is_marked_with_a_word(changes: dict[str, Any], label: str, tone: str) -> None:
    base = samples.incident()
    playbook = replace(base.playbook, rollback=(Rollback(title="Back", action="back"),))
    run = replace(next(iter(base.runs.values())), rollout="", ended_at=samples.NOW, **changes)
    marks = marks_of(replace(base, runs={run.id: run}, rollouts={}, playbook=playbook))
    assert [(mark.label, mark.tone) for mark in marks] == [("declared", "warn"), (label, tone)]


def test_what_only_looks_or_still_runs_is_not_marked() -> None:
    base = samples.incident()
    run = replace(next(iter(base.runs.values())), rollout="", ended_at=samples.NOW)
    for changes in ({"state": RunState.FAILED, "danger": "free"}, {"environment": ""}, {"state": RunState.LOST}):
        one = replace(run, **changes)
        assert len(marks_of(replace(base, runs={one.id: one}, rollouts={}))) == 1


def health_of(*probes: ProbeView) -> HealthPanel:
    panel = HealthPanel()
    panel.now, panel.probes = samples.NOW, probes
    return panel


async def test_third_parties_stand_below_what_is_ours() -> None:
    first, *others = samples.probes()
    lines = (await seen(health_of(replace(first, role="third-party"), *others))).splitlines()
    heading = next(y for y, line in enumerate(lines) if "third parties" in line)
    assert first.name in "".join(lines[heading + 1 :])
    assert not any(probe.name in "".join(lines[heading + 1 :]) for probe in others)
    assert "third parties" not in await seen(health_of(*others))


async def test_what_fails_stays_on_top_where_there_is_no_place_for_a_heading() -> None:
    ours = [probe for probe in samples.probes() if probe.health.status is not Status.FAILING]
    theirs = next(probe for probe in samples.probes() if probe.health.status is Status.FAILING)
    lines = (await seen(health_of(*ours, replace(theirs, role="third-party")), 60, 5)).splitlines()
    assert theirs.name in lines[0] + lines[1]
    assert "third parties" not in "".join(lines)


def timed(name: str, limit: float | None = None) -> Series:
    points = tuple((samples.ago(seconds=60 - n), 30.0 + n % 7 * 9) for n in range(60))
    return Series(probe=name, role="", unit="ms", points=points, limit=limit, of="latency")


async def test_a_probe_without_a_number_shows_how_long_it_takes_with_its_limit_and_line() -> None:
    panel = stage.health()
    panel.series = (samples.series(), timed("web /", 500.0), timed("api /health", 400.0))
    lines = (await seen(panel, 90)).splitlines()
    line = next(line for line in lines if "web /" in line)
    assert "38 ms   <500 ms" in line
    assert line.count("38 ms") == 1
    assert "▅▆▇█▃▄▅▅" in line
    assert "▅▆▇█▃▄▅▅" in next(line for line in lines if "api /health" in line)


async def test_a_narrow_panel_has_the_figures_below_the_name_where_there_is_height() -> None:
    panel = stage.health()
    panel.series = (samples.series(), timed("web /", 500.0))
    text = await seen(panel, 36, 24)
    below = text.splitlines()[next(y for y, line in enumerate(text.splitlines()) if "web /" in line) + 1]
    for word in ("38 ms", "<500 ms", "▃▄▅▅"):
        assert word in below
    middle = stage.health()
    middle.series = panel.series
    text = await seen(middle, 36, 15)
    assert "<500 ms" in text
    assert "[VALUE] (4.2) < 1" in next(line for line in text.splitlines() if "▇▇▇" in line), "one line for both"
    low = stage.health()
    low.series = panel.series
    assert "<500 ms" not in await seen(low, 36, 10)


async def test_a_few_lines_to_spare_hold_the_figures_of_those_on_top() -> None:
    well = tuple(probe for probe in samples.probes() if probe.name == "web /")
    panel = stage.health()
    panel.probes = tuple(replace(probe, name=name) for probe in well for name in ("one", "two", "three", "four"))
    lines = [*(await seen(panel, 36, 8)).splitlines(), ""]
    named = [next(y for y, line in enumerate(lines) if name in line) for name in ("one", "two", "three", "four")]
    assert ["38 ms" in lines[y + 1] for y in named] == [True, True, False, False]


async def test_a_number_that_must_not_fall_has_its_limit_too() -> None:
    panel = stage.health()
    line = Series(probe="db replica lag", role="", unit="s", points=(), floor=5.0)
    panel.series = (line,)
    assert ">5 s" in next(line for line in (await seen(panel, 90)).splitlines() if "db replica lag" in line)
    chart = stage.chart()
    chart.series = replace(samples.series(), limit=None, floor=2.0)
    text = await seen(chart, 100, 20)
    assert "BELOW LIMIT" in text
    assert "limit 2 %" in text


@pytest.mark.parametrize(
    ("value", "words"), [(50.0, "within limits"), (90.0, "ABOVE LIMIT"), (10.0, "BELOW LIMIT"), (80.0, "within limits")]
)
async def test_a_reading_between_two_limits_shows_both(value: float, words: str) -> None:
    chart = stage.chart()
    points = ((samples.NOW - timedelta(minutes=2), None), (samples.NOW, value))
    chart.series = replace(samples.series(), points=points, floor=20.0, limit=80.0, limit_holds=True)
    async with stage.Stage([chart]).run_test(size=(80, 14)):
        shown = stage.shown(chart)
    assert words in "\n".join(shown)
    assert "limits 20..80 %" in "\n".join(shown)
    assert sum(chart.signs.limit * 4 in line for line in shown) == 2


async def test_a_dip_under_a_floor_is_not_hidden_by_what_stands_beside_it() -> None:
    chart = stage.chart()
    points = [(samples.NOW - timedelta(seconds=second), 99.9) for second in range(1800, 0, -1)]
    points[900] = (points[900][0], 40.0)
    chart.series = replace(samples.series(), points=tuple(points), limit=None, floor=99.0)
    async with stage.Stage([chart]).run_test(size=(60, 14)):
        assert any(span.tone == "bad" for line in chart.build(56, 12) for span in line.spans)


async def test_a_certificate_is_a_figure_with_a_limit() -> None:
    one = samples.probe("shop tls", Status.FAILING, latency=9.0, shown="[CERTIFICATE_EXPIRATION] > 48h")
    last = one.health.last
    assert last is not None
    left = replace(last, certificate_left=timedelta(days=1, hours=1))
    panel = health_of(replace(one, health=replace(one.health, last=left)))
    panel.series = (Series(probe="shop tls", role="", unit="days", points=(), floor=2.0, of="certificate"),)
    line = (await seen(panel, 90)).splitlines()[0]
    assert "1 day " in line
    assert ">2 days" in line


async def test_a_warning_and_a_shaky_probe_say_why() -> None:
    one = samples.probe("api", Status.OK, latency=1.0)
    last = one.health.last
    assert last is not None
    warned = replace(last, warned=True, warning="the certificate ends in 9 days")
    text = await seen(health_of(replace(one, health=replace(one.health, last=warned))), 80)
    assert "warning" in text
    assert "the certificate ends in 9 days" in text


async def test_the_title_says_whose_readings_these_are() -> None:
    panel = stage.health()
    panel.read_by = "read by kai"
    async with stage.Stage([panel]).run_test(size=(80, 10)):
        assert str(panel.border_title) == "Health  read by kai"
        panel.read_by = ""
        assert str(panel.border_title) == "Health"


async def test_the_chart_is_named_after_what_it_draws() -> None:
    panel = stage.chart()
    panel.series = timed("web /", 500.0)
    async with stage.Stage([panel]).run_test(size=(80, 20)):
        assert str(panel.border_title) == "Response time  web /"
        panel.series = replace(timed("queue"), of="value", role="saturation")
        assert str(panel.border_title) == "Saturation  queue"


async def test_the_rollout_says_where_it_stands_how_long_and_why() -> None:
    text = await seen(stage.rollout())
    for words in (
        "RUNNING",
        "✓ 10%",
        "▶ 25%",
        "○ 50%",
        "2:14 left",
        "gate ? UNKNOWN",
        "2 of 3 good readings",
        "4s ago",
    ):
        assert words in text


@pytest.mark.parametrize("width", [40, 60, 80])
async def test_a_narrow_rollout_keeps_the_share_and_the_verdict(width: int) -> None:
    text = await seen(stage.rollout(), width)
    assert "25%" in text
    assert "UNKNOWN" in text


async def test_a_held_rollout_says_why_it_holds() -> None:
    panel = stage.rollout()
    panel.rollout = replace(samples.rollout(), phase=RolloutPhase.HELD, reason="the console that drove it went away")
    text = await seen(panel)
    assert "HELD" in text
    assert "the console that drove it went away" in text


async def test_the_timeline_follows_at_the_top_and_stays_further_down() -> None:
    panel = stage.timeline()
    async with stage.Stage([panel]).run_test(size=(100, 8)) as pilot:
        await pilot.press("tab")
        newest = replace(samples.entries()[-1], text="something new")
        panel.entries = (*samples.entries(), newest)
        await pilot.pause()
        assert "something new" in stage.shown(panel)[0]
        assert panel.cursor == "9"
        await pilot.press("j")
        panel.entries = (*samples.entries(), newest, newest)
        await pilot.pause()
        assert panel.cursor == "8"


async def test_enter_shows_a_long_entry_whole() -> None:
    panel = stage.timeline()
    async with stage.Stage([panel]).run_test(size=(80, 20)) as pilot:
        await pilot.press("tab")
        assert "passed in 41 s" not in "\n".join(stage.shown(panel))
        await pilot.press("enter")
        assert "passed in 41 s" in "\n".join(stage.shown(panel))


async def test_enter_shows_every_change_of_a_probe_that_flaps() -> None:
    panel = stage.timeline()
    words = ("api failing: [STATUS] (500) == 200", "api ok")
    panel.entries = tuple(
        replace(panel.entries[0], at=samples.NOW + timedelta(minutes=n), kind="health", text=words[n % 2], probe="api")
        for n in range(6)
    )
    async with stage.Stage([panel]).run_test(size=(100, 12)) as pilot:
        await pilot.press("tab")
        folded = [line for line in stage.shown(panel) if "api" in line]
        assert len(folded) == 2
        assert "api flapping: 6 changes in 5 min; at last ok" in folded[0]
        await pilot.press("enter")
        assert len([line for line in stage.shown(panel) if "api" in line]) == 2 + 6


async def test_the_timeline_filters_by_words() -> None:
    panel = stage.timeline()
    panel.filter = "probe health"
    text = await seen(panel)
    assert "api /health failing" in text
    assert "acknowledged" not in text
