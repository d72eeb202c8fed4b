"""A tick of the clock repaints the cells that changed and no others."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.reactive import reactive

from tests.widgets import samples, stage
from warroom.console.domain.model import Incident
from warroom.console.domain.timeline import Entry
from warroom.widgets.banner import Banner
from warroom.widgets.lines import Lines, Row, Span, data

SECOND = timedelta(seconds=1)


class Words(Lines):
    """Shows words, each line a row."""

    words: data[tuple[str, ...]] = data(())

    def build(self, width: int, height: int) -> list[Row]:
        return [Row((Span(line, "good"),)) for line in self.words]


async def test_only_the_characters_that_differ_are_repainted(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = Words()
    panel.words = ("the clock says 10:00:00", "the rest stays")
    async with stage.Stage([panel]).run_test(size=(60, 5)) as pilot:
        await pilot.pause()
        asked = stage.record_refreshes(panel, monkeypatch)
        panel.words = ("the clock says 10:00:01", "the rest stays")
        await pilot.pause()
        assert asked == [Region(22, 0, 1, 1)]
        assert stage.shown(panel)[0].rstrip() == "the clock says 10:00:01"


async def test_a_panel_that_was_hidden_shows_what_it_has_now() -> None:
    panel = Words()
    panel.words = ("undo: r",)
    async with stage.Stage([panel]).run_test(size=(60, 5)) as pilot:
        for words in ((), ("undo: r",), (), ("undo: t",)):
            panel.words, panel.display = words, bool(words)
            await pilot.pause()
            if words:
                assert stage.shown(panel)[0].strip() == words[0]


async def test_changes_far_apart_are_repainted_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = Words()
    panel.words = ("a" + "." * 40 + "a",)
    async with stage.Stage([panel]).run_test(size=(60, 5)) as pilot:
        await pilot.pause()
        asked = stage.record_refreshes(panel, monkeypatch)
        panel.words = ("b" + "." * 40 + "b",)
        await pilot.pause()
        assert asked == [Region(0, 0, 1, 1), Region(41, 0, 1, 1)]


async def test_a_row_with_wide_characters_is_repainted_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = Words()
    panel.words = ("火事 1",)
    async with stage.Stage([panel]).run_test(size=(60, 5)) as pilot:
        await pilot.pause()
        asked = stage.record_refreshes(panel, monkeypatch)
        panel.words = ("火事 2",)
        await pilot.pause()
        assert asked == [Region(0, 0, 60, 1)]


async def test_many_changes_in_one_turn_are_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = Words()
    async with stage.Stage([panel]).run_test(size=(60, 5)) as pilot:
        await pilot.pause()
        asked = stage.record_refreshes(panel, monkeypatch)
        panel.words = ("one",)
        panel.words = ("two",)
        panel.words = ()
        await pilot.pause()
        assert asked == []


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_a_tick_of_the_whole_room_repaints_a_few_cells(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    panels = [stage.header(), stage.banner(), stage.clocks(), stage.table(), stage.checklist(), stage.rollout()]
    async with stage.Stage(panels).run_test(size=size) as pilot:
        await pilot.pause()
        asked = [stage.record_refreshes(panel, monkeypatch) for panel in panels]
        for panel in panels:
            panel.now = samples.NOW + SECOND  # type: ignore[attr-defined]
        await pilot.pause()
        regions = [region for one in asked for region in one]
        assert regions
        assert Region() not in regions
        assert sum(region.area for region in regions) < 150


async def test_a_tick_repaints_nothing_of_the_timeline(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = stage.timeline()
    async with stage.Stage([panel]).run_test(size=(100, 20)) as pilot:
        await pilot.pause()
        asked = stage.record_refreshes(panel, monkeypatch)
        panel.now = samples.NOW + SECOND
        await pilot.pause()
        assert asked == []


async def test_a_later_day_writes_the_date_before_the_times_of_the_day_before() -> None:
    panel = stage.timeline()
    panel.entries = (Entry(at=samples.NOW, who="kai", kind="note", text="late"),)
    async with stage.Stage([panel]).run_test(size=(100, 20)) as pilot:
        await pilot.pause()
        assert stage.shown(panel)[0].startswith("14:47:12 ")
        panel.now = samples.NOW + timedelta(days=1)
        await pilot.pause()
        assert stage.shown(panel)[0].startswith("11-20 14:47 ")


async def test_a_panel_as_high_as_its_rows_grows_with_them() -> None:
    panel = stage.banner()
    panel.incident = None
    async with stage.Stage([panel]).run_test(size=(100, 20)) as pilot:
        await pilot.pause()
        assert panel.size.height == 1
        panel.incident = replace(samples.incident(), title="now there is one")
        await pilot.pause()
        assert panel.size.height == 2
        assert "now there is one" in stage.shown(panel)[0]


class Room(App[None]):
    """Feeds a panel as screens do."""

    now: reactive[datetime] = reactive(samples.NOW)
    incident: reactive[Incident | None] = reactive(None)

    def compose(self) -> ComposeResult:
        yield Banner().data_bind(Room.now, Room.incident)


async def test_a_panel_takes_its_data_from_the_screen_it_is_bound_to() -> None:
    app = Room()
    async with app.run_test(size=(120, 5)) as pilot:
        panel = app.query_one(Banner)
        app.incident = samples.incident()
        await pilot.pause()
        assert "impact 1:04:12" in stage.shown(panel)[0]
        app.now = samples.NOW + SECOND
        await pilot.pause()
        assert "impact 1:04:13" in stage.shown(panel)[0]
