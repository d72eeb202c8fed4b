"""What the panels say of what lies ahead: forecasts, the last chance to go back, watches, debts and hints."""

from dataclasses import replace
from datetime import timedelta

from tests.widgets import samples, stage
from warroom.console.domain.model import Incident, State, Waiver
from warroom.console.domain.playbook import Clock, Rollback
from warroom.console.domain.time.limit import Limit
from warroom.widgets.clock_strip import ClockStrip
from warroom.widgets.incident_table import IncidentTable, worst_first
from warroom.widgets.lines import Lines


async def seen(panel: Lines, width: int = 160, height: int = 16) -> str:
    async with stage.Stage([panel]).run_test(size=(width, height)) as pilot:
        await pilot.pause()
        return "\n".join(stage.shown(panel))


def with_a_way_back() -> Incident:
    """Nothing was rolled back yet, and it can be: by 14:59 with a rollback and a check of 5 minutes each."""
    book = replace(samples.PLAYBOOK, rollback=(Rollback(title="Back", action="rollback"),))
    runs = {"RUN-1": samples.incident().runs["RUN-1"]}
    moments = {**samples.incident().moments, "detected": samples.ago(1, 7, 30), "deployed": samples.ago(minutes=24)}
    clocks = tuple(clock for clock in book.clock if clock.key == "resolve")
    return replace(samples.incident(), playbook=replace(book, clock=clocks), runs=runs, moments=moments)


def strip(incident: Incident, later: float = 0) -> ClockStrip:
    panel = ClockStrip()
    panel.incident, panel.now = incident, samples.NOW + timedelta(minutes=later)
    return panel


def over(**waivers: timedelta | None) -> Incident:
    """An incident that is resolved, with waivers that are due so long after now."""
    debts = tuple(
        Waiver(
            subject=name,
            why="no time",
            by="kai",
            owner="kai",
            at=samples.ago(minutes=5),
            due=samples.NOW + later if later is not None else None,
        )
        for name, later in waivers.items()
    )
    return replace(samples.incidents()["INC-4"], waivers=debts)


def bound_to(limit: float, *, quick: bool = False) -> Incident:
    """An hour in, 57 minutes of phases ahead, or none at best; one clock of so many minutes."""
    phases = tuple(replace(phase, min=timedelta(0) if quick else phase.min) for phase in samples.PLAYBOOK.phase)
    clock = Clock(key="fix", title="Fix", limit=Limit(max=timedelta(minutes=limit)))
    return replace(samples.incident(), playbook=replace(samples.PLAYBOOK, clock=(clock,), phase=phases))


async def test_a_clock_the_phases_can_not_keep_says_so_and_one_they_can_says_nothing() -> None:
    assert "14:00 left cannot, 43m short" in await seen(strip(bound_to(75)))
    assert "14:00 left tight" in await seen(strip(bound_to(75, quick=True)))
    fits = await seen(strip(bound_to(180)))
    assert "fits" not in fits
    assert "tight" not in fits
    late = await seen(strip(bound_to(75), later=20))
    assert "BREACHED 6:00 over" in late
    assert "cannot" not in late


async def test_until_when_a_rollback_helps_counts_down_and_then_has_passed() -> None:
    assert "ROLLBACK BY 14:59:42 12:30 left not measured" in await seen(strip(with_a_way_back()))
    assert "passed 7:30 ago" in await seen(strip(with_a_way_back(), later=20))


async def test_what_earlier_rollbacks_took_moves_the_point() -> None:
    panel = strip(with_a_way_back())
    panel.rollbacks, panel.verifies = (timedelta(minutes=2),), (timedelta(minutes=1),)
    text = await seen(panel)
    assert "ROLLBACK BY 15:06:42" in text
    assert "not measured" not in text


async def test_the_point_stays_on_a_narrow_strip() -> None:
    text = await seen(strip(with_a_way_back()), 80)
    assert "ROLLBACK BY 14:59:42" in text
    assert len(text.splitlines()) <= 2


async def test_a_watch_says_what_is_to_go_and_is_no_alarm() -> None:
    watch = Clock(
        key="watch",
        title="Watch",
        starts="deployed",
        limit=Limit(min=timedelta(minutes=30), max=timedelta(minutes=60)),
        window=True,
    )
    base = with_a_way_back()
    watching = replace(base, playbook=replace(base.playbook, clock=(watch,), rollback=()))
    assert "WATCH" in await seen(strip(watching))
    assert "36:00 to go (6:00 to lower mark)" in await seen(strip(watching))
    assert "1:00:00 watched" in await seen(strip(watching, later=90))
    cut = replace(watching, moments={**watching.moments, "resolved": samples.ago(minutes=10)})
    assert "cut short after 14:00" in await seen(strip(cut))


async def test_the_board_says_that_the_last_chance_to_go_back_is_near() -> None:
    panel = IncidentTable()
    panel.incidents, panel.now = {"INC-7": with_a_way_back()}, samples.NOW
    assert "ROLLBACK" not in await seen(panel)
    panel = IncidentTable()
    panel.incidents, panel.now = {"INC-7": with_a_way_back()}, samples.NOW + timedelta(minutes=5)
    text = await seen(panel)
    assert "ROLLBACK" in text
    assert "by 14:59 7:30" in text


async def test_what_is_owed_stays_on_the_board_with_its_nearest_date() -> None:
    panel = IncidentTable()
    incident = over(review=timedelta(hours=20), staging=timedelta(hours=3))
    panel.incidents, panel.now = {"INC-4": incident}, samples.NOW
    text = await seen(panel)
    assert "2 debts" in text
    assert "3:00:00 left" in text
    panel = IncidentTable()
    panel.incidents, panel.now = {"INC-4": over(review=-timedelta(hours=1))}, samples.NOW
    text = await seen(panel, 50)
    assert "1 debt" in text
    assert "✗ 1:00:00 over" in text
    panel = IncidentTable()
    panel.incidents, panel.now = {"INC-4": over(review=None)}, samples.NOW
    text = await seen(panel)
    assert "1 debt" in text
    assert "no date" not in text


async def test_a_debt_leaves_the_board_when_it_is_paid() -> None:
    panel = IncidentTable()
    panel.incidents, panel.now = {"INC-4": over(review=None)}, samples.NOW
    async with stage.Stage([panel]).run_test(size=(120, 8)) as pilot:
        await pilot.pause()
        assert "1 debt" in "\n".join(stage.shown(panel))
        panel.incidents = {"INC-4": over()}
        await pilot.pause()
        assert "debt" not in "\n".join(stage.shown(panel))


def test_who_owes_comes_before_who_has_paid() -> None:
    paid = replace(over(), id="INC-1", level="P0", state=State.CLOSED)
    owing = replace(over(review=None), id="INC-2", level="P3")
    ordered = worst_first({one.id: one for one in (paid, owing, samples.incident())}, samples.NOW)
    assert [incident.id for incident in ordered] == ["INC-7", "INC-2", "INC-1"]


async def test_the_banner_asks_for_the_level_and_suggests_relief() -> None:
    panel = stage.banner()
    panel.incident = replace(samples.incident(), facts={"level-assumed": "yes"}, conn_since=samples.ago(5))
    text = await seen(panel, 200)
    assert "P0 is assumed since 54m: is it?" in text
    assert "kai has had the conn for 5h: time to hand it over" in text
