"""Foreign text on every screen: shown as it is written, obeyed by nobody."""

from dataclasses import replace

import pytest

from tests.screens import scenes
from tests.screens.conftest import Open, Opened
from tests.screens.memory_desk import Clock, MemoryDesk
from warroom.console.domain import intents as i
from warroom.console.domain.action import Action
from warroom.console.domain.desk import Letter
from warroom.console.domain.git.conflict import ConflictFile, Conflicting, Hunk
from warroom.console.domain.intents import Refused
from warroom.console.domain.text import is_plain
from warroom.console.domain.view import Console, Outlet, Person

EVIL = "[P1] [/x] [@click=app.exit]k[/] \x1b]52;c;QUFB\x07\x9b2J\x1b]0;t\x07\u202e$s \x00{y} [b"
WALKS = {
    "board": (),
    "filter": ("slash",),
    "declare": ("n",),
    "quit": ("enter", "t", "ctrl+q"),
    "room": ("enter",),
    "room-timeline": ("enter", "4", "enter"),
    "room-actions": ("enter", "5"),
    "note": ("enter", "n"),
    "message": ("enter", "m"),
    "compose": ("enter", "m", "enter"),
    "channels": ("enter", "m", "enter", "ctrl+r", "ctrl+r"),
    "triage": ("n", "f4", "y"),
    "owed": ("enter", "E"),
    "owed-pay": ("enter", "E", "enter"),
    "decided": ("enter", "D"),
    "backports": ("enter", "K"),
    "conflict": ("enter", "K", "enter"),
    "foretold": ("enter", "K", "j", "v"),
    "why": ("enter", "Y"),
    "contacts": ("enter", "I"),
    "outbox": ("enter", "B"),
    "settle": ("enter", "B", "enter"),
    "settled": ("enter", "B", "enter", "j", "enter"),
    "escalate": ("enter", "e"),
    "decide": ("enter", "D", "j", "enter"),
    "state": ("enter", "S"),
    "level": ("enter", "L"),
    "time": ("enter", "T", "enter"),
    "fact": ("enter", "F", "enter"),
    "conn": ("enter", "C"),
    "role": ("enter", "R", "enter"),
    "waive": ("enter", "1", "W"),
    "rollout": ("enter", "U"),
    "values": ("enter", "5", "V"),
    "confirm": ("enter", "d"),
    "output": ("enter", "t", "O"),
    "runs": ("enter", "t", "b", "y", "O"),
    "document": ("enter", "P", "enter"),
    "help": ("enter", "question_mark"),
    "commands": ("enter", "colon"),
    "commands-board": ("colon",),
}


VAST, WIDE, NARROW = (200, 60), (120, 40), (80, 24)
SMALL = ("board", "room", "confirm", "declare", "outbox", "channels")
"""Walks that are gone once more where there is little room."""


class EvilDesk(MemoryDesk):
    """Everything it says came from somebody who means harm."""

    async def draft(self, incident: str, message: str) -> Letter | Refused:
        return Letter(
            message=message,
            title=EVIL,
            audience=EVIL,
            subject=EVIL,
            body=f"{EVIL}\n{EVIL}",
            blanks=("[k]",),
            objection=EVIL,
        )

    async def document(self, incident: str, document: str) -> str | Refused:
        return f"# {EVIL}\n\n[{EVIL}](javascript:x)\n\x1b[2J"


