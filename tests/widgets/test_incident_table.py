"""The board."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.widgets import samples, stage
from warroom.widgets.incident_table import IncidentTable, worst_first


async def test_the_worst_comes_first_and_what_is_over_last() -> None:
    ordered = worst_first(samples.incidents(), samples.NOW)
    assert [incident.id for incident in ordered] == ["INC-7", "INC-5", "INC-8", "INC-4"]


async def test_enter_opens_the_incident_under_the_cursor() -> None:
    posted = stage.Posted()
    panel = stage.table()
    async with stage.Stage([panel]).run_test(size=(100, 20), message_hook=posted.hear) as pilot:
        await pilot.press("tab", "j", "j", "k", "enter")
        await pilot.pause()
    assert [message.incident for message in posted.of(IncidentTable.Opened)] == ["INC-5"]


async def test_the_cursor_stays_on_its_incident_when_rows_change_places() -> None:
    panel = stage.table()
    async with stage.Stage([panel]).run_test(size=(100, 20)) as pilot:
        await pilot.press("tab", "j")
        assert panel.cursor == "INC-5"
        more = {**samples.incidents(), "INC-9": samples.incident("INC-9", "Worse still")}
        panel.incidents = more
        await pilot.pause()
        assert panel.cursor == "INC-5"
        panel.incidents = {name: one for name, one in more.items() if name != "INC-5"}
        await pilot.pause()
        assert panel.cursor == "INC-8"


async def test_a_click_moves_the_cursor_and_a_second_one_opens() -> None:
    posted = stage.Posted()
    panel = stage.table()
    async with stage.Stage([panel]).run_test(size=(100, 20), message_hook=posted.hear) as pilot:
        await pilot.click(panel, offset=(20, 3))
        assert panel.cursor == "INC-5"
        await pilot.click(panel, offset=(20, 3))
        await pilot.pause()
    assert [message.incident for message in posted.of(IncidentTable.Opened)] == ["INC-5"]


async def test_every_word_of_the_filter_must_occur() -> None:
    panel = stage.table()
    async with stage.Stage([panel]).run_test(size=(100, 20)) as pilot:
        panel.filter = "P1 search"
        await pilot.pause()
        text = "\n".join(stage.shown(panel))
        assert "INC-8" in text
        assert "INC-5" not in text
        panel.filter = "no such thing"
        await pilot.pause()
        assert "nothing matches no such thing" in "\n".join(stage.shown(panel))


async def test_an_empty_board_says_what_it_was_told_to() -> None:
    panel = IncidentTable()
    panel.empty = "All quiet.\nPress n to declare, or try: warroom drill"
    async with stage.Stage([panel]).run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        text = "\n".join(stage.shown(panel))
    assert "All quiet." in text
    assert "Press n to declare, or try: warroom drill" in text


@pytest.mark.parametrize("width", [32, 40, 59, 60, 80, 120, 200])
async def test_level_id_title_and_what_is_left_are_there_at_any_width(width: int) -> None:
    panel = stage.table()
    async with stage.Stage([panel]).run_test(size=(width, 20)) as pilot:
        await pilot.pause()
        text = "\n".join(stage.shown(panel))
    for words in ("P0", "INC-7", "Sign-in fails", "1:20 left", "3:00 over"):
        assert words in text
    assert ("DRILL" in text and "UPDATE" in text) or width < 40


async def test_a_long_board_scrolls_with_the_cursor() -> None:
    panel = IncidentTable()
    many = {f"INC-{n}": samples.incident(f"INC-{n}", f"Trouble number {n}") for n in range(100, 150)}
    started = samples.incident().moments["declared"]
    panel.incidents = {
        name: replace(one, moments={**one.moments, "declared": started + timedelta(seconds=n)})
        for n, (name, one) in enumerate(many.items())
    }
    panel.now = samples.NOW
    async with stage.Stage([panel]).run_test(size=(100, 12)) as pilot:
        await pilot.press("tab", "G")
        assert "number 149" in stage.shown(panel)[-1]
        await pilot.press("g")
        assert "number 100" in stage.shown(panel)[1]
        await pilot.press("ctrl+d")
        assert panel.cursor == "INC-108"
