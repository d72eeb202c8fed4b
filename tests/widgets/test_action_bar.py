"""The action bar."""

from dataclasses import replace

import pytest

from tests.widgets import stage
from warroom.widgets.action_bar import ActionBar


def pressed(posted: stage.Posted) -> list[str]:
    return [message.action for message in posted.of(ActionBar.Pressed)]


@pytest.mark.parametrize("width", [30, 40, 60, 80, 120, 200])
async def test_every_key_is_seen_in_at_most_two_lines(width: int) -> None:
    panel = stage.actions()
    async with stage.Stage([panel]).run_test(size=(width, 10)) as pilot:
        await pilot.pause()
        lines = stage.shown(panel)
    assert len(lines) <= 2
    words = " ".join(lines).split()
    for button in panel.buttons:
        assert button.key in words


async def test_the_arrow_keys_walk_and_enter_presses() -> None:
    posted = stage.Posted()
    panel = stage.actions()
    async with stage.Stage([panel]).run_test(size=(80, 10), message_hook=posted.hear) as pilot:
        await pilot.press("tab", "right", "enter", "left", "left", "space")
        await pilot.pause()
    assert pressed(posted) == ["test", "note"]


async def test_a_blocked_button_says_why_and_does_not_press() -> None:
    posted = stage.Posted()
    panel = stage.actions()
    async with stage.Stage([panel]).run_test(size=(80, 10), message_hook=posted.hear) as pilot:
        await pilot.press("tab", "right", "right", "right")
        await pilot.pause()
        assert "not now: the smoke test on staging has not passed" in stage.shown(panel)[-1]
        await pilot.press("enter")
        await pilot.pause()
    assert pressed(posted) == []
    assert [(message.action, message.reason) for message in posted.of(ActionBar.Blocked)] == [
        ("deploy", "the smoke test on staging has not passed")
    ]


async def test_a_click_presses_the_button_under_it() -> None:
    posted = stage.Posted()
    panel = stage.actions()
    async with stage.Stage([panel]).run_test(size=(200, 10), message_hook=posted.hear) as pilot:
        await pilot.pause()
        await pilot.click(panel, offset=(stage.shown(panel)[0].index("ROLLBACK"), 0))
        await pilot.pause()
    assert pressed(posted) == ["rollback"]


async def test_a_key_presses_its_button_from_anywhere() -> None:
    posted = stage.Posted()
    panel = stage.actions()
    async with stage.Stage([panel]).run_test(size=(80, 10), message_hook=posted.hear) as pilot:
        assert panel.press_key("s")
        assert not panel.press_key("z")
        await pilot.pause()
    assert pressed(posted) == ["deploy-staging"]


async def test_a_label_stands_on_the_button_and_the_title_below_it() -> None:
    panel = stage.actions()
    panel.buttons = (replace(panel.buttons[0], label="Branch"), *panel.buttons[1:])
    async with stage.Stage([panel]).run_test(size=(80, 10)) as pilot:
        await pilot.press("tab")
        await pilot.pause()
        lines = stage.shown(panel)
    assert lines[0].startswith("[b Branch]")
    assert "Branch the fix (confirm)" in lines[-1]


async def test_where_not_all_fit_words_stay_legible_and_the_rest_is_counted() -> None:
    panel = stage.actions()
    many = tuple(replace(panel.buttons[0], action=f"smoke-{n}", label=f"smoke test {n}", key="") for n in range(20))
    panel.buttons = (*panel.buttons, *many)
    async with stage.Stage([panel]).run_test(size=(80, 20)) as pilot:
        await pilot.pause()
        text = "\n".join(stage.shown(panel))
        assert "smoke test 0" in text
        assert "smoke test 19" not in text
        assert " :" in text
        assert all(button.key in text.split() for button in panel.buttons if button.key)
        await pilot.press("tab")
        await pilot.pause()
        assert "smoke test 19" in "\n".join(stage.shown(panel)), "the focus brings them back"
