"""Messages sent by channels, and the outbox they wait in."""

from typing import Any

import pytest
from textual.screen import Screen
from textual.widgets import TextArea

from tests.screens import scenes
from tests.screens.conftest import Open, Opened
from tests.screens.memory_desk import Clock, MemoryDesk
from warroom.console.domain.view import Outlet
from warroom.console.screens.room import Room
from warroom.console.screens.telling.compose import Compose
from warroom.console.screens.telling.outbox import OutboxScreen
from warroom.console.screens.telling.send_to import SendTo, usual


@pytest.fixture
def desk(clock: Clock) -> MemoryDesk:
    """A desk with channels and nothing sent."""
    desk = scenes.mailing(clock)
    desk.publish(outbox=())
    return desk


async def _fill(console: Opened) -> None:
    """Open the first message and write over its blanks."""
    await console.press("m", "enter")
    area = console.screen.query_one(TextArea)
    area.load_text("Sign-in fails for everyone. We are on it.")
    await console.settle()


def _shows(console: Opened, screen: type[Screen[Any]]) -> bool:
    return isinstance(console.screen, screen)


def _marked(console: Opened) -> tuple[str, ...]:
    screen: object = console.screen
    assert isinstance(screen, SendTo)
    return screen.chosen


def _channels(desk: MemoryDesk) -> list[str]:
    return [row.channel for row in desk.view().outbox]


async def test_a_message_goes_by_the_channels_of_its_audience(desk: MemoryDesk, open_console: Open) -> None:
    async with open_console(desk, "INC-2") as console:
        await _fill(console)
        await console.press("ctrl+r")
        assert _marked(console) == ("board-mail",)
        await console.press("enter")
        assert _channels(desk) == ["board-mail"]
        assert _shows(console, Room)
        assert "in the outbox, for board-mail" in console.text


async def test_several_channels_are_marked_and_all_leaves_out_what_is_blocked(
    desk: MemoryDesk, open_console: Open
) -> None:
    async with open_console(desk, "INC-2") as console:
        await _fill(console)
        await console.press("ctrl+r", "g", "space", "j", "space")
        assert _marked(console) == ("chat",)
        await console.press("j", "space")
        assert "status-page: its token is not set" in console.text
        await console.press("a")
        assert _marked(console) == ("chat", "board-mail")
        await console.press("enter")
        assert _channels(desk) == ["chat", "board-mail"]


async def test_with_no_channel_marked_enter_sends_nothing(desk: MemoryDesk, open_console: Open) -> None:
    async with open_console(desk, "INC-2") as console:
        await _fill(console)
        await console.press("ctrl+r", "a", "a", "enter")
        assert _shows(console, SendTo)
        assert "mark a channel first" in console.text
        assert _channels(desk) == []


async def test_a_click_marks_and_never_sends(desk: MemoryDesk, open_console: Open) -> None:
    async with open_console(desk, "INC-2") as console:
        await _fill(console)
        await console.press("ctrl+r")
        for _ in range(3):
            await console.pilot.click("OptionList", offset=(8, 1))
        await console.settle()
        assert _shows(console, SendTo)
        assert _channels(desk) == []


async def test_an_enter_that_was_meant_for_what_was_there_before_sends_nothing(
    desk: MemoryDesk, open_console: Open
) -> None:
    async with open_console(desk, "INC-2") as console:
        await _fill(console)
        await console.pilot.press("ctrl+r", "enter")
        await console.settle()
        assert _shows(console, SendTo)
        assert _channels(desk) == []


async def test_blanks_are_said_before_the_channels_are_asked_for(desk: MemoryDesk, open_console: Open) -> None:
    async with open_console(desk, "INC-2") as console:
        await console.press("m", "enter", "ctrl+r")
        assert _shows(console, Compose)
        assert "still blank" in console.text
        await console.press("ctrl+r")
        assert _shows(console, SendTo)
        await console.press("enter")
        assert _shows(console, Compose)
        assert "not sent: still blank" in console.text
        assert _channels(desk) == []


async def test_a_warning_about_one_key_does_not_loosen_the_other(desk: MemoryDesk, open_console: Open) -> None:
    async with open_console(desk, "INC-2") as console:
        before = len(desk.incident("INC-2").messages)
        await console.press("m", "enter", "ctrl+r", "ctrl+t")
        assert _shows(console, Compose)
        assert len(desk.incident("INC-2").messages) == before


