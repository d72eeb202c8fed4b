"""Messages on their way out: from the desk into the outbox, from the outbox to the services, and onto the screen."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from warroom.config.secrets import unset
from warroom.config.settings import Settings
from warroom.console.actions.runs.masking import mask
from warroom.console.comms.channels.letters import Call, Reply
from warroom.console.comms.channels.loopback import leaves, target
from warroom.console.comms.outbox import Sender
from warroom.console.comms.parcels import parcels
from warroom.console.domain.desk import Letter
from warroom.console.domain.intents import Refused
from warroom.console.domain.view import Outgoing, Outlet, ProbeView
from warroom.console.engine.posting import posting
from warroom.console.engine.setup import Setup
from warroom.console.store.outbox import Parcel, Stage

if TYPE_CHECKING:
    from warroom.console.monitor.http import Web


class Mailing:
    """The outbox of this console, and what a person can do with it. Lives on the engine's loop."""

    def __init__(
        self, setup: Setup, shown: Callable[[tuple[Outgoing, ...]], None], trouble: Callable[[str, str], None]
    ) -> None:
        self._setup = setup
        self._shown = shown
        self._trouble = trouble
        self._web: Web | None = None
        self._sender = Sender(
            setup.store,
            setup.session,
            setup.settings.channel,
            post=self._post,
            clock=setup.clock,
            shown=self._show,
            looks_only=setup.read_only,
        )

    async def run(self) -> None:
        """Send until cancelled."""
        self._trouble("outbox", "")
        try:
            await self._sender.run()
        finally:
            if self._web is not None:
                await self._web.close()

    async def _post(self, call: Call) -> Reply:
        if self._web is None:
            # The HTTP library is dear to import, and many consoles send nothing.
            from warroom.console.monitor.http import Web

            self._web = Web(self._setup.clock)
        return await posting(self._web)(call)

    async def send(
        self, incident: str, letter: Letter, channels: tuple[str, ...], probes: tuple[ProbeView, ...]
    ) -> tuple[str, ...] | Refused:
        """Put a letter into the outbox; it is checked once more against what the probes say now."""
        from warroom.console.comms.render import draft

        setup = self._setup
        snapshot = setup.session.incident(incident)
        if snapshot is None:
            return Refused(reason="there is no such incident")
        now = setup.clock()
        letter = replace(letter, subject=mask(letter.subject, setup.secrets), body=mask(letter.body, setup.secrets))
        if letter.message in snapshot.playbook.message:
            fresh = await asyncio.to_thread(draft, snapshot, letter.message, now, probes)
            if isinstance(fresh, Letter):
                letter = replace(letter, objection=fresh.objection)
        made = parcels(snapshot, letter, channels, setup.settings.channel, setup.session.by.actor, now)
        if isinstance(made, Refused):
            return made
        await asyncio.to_thread(setup.store.outbox.put, made)
        self._sender.nudge()
        return tuple(parcel.id for parcel in made)

    async def resend(self, parcel: str) -> Refused | None:
        """Send what failed, was withdrawn, or may have arrived, once more."""
        return await self._move(parcel, ("failed", "unknown", "cancelled", "waiting"), "waiting")

    async def withdraw(self, parcel: str) -> Refused | None:
        """Take a letter out."""
        return await self._move(parcel, ("waiting", "failed", "unknown"), "cancelled")

    async def arrived(self, parcel: str) -> Refused | None:
        """Somebody looked, and it is there."""
        return await self._move(parcel, ("unknown",), "delivered")

    async def _move(self, id: str, known: tuple[Stage, ...], state: Stage) -> Refused | None:
        outbox, now = self._setup.store.outbox, self._setup.clock()
        found = await asyncio.to_thread(outbox.get, id)
        if found is None:
            return Refused(reason="there is no such letter in the outbox")
        if found.state not in known:
            return Refused(reason=f"it is {found.state}")
        changes = {"state": state, "actor": self._setup.session.by.actor, "next_at": now, "changed_at": now}
        if state == "waiting":
            channel = self._setup.settings.channel.get(found.channel)
            if channel is None:
                return Refused(reason=f"this console has no channel {found.channel!r}")
            changes["target"] = target(channel)
            changes["queued_at"] = found.queued_at if found.state == "waiting" else now
        if await asyncio.to_thread(lambda: outbox.move(found, **changes)) is None:
            return Refused(reason="somebody was faster; look again")
        self._sender.nudge()
        return None

    def _show(self, rows: tuple[Parcel, ...]) -> None:
        self._shown(tuple(map(_outgoing, rows)))
        self._trouble("mail", _complaint(rows))


def outlets(settings: Settings) -> tuple[Outlet, ...]:
    """The channels, as somebody chooses among them."""
    return tuple(
        Outlet(
            name=name,
            kind=channel.kind,
            audiences=channel.audiences,
            blocked=unset(channel)
            or ("a drill writes to nobody outside this machine" if settings.drill and leaves(channel) else ""),
        )
        for name, channel in settings.channel.items()
    )


def _outgoing(parcel: Parcel) -> Outgoing:
    return Outgoing(
        id=parcel.id,
        incident=parcel.incident,
        message=parcel.message,
        title=parcel.title,
        audience=parcel.audience,
        channel=parcel.channel,
        state=parcel.state,
        by=parcel.actor,
        attempts=parcel.attempts,
        queued_at=parcel.queued_at,
        next_at=parcel.next_at,
        changed_at=parcel.changed_at,
        reason=parcel.reason,
        drill=parcel.drill,
    )


def _complaint(rows: tuple[Parcel, ...]) -> str:
    stuck = ("failed", "unknown")
    unsent = [row for row in rows if row.state in stuck or (row.state == "waiting" and row.attempts > 1)]
    if not unsent:
        return ""
    first = unsent[0]
    more = f" and {len(unsent) - 1} more" if len(unsent) > 1 else ""
    state = "not sent yet" if first.state == "waiting" else first.state
    return f"outbox: {first.message} to {first.channel} ({first.incident}) is {state}: {first.reason}{more}"