@pytest.fixture
def desk(clock: Clock) -> MemoryDesk:
    desk = EvilDesk(clock)
    desk.actions = {
        key: replace(action, title=EVIL, undo=EVIL, argv=(*action.argv, EVIL.replace("{y}", "")), env={"[x]": EVIL})
        for key, action in desk.actions.items()
    }
    desk.actions["test"] = Action(title=EVIL, argv=("run",), danger=desk.actions["test"].danger, key="t")
    desk.riding = (EVIL, EVIL)
    desk.open(EVIL, "P0", service=EVIL)
    desk.put("INC-1", i.AddNote(text=EVIL))
    desk.put("INC-1", i.Assign(role="release-manager", name=EVIL))
    desk.put("INC-1", i.LearnFact(name="impact", value=EVIL))
    desk.put("INC-1", i.Waive(subject="step:branch", why=EVIL, owner=EVIL))
    desk.put("INC-1", i.Decide(choice="wait", why=EVIL, rule=EVIL))
    desk.put("INC-1", i.Object(why=EVIL))
    desk.put("INC-1", i.RecordBackport(branch=EVIL, state="missing", why=EVIL, files=(EVIL,), commits="a..b"))
    desk.put("INC-1", i.RecordBackport(branch="x", state="missing", why=EVIL, files=(EVIL,), commits="a..b"))
    hunk = Hunk(line=1, ours=(EVIL,), theirs=(EVIL, EVIL))
    foretold = Conflicting(
        branch="x", landing="x", commit=EVIL, files=(ConflictFile(path=EVIL, note=EVIL, hunks=(hunk,)),)
    )
    desk.conflicting = (replace(foretold, branch=EVIL, landing=EVIL, place=EVIL, in_the_way=EVIL), foretold)
    desk.put("INC-1", i.RecordVerdict(probe=EVIL, role="health", status="failing", reason=EVIL))
    probes, series = scenes.probes(clock, failing=True)
    desk.publish(
        service=EVIL,
        people=(Person(name=EVIL, roles=("on-call",), phone=EVIL),),
        consoles=(Console(id=EVIL, actor=EVIL, host=EVIL),),
        troubles=(EVIL,),
        outlets=(Outlet(name=EVIL, kind=EVIL, audiences=(EVIL,)), Outlet(name="x", kind=EVIL, blocked=EVIL)),
        outbox=tuple(
            replace(row, title=EVIL, channel=EVIL, incident="INC-1", reason=EVIL, audience=EVIL, by=EVIL)
            for row in scenes.mailing(clock).view().outbox
        ),
        probes=tuple(replace(probe, name=EVIL) for probe in probes),
        series=tuple(replace(one, probe=EVIL, unit=EVIL) for one in series),
    )
    return desk


def is_harmless(console: Opened) -> bool:
    """Nothing on the screen, titles of frames included, but visible text without links."""
    lines = console.screen._compositor.render_strips()
    segments = [segment for strips in lines for segment in strips]
    return all(is_plain(one.text) and not (one.style and one.style.link) and not one.control for one in segments)


@pytest.mark.parametrize(
    ("walk", "size"),
    [*((walk, WIDE) for walk in WALKS), *((walk, NARROW) for walk in SMALL), ("room", VAST), ("owed", NARROW)],
)
async def test_foreign_text_is_shown_and_never_obeyed(
    desk: MemoryDesk, open_console: Open, walk: str, size: tuple[int, int]
) -> None:
    async with open_console(desk, None, size) as console:
        for key in WALKS[walk]:
            await console.press(key)
        for printed in list(desk.printed):
            desk.printed[printed] += EVIL + "\n"
        await console.settle()
        if walk == "output":
            await console.until(lambda: "$" in console.text)
        assert console.app.is_running
        assert is_harmless(console)
        assert "[P1]" in console.text or walk not in ("board", "room", "compose", "confirm", "document", "output")


async def test_the_last_gate_keeps_the_width_of_a_line(desk: MemoryDesk, open_console: Open) -> None:
    async with open_console(desk, "INC-1") as console:
        assert {len(line) for line in console.text.split("\n")} == {120}


async def test_a_click_on_foreign_text_runs_nothing(desk: MemoryDesk, open_console: Open) -> None:
    async with open_console(desk, "INC-1", NARROW) as console:
        for y in range(0, 24, 4):
            for x in range(4, 80, 25):
                await console.pilot.click(offset=(x, y))
                if len(console.app.screen_stack) > 2:
                    await console.press("escape")
        assert console.app.is_running
