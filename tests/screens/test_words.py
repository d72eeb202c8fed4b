"""Messages and documents: written, copied, saved, noted, signed."""

from pathlib import Path

from textual.widgets import TextArea

from tests.screens import scenes
from tests.screens.conftest import Open
from tests.screens.memory_desk import Clock
from warroom.console.domain import intents as i
from warroom.console.screens.kit.choose import Choose
from warroom.console.screens.room import Room
from warroom.console.screens.telling.compose import Compose


async def test_a_message_opens_filled_and_names_its_blanks(clock: Clock, open_console: Open) -> None:
    async with open_console(scenes.breach(clock), "INC-2") as console:
        await console.press("m", "enter")
        assert isinstance(console.screen, Compose)
        assert "What is wrong: Sign-in fails for everyone" in console.text
        assert "still blank: affected, impact, eta" in console.text


async def test_a_blank_that_is_written_over_is_no_blank_any_more(clock: Clock, open_console: Open) -> None:
    async with open_console(scenes.breach(clock), "INC-2") as console:
        await console.press("m", "enter")
        area = console.screen.query_one(TextArea)
        area.load_text(area.text.replace("[eta?]", "16:00 UTC"))
        await console.settle()
        assert "still blank: affected, impact (" in console.text


async def test_copying_says_where_the_text_went(clock: Clock, open_console: Open) -> None:
    async with open_console(scenes.breach(clock), "INC-2") as console:
        await console.press("m", "enter", "ctrl+y")
        assert console.app.clipboard.startswith("[P0] Sign-in fails for everyone")
        assert "sent to the terminal's clipboard" in console.text


async def test_saving_writes_a_file_and_says_which(clock: Clock, open_console: Open, tmp_path: Path) -> None:
    async with open_console(scenes.breach(clock), "INC-2") as console:
        await console.press("m", "enter", "ctrl+s")
        saved = tmp_path / "INC-2-initial.md"
        assert "We are preparing an emergency release" in saved.read_text(encoding="utf-8")
        assert "saved to" in console.text


async def test_a_message_with_blanks_is_noted_as_sent_only_when_asked_twice(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        before = len(desk.incident("INC-2").messages)
        await console.press("m", "enter", "ctrl+t")
        assert "still blank" in console.text
        assert len(desk.incident("INC-2").messages) == before
        await console.press("ctrl+t")
        sent = desk.incident("INC-2").messages[-1]
        assert (sent.message, sent.channel) == ("initial", "by hand")
        assert isinstance(console.screen, Room)


async def test_words_that_say_all_is_well_are_held_against_the_probes(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("m", "j", "j", "enter")
        assert "it says that all is well, but api /health is failing" in console.text
        before = len(desk.incident("INC-2").messages)
        await console.press("ctrl+t")
        assert len(desk.incident("INC-2").messages) == before


async def test_a_document_is_read_saved_and_signed(clock: Clock, open_console: Open, tmp_path: Path) -> None:
    desk = scenes.breach(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("P", "enter")
        assert "Post-mortem: Sign-in fails for everyone" in console.text
        await console.press("ctrl+s")
        assert (tmp_path / "INC-2-post-mortem.md").exists()
        await console.press("ctrl+t")
        assert isinstance(console.screen, Choose)
        await console.press("j", "enter")
        assert "post-mortem" in desk.incident("INC-2").documents


async def test_a_folder_that_cannot_be_written_is_said(clock: Clock, open_console: Open, tmp_path: Path) -> None:
    for number in ("", *(f"-{n}" for n in range(2, 1000))):
        (tmp_path / f"INC-2-initial{number}.md").touch()
    async with open_console(scenes.breach(clock), "INC-2") as console:
        await console.press("m", "enter", "ctrl+s")
        assert "not saved" in console.text


async def test_every_key_of_a_screen_is_in_its_help_and_can_be_filtered(clock: Clock, open_console: Open) -> None:
    async with open_console(scenes.breach(clock), "INC-2") as console:
        await console.press("question_mark")
        for word in ("Escalate", "Decide", "Tick", "Branch from the good"):
            assert word in console.text
        await console.type("called")
        assert "Escalate" in console.text
        assert "Choose between rollback" not in console.text


async def test_a_command_is_found_by_its_name(clock: Clock, open_console: Open) -> None:
    async with open_console(scenes.breach(clock), "INC-2") as console:
        await console.press("colon")
        await console.type("escal")
        await console.until(lambda: "Escalate" in console.text)
        await console.pilot.press("enter")
        await console.until(lambda: "Call whom?" in console.text)


async def test_the_card_of_who_hands_the_conn_over_is_read_line_by_line(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    desk.put("INC-2", i.OfferConn(to="lee", card="the vendor calls back at three"))
    desk.publish(me="lee")
    async with open_console(desk, "INC-2", (80, 24)) as console:
        await console.press("C")
        assert "Accept the conn?" in console.text
        lines = [line.strip() for line in console.text.splitlines()]
        assert "Said:    the vendor calls back at three" in lines
        assert "from then on you start what is dangerous" in console.text
        assert "pgdn read on" in console.text
        await console.press("pagedown")
        assert any(line.startswith("Needs:") for line in (line.strip() for line in console.text.splitlines()))
