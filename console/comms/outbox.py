"""The outbox at work: letters wait in the store until a service took them, and survive any crash.

A console sends what its own person put there; what another one left lying it takes over after a while. While it sends
it holds a lease, so that one console sends at a time, and it writes down that an attempt begins before it does. An
attempt may have succeeded without anybody knowing: its console died, or its answer was lost. Then

- Statuspage is asked first, so nothing is doubled there;
- a webhook gets the same `Idempotency-Key`, an e-mail the same `Message-ID`, and both are sent again: they are doubled
  where the receiver ignores that;
- Slack and Discord know no such thing: the letter becomes `unknown` and waits for a person, unless the channel's
  `repeat` asks to send it again, at the price of a double.
"""

import asyncio
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from warroom.config.settings import Channel
from warroom.console.comms.channels.letters import Context, Delivered, Failed, Post
from warroom.console.comms.channels.loopback import target
from warroom.console.comms.channels.send import repeats, send
from warroom.console.comms.parcels import GIVE_UP, TTL, abandoned, backoff, turns
from warroom.console.domain.desk import Letter
from warroom.console.domain.intents import Refused, SendMessage
from warroom.console.session import Session
from warroom.console.store.errors import StoreError
from warroom.console.store.leases import Held, Lease, Lost
from warroom.console.store.outbox import Parcel
from warroom.console.store.store import Store

LEASE = "outbox"
_LOOK = 0.5
"""Seconds between two looks at the store."""
_LAST_WORDS = 3.0
"""Seconds that an attempt gets to end when the console does."""


