"""Consoles that share one store and send messages; as a program, one of them, to be killed.

office.py ADDRESS ACTOR CONSOLE CHANNELS    sends what waits until killed; CHANNELS is JSON, a channel's fields by name
"""

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from warroom.config.playbook_files import load_playbook
from warroom.config.settings import Channel
from warroom.console.comms.outbox import Sender
from warroom.console.comms.parcels import parcels
from warroom.console.domain.desk import Letter
from warroom.console.domain.intents import By, Declare, Refused
from warroom.console.domain.model import Sent
from warroom.console.engine.posting import posting
from warroom.console.monitor.http import Web
from warroom.console.session import Session
from warroom.console.store.outbox import Parcel
from warroom.console.store.store import Store, open_store

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
text = "Tell them"
[message.initial]
title = "Initial"
kind = "initial"
body = "{{ title }}"
[message.progress]
title = "Progress"
kind = "progress"
body = "{{ title }}"
[message.resolution]
title = "Resolution"
kind = "resolution"
body = "{{ title }}"
"""


@dataclass
class Clock:
    """The time, moved by hand."""

    at: datetime = field(default_factory=lambda: datetime(2026, 11, 20, 14, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at

    def ahead(self, seconds: float) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)


class Office:
    """A console that sends: its own store connection, session and sender."""

    def __init__(
        self, address: str, channels: Mapping[str, Channel], clock: Callable[[], datetime], actor: str, console: str
    ) -> None:
        self.store: Store = open_store(address)
        self.session = Session(self.store.log, By(actor=actor, console=console), clock)
        self.session.refresh()
        self.channels = channels
        self.clock = clock
        self.rows: tuple[Parcel, ...] = ()
        self.web = Web(clock)
        self.sender = Sender(
            self.store,
            self.session,
            channels,
            post=posting(self.web),
            clock=clock,
            shown=self._show,
            chance=lambda: 1.0,
        )

    def _show(self, rows: tuple[Parcel, ...]) -> None:
        self.rows = rows

    def declare(self, folder: Path, drill: bool = False) -> str:
        """Open an incident."""
        (folder / "tiny.toml").write_text(PLAYBOOK)
        book = load_playbook("tiny.toml", folder)
        answer = self.session.declare(
            lambda id: Declare(incident=id, title="Down", level="P1", playbook=book, service="shop", drill=drill)
        )
        assert not isinstance(answer, Refused)
        return answer

    def put(self, incident: str, text: str = "We are on it", *names: str, message: str = "progress") -> tuple[str, ...]:
        """Put a letter into the outbox."""
        letter = Letter(message=message, title="T", audience="users", subject="Down", body=text)
        snapshot = self.session.incident(incident)
        assert snapshot is not None
        wanted = names or tuple(self.channels)
        made = parcels(snapshot, letter, wanted, self.channels, self.session.by.actor, self.clock())
        assert not isinstance(made, Refused), made
        self.store.outbox.put(made)
        return tuple(parcel.id for parcel in made)

    async def work(self) -> None:
        """Look once, and finish what that began."""
        await self.sender.look()
        while busy := tuple(self.sender.busy):
            await asyncio.wait(busy)
        await self.sender.look()

    def states(self) -> dict[str, str]:
        """What became of the letters, by text."""
        return {row.body: row.state for row in self.store.outbox.recent()}

    def sent(self, incident: str) -> tuple[Sent, ...]:
        """What the log says was sent."""
        self.session.refresh()
        snapshot = self.session.incident(incident)
        assert snapshot is not None
        return snapshot.messages

    async def close(self) -> None:
        """Leave."""
        await self.sender.close()
        await self.web.close()
        self.store.close()


async def _send_until_killed(office: Office) -> None:
    print("ready", flush=True)
    await office.sender.run()


def main() -> None:
    """Be a console."""
    address, actor, console, channels = sys.argv[1:]
    made: dict[str, Any] = json.loads(channels)
    office = Office(
        address, {name: Channel(**fields) for name, fields in made.items()}, lambda: datetime.now(UTC), actor, console
    )
    asyncio.run(_send_until_killed(office))


if __name__ == "__main__":
    main()