async def test_what_the_outbox_refuses_is_said_and_the_text_stays(desk: MemoryDesk, open_console: Open) -> None:
    async with open_console(desk, "INC-2") as console:
        await console.press("m", "j", "j", "enter", "ctrl+r", "ctrl+r", "a", "enter")
        assert _shows(console, Compose)
        assert "not sent: it says that all is well, but api /health is failing" in console.text
        assert _channels(desk) == []


@pytest.mark.parametrize("change", [{"outlets": ()}, {"read_only": True}], ids=["no channel", "only looking"])
async def test_where_nothing_can_be_sent_the_key_is_not_offered(
    clock: Clock, open_console: Open, change: dict[str, object]
) -> None:
    desk = scenes.mailing(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("m", "enter")
        assert "ctrl+r send" in console.text
        desk.publish(**change)
        await console.settle()
        assert "ctrl+r" not in console.text
        await console.press("ctrl+r", "ctrl+r")
        assert _shows(console, Compose)


async def test_the_outbox_shows_every_state_as_a_word(clock: Clock, open_console: Open) -> None:
    async with open_console(scenes.mailing(clock), "INC-2", (80, 24)) as console:
        await console.press("B")
        assert _shows(console, OutboxScreen)
        for words in ("? unknown", "✗ failed", "○ waiting", "▶ sending", "✓ sent", "14 attempts", "550 5.1.1 no such"):
            assert words in console.text
        assert "next attempt in 0:42" in console.text


async def test_a_waiting_parcel_is_taken_out_and_a_sent_one_is_not(clock: Clock, open_console: Open) -> None:
    desk = scenes.mailing(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("B", "j", "j", "enter", "j", "j", "enter")
        states = {row.id: row.state for row in desk.view().outbox}
        assert states["3"] == "cancelled"
        assert "First word to stakeholders by status-page is taken out" in console.text
        await console.press("j", "j", "j", "enter", "j", "j", "enter")
        assert "it is sent" in console.text
        assert {row.id: row.state for row in desk.view().outbox} == states


async def test_what_may_have_arrived_is_settled_by_a_person(clock: Clock, open_console: Open) -> None:
    desk = scenes.mailing(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("B", "enter", "j", "j", "j", "enter")
        assert desk.view().outbox[0].state == "sent"


async def test_a_console_that_only_looks_settles_nothing(clock: Clock, open_console: Open) -> None:
    desk = scenes.mailing(clock)
    desk.publish(read_only=True)
    async with open_console(desk, "INC-2") as console:
        await console.press("B", "enter")
        assert _shows(console, OutboxScreen)
        assert "it only looks" in console.text


async def test_an_empty_outbox_says_how_to_come_by_a_channel(clock: Clock, open_console: Open) -> None:
    async with open_console(scenes.breach(clock), "INC-2") as console:
        await console.press("B")
        assert "No channel is configured" in console.text


@pytest.mark.parametrize(
    ("meant", "marked"),
    [
        ((), {"chat", "hook", "mail"}),
        (("chat",), {"chat", "hook"}),
        (("email",), {"mail", "hook"}),
        (("chat", "email"), {"chat", "hook", "mail"}),
        (("status-page",), {"hook"}),
    ],
)
def test_what_the_protocol_means_it_for_narrows_the_channels_that_are_marked(
    meant: tuple[str, ...], marked: set[str]
) -> None:
    kinds = {"chat": "slack", "hook": "webhook", "mail": "email"}
    outlets = [Outlet(name=name, kind=kind, audiences=("users",)) for name, kind in kinds.items()]
    others = (Outlet(name="other", kind="slack"), Outlet(name="off", kind="slack", audiences=("users",), blocked="x"))
    assert usual((*outlets, *others), "users", meant) == marked


def test_where_no_channel_of_the_audience_fits_the_teams_own_choice_holds() -> None:
    outlets = (Outlet(name="mail", kind="email", audiences=("users",)), Outlet(name="chat", kind="slack"))
    assert usual(outlets, "users", ("chat",)) == {"mail"}


async def test_the_composer_says_by_what_the_protocol_has_it(desk: MemoryDesk, open_console: Open) -> None:
    async with open_console(desk, "INC-2", (80, 24)) as console:
        await console.press("m", "enter")
        assert "by chat, as the protocol has it" in console.text
        await console.press("ctrl+r", "ctrl+r")
        assert "email, for stakeholders; the protocol has it by chat" in console.text
