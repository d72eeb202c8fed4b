"""From the composer to a service that answers on loopback: a real engine, a real store, a real outbox between them."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from pathlib import Path

from textual.app import App
from textual.pilot import Pilot
from textual.widgets import TextArea

from tests.comms.services import Service, in_turn, service
from tests.engine.conftest import PATIENCE, Project, Seat, Sit
from tests.engine.conftest import project as project
from tests.engine.conftest import sit as sit
from tests.screens.memory_desk import Monotonic
from warroom.config.settings import Channel, Settings
from warroom.console.app import WarroomApp
from warroom.console.screens.room import Room
from warroom.console.screens.telling.compose import Compose
from warroom.console.screens.telling.send_to import SendTo
from warroom.console.session import utc_now

PLAYBOOK = """
id = "tiny"
title = "Tiny"

[level.P1]
title = "High"

[[phase]]
key = "fix"
title = "Fix"

[[phase.step]]
key = "tell"
text = "Tell the stakeholders"
ticked_by = "message:progress"

[message.progress]
title = "Progress"
kind = "progress"
audience = "stakeholders"
subject = "[{{ id }}] {{ title }}"
body = "Expected end: {{ eta }}"
"""


def settings(project: Project, hook: Service) -> Settings:
    """A project whose one channel is the service on loopback."""
    (project.folder / "tiny.toml").write_text(PLAYBOOK)
    channel = Channel(kind="webhook", url=hook.url(), audiences=("stakeholders",))
    return replace(project.settings, channel={"ops": channel})


async def until(pilot: Pilot[None], holds: Callable[[], bool], what: str) -> None:
    """Wait for something that comes from another thread, or over the wire."""
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    while not holds():
        assert loop.time() < end, f"{what} never came"
        await pilot.pause(0.02)


async def press(pilot: Pilot[None], stop_clock: Monotonic, *keys: str) -> None:
    """Press keys, each long after the one before."""
    for key in keys:
        stop_clock.seconds += 2
        await pilot.press(key)
    await pilot.pause()


def open_on(seat: Seat, incident: str, exports: Path, stop_clock: Monotonic) -> WarroomApp:
    """A console on a real engine."""
    return WarroomApp(
        seat.engine,
        seat.engine.subscribe,
        utc_now,
        incident,
        exports=exports,
        zone=UTC,
        monotonic=stop_clock,
    )


async def compose(app: App[None], pilot: Pilot[None], stop_clock: Monotonic) -> None:
    """Open the message, write over its blank, and choose to send it."""
    await until(pilot, lambda: isinstance(app.screen, Room) and app.screen.incident is not None, "the room")
    await press(pilot, stop_clock, "m", "enter")
    await until(pilot, lambda: isinstance(app.screen, Compose), "the draft")
    area = app.screen.query_one(TextArea)
    assert "[eta?]" in area.text
    area.load_text("Expected end: 15:30 UTC")
    await press(pilot, stop_clock, "ctrl+r")
    await until(pilot, lambda: isinstance(app.screen, SendTo), "the channels")
    await press(pilot, stop_clock, "enter")
    await until(pilot, lambda: isinstance(app.screen, Room), "the room again")


async def test_what_is_composed_arrives_once_as_it_was_written_and_the_log_says_so(
    project: Project, sit: Sit, tmp_path: Path
) -> None:
    async with service(in_turn((200, "ok"))) as hook:
        seat = sit(settings=settings(project, hook))
        incident, stop_clock = await seat.declare(), Monotonic()
        app = open_on(seat, incident, tmp_path, stop_clock)
        async with app.run_test(size=(100, 30)) as pilot:
            await compose(app, pilot, stop_clock)
            await until(pilot, lambda: bool(seat.incident().messages), "the delivery in the log")
            await until(
                pilot, lambda: [row.state for row in seat.engine.view().outbox] == ["sent"], "the end in the outbox"
            )
        sent = seat.incident().messages[0]
        assert (sent.message, sent.audience, sent.channel) == ("progress", "stakeholders", "ops")
        assert [asked.json["body"].strip() for asked in hook.asked] == ["Expected end: 15:30 UTC"]
        assert hook.asked[0].json["subject"] == f"[{incident}] Sign-in fails"
        assert seat.incident().mark("tell") == "done"


async def test_a_service_that_fails_leaves_it_in_the_outbox_and_the_log_silent(
    project: Project, sit: Sit, tmp_path: Path
) -> None:
    async with service(in_turn((503, "busy", {"retry-after": "600"}))) as hook:
        seat = sit(settings=settings(project, hook))
        incident, stop_clock = await seat.declare(), Monotonic()
        app = open_on(seat, incident, tmp_path, stop_clock)
        async with app.run_test(size=(100, 30)) as pilot:
            await compose(app, pilot, stop_clock)
            await until(
                pilot,
                lambda: any(row.attempts and row.state == "waiting" for row in seat.engine.view().outbox),
                "the next try",
            )
            await press(pilot, stop_clock, "B")
            await until(pilot, lambda: "503" in _text(app), "what the service said")
        assert seat.incident().messages == ()
        assert seat.incident().mark("tell") == "open"


def _text(app: App[None]) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in line) for line in strips)