class Sender:
    """Sends what waits. Lives on one loop; the store is asked on other threads."""

    def __init__(
        self,
        store: Store,
        session: Session,
        channels: Mapping[str, Channel],
        *,
        post: Post,
        clock: Callable[[], datetime],
        shown: Callable[[tuple[Parcel, ...]], None] = lambda rows: None,
        chance: Callable[[], float] = random.random,
        looks_only: bool = False,
    ) -> None:
        """Take what it works with.

        Args:
            store: where the letters wait.
            session: told of what was delivered.
            channels: by name, from the configuration.
            post: sends a request over HTTP.
            clock: aware UTC.
            shown: given the newest rows whenever they have changed.
            chance: 0 to 1; scatters the waiting times.
            looks_only: show the rows and send nothing.
        """
        self._store = store
        self._session = session
        self._channels = channels
        self._post = post
        self._clock = clock
        self._shown = shown
        self._chance = chance
        self._looks_only = looks_only
        self._lease: Lease | None = None
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._stamp: tuple[Any, ...] = ()
        self._pending: tuple[Parcel, ...] = ()
        self._nudged = asyncio.Event()
        self._error: BaseException | None = None
        """What stopped an attempt: raised at the next look, where somebody says it."""

    @property
    def busy(self) -> tuple["asyncio.Task[None]", ...]:
        """What is being sent now."""
        return tuple(self._busy.values())

    def nudge(self) -> None:
        """Something was put there: look at once."""
        self._nudged.set()

    async def run(self) -> None:
        """Send until cancelled. An attempt that is under way then gets a few seconds to end."""
        try:
            while True:
                await self.look()
                self._nudged.clear()
                try:
                    await asyncio.wait_for(self._nudged.wait(), _LOOK)
                except TimeoutError:
                    pass
        finally:
            await self.close()

    async def close(self) -> None:
        """End what is under way, and let others send."""
        if self._busy:
            _, late = await asyncio.wait(self.busy, timeout=_LAST_WORDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        try:
            await self._let_go()
        except StoreError:
            return  # the lease runs out by itself

    async def look(self) -> None:
        """Begin whatever is due."""
        await self._read()
        if self._looks_only:
            return
        due = turns(self._pending, self._session.by.actor, self._clock())
        due = tuple(parcel for parcel in due if parcel.channel not in self._busy and self._ours(parcel))
        if not (due or self._busy):
            await self._let_go()
        elif await self._may_send():
            self._begin(due)

    def _ours(self, parcel: Parcel) -> bool:
        return parcel.state != "waiting" or self._channel(parcel) is not None

    def _channel(self, parcel: Parcel) -> Channel | None:
        """Where it goes, if this console's channel of that name leads to where the letter was meant to go."""
        channel = self._channels.get(parcel.channel)
        return channel if channel is not None and target(channel) == parcel.target else None

    def _begin(self, due: tuple[Parcel, ...]) -> None:
        for channel in dict.fromkeys(parcel.channel for parcel in due):
            work = self._work([parcel for parcel in due if parcel.channel == channel])
            self._busy[channel] = task = asyncio.create_task(work, name=f"outbox:{channel}")
            task.add_done_callback(partial(self._ended, channel))

    def _ended(self, channel: str, task: "asyncio.Task[None]") -> None:
        del self._busy[channel]
        self.nudge()
        if not task.cancelled():
            self._error = task.exception() or self._error

    async def _read(self) -> None:
        if self._error is not None:
            error, self._error = self._error, None
            raise error
        outbox = self._store.outbox
        stamp = await asyncio.to_thread(outbox.stamp)
        if stamp == self._stamp:
            return
        self._pending = await asyncio.to_thread(outbox.pending)
        self._shown(await asyncio.to_thread(outbox.recent))
        self._stamp = stamp

    async def _may_send(self) -> bool:
        """Hold the lease."""
        now, leases = self._clock(), self._store.leases
        if self._lease is not None and self._lease.expires_at - now < TTL / 2:
            renewed = await asyncio.to_thread(leases.renew, self._lease, now, TTL)
            self._lease = None if isinstance(renewed, Lost) else renewed
        if self._lease is None:
            by = self._session.by
            taken = await asyncio.to_thread(leases.take, LEASE, by.console, now, TTL, f"{by.actor} is sending")
            self._lease = None if isinstance(taken, Held) else taken
        return self._lease is not None

    async def _let_go(self) -> None:
        lease, self._lease = self._lease, None
        if lease is not None:
            await asyncio.to_thread(self._store.leases.release, lease)

    async def _work(self, parcels: list[Parcel]) -> None:
        for parcel in parcels:
            if parcel.state == "delivered":
                await asyncio.to_thread(self._record, parcel)
            elif abandoned(parcel, self._clock()):
                lost = Failed("the console that was sending it is gone", doubt=True)
                await asyncio.to_thread(self._settle, parcel, lost)
            else:
                await self._attempt(parcel)

    async def _attempt(self, parcel: Parcel) -> None:
        console = self._session.by.console
        claim = {"state": "sending", "attempts": parcel.attempts + 1, "holder": console, "changed_at": self._clock()}
        claimed = await asyncio.to_thread(self._store.outbox.move, parcel, **claim)
        if claimed is None:
            return
        outcome = await self._send(claimed)
        settled = await asyncio.to_thread(self._settle, claimed, outcome)
        if settled is not None and settled.state == "delivered":
            await asyncio.to_thread(self._record, settled)

    async def _send(self, parcel: Parcel) -> Delivered | Failed:
        channel = self._channel(parcel)
        if channel is None:
            return Failed("this console's configuration has no such channel")
        context = Context(
            key=parcel.id,
            incident=parcel.incident,
            thread=parcel.thread,
            level=parcel.level,
            phase=parcel.phase,
            drill=parcel.drill,
            again=parcel.attempts > 1,
            ref=await asyncio.to_thread(self._store.outbox.last_ref, parcel.thread, parcel.channel),
            post=self._post,
        )
        return await send(channel, _letter(parcel), context)

    def _settle(self, parcel: Parcel, outcome: Delivered | Failed) -> Parcel | None:
        """Write down what became of an attempt, also where somebody has given it up meanwhile."""
        now = self._clock()
        changes: dict[str, Any] = {"changed_at": now, "next_at": now}
        match outcome:
            case Delivered(ref=ref, note=note):
                changes |= {"state": "delivered", "ref": ref, "reason": note}
            case Failed():
                changes |= self._failed(parcel, outcome, now)
        settled = self._store.outbox.move(parcel, **changes)
        if settled is None and isinstance(outcome, Delivered):
            found = self._store.outbox.get(parcel.id)
            if found is not None and found.attempts == parcel.attempts and found.state in ("waiting", "unknown"):
                return self._store.outbox.move(found, **changes)
        return settled

    def _failed(self, parcel: Parcel, failed: Failed, now: datetime) -> dict[str, Any]:
        channel = self._channel(parcel)
        if failed.doubt and (failed.final or channel is None or not repeats(channel)):
            return {"state": "unknown", "reason": f"it may have arrived: {failed.reason}"}
        if failed.final:
            return {"state": "failed", "reason": failed.reason}
        if now - parcel.queued_at > GIVE_UP:
            hours = GIVE_UP // timedelta(hours=1)
            return {"state": "failed", "reason": f"given up after {hours} h: {failed.reason}"}
        wait = backoff(parcel.attempts, self._chance(), failed.retry_after)
        return {"state": "waiting", "reason": failed.reason, "next_at": now + wait}

    def _record(self, parcel: Parcel) -> None:
        """Put what was delivered into the log, once."""
        self._session.refresh()
        text = f"{parcel.subject}\n\n{parcel.body}"
        incident = self._session.incident(parcel.incident)
        known = incident is not None and any(
            (sent.message, sent.channel, sent.text) == (parcel.message, parcel.channel, text)
            and sent.at >= parcel.changed_at
            for sent in incident.messages
        )
        reason = parcel.reason
        if not known:
            intent = SendMessage(message=parcel.message, audience=parcel.audience, channel=parcel.channel, text=text)
            answer = self._session.dispatch(parcel.incident, intent)
            reason = f"delivered, but not in the log: {answer.reason}" if isinstance(answer, Refused) else reason
        self._store.outbox.move(parcel, state="sent", reason=reason, changed_at=self._clock())


def _letter(parcel: Parcel) -> Letter:
    return Letter(
        message=parcel.message,
        title=parcel.title,
        audience=parcel.audience,
        subject=parcel.subject,
        body=parcel.body,
    )
