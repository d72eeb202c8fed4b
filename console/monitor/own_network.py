"""Tells a console that lost its own network from targets that are down."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from warroom.config.settings import Probe
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.monitor.place import is_outside, target
from warroom.console.monitor.reasons import short

_ANSWER_SECONDS = 2.0
"""A canary that says nothing for so long is not reached."""
_HOLDS_SECONDS = 5.0
"""How long the canaries' answer stands, so that a hundred dead targets ask for it once."""


class OwnNetwork:
    """Suspects the network here when no target outside this machine can be reached, and there are several.

    Canaries, where some are named, decide: if one of them is reached the network here is well, and the world is down.
    """

    def __init__(
        self,
        probes: Sequence[Probe],
        canaries: Sequence[str] = (),
        reach: Callable[[str], Awaitable[bool]] | None = None,
        way_out: Callable[[], bool] | None = None,
    ) -> None:
        """Ask nobody yet.

        Args:
            probes: all that is watched.
            canaries: addresses that are nearly always there.
            reach: asks a canary; by itself it opens a connection and closes it.
            way_out: whether this machine knows any way to the world.
        """
        self._outside = {probe.name: target(probe) for probe in probes if is_outside(probe)}
        self._canaries = tuple(canaries)
        self._reach = reach or reached
        self._way_out = way_out or has_way_out
        self._lost: set[str] = set()
        self._asked_at = float("-inf")
        self._alive: asyncio.Future[bool] | None = None
        self.suspected = False
        """The fault is likely here."""

    async def judge(self, sample: Sample) -> Sample:
        """The sample, made unknown if the fault is likely here."""
        if sample.probe not in self._outside:
            return sample
        if sample.reached:
            self._lost.discard(sample.probe)
            self.suspected = False
            return sample
        self._lost.add(sample.probe)
        self.suspected = self._all_lost() and not await self._canary_lives()
        if not self.suspected:
            return sample
        reason = "no target and no canary is reached" if self._canaries else "no target is reached"
        return replace(sample, status=Status.UNKNOWN, error=short(f"own network? {reason}: {sample.error}"))

    def forget(self) -> None:
        """Suspect nothing, until it is looked at anew."""
        self._lost.clear()
        self.suspected = False

    def _all_lost(self) -> bool:
        if len(self._lost) < len(self._outside):
            return False
        # One host that is down takes all its probes with it: only others tell it from a network that is lost here.
        return len(set(self._outside.values())) > 1 or bool(self._canaries) or not self._way_out()

    async def _canary_lives(self) -> bool:
        if not self._canaries:
            return False
        now = asyncio.get_running_loop().time()
        if self._alive is None or now - self._asked_at > _HOLDS_SECONDS:
            self._asked_at = now
            self._alive = asyncio.ensure_future(self._ask())
        return await asyncio.shield(self._alive)

    async def _ask(self) -> bool:
        return any(await asyncio.gather(*(self._reach(canary) for canary in self._canaries)))


async def reached(address: str) -> bool:
    """Whether the network leads to an address: a refusal is an answer as well."""
    parts = urlsplit(address)
    port = parts.port or (80 if parts.scheme == "http" else 443)
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            _, writer = await asyncio.open_connection(parts.hostname or "", port)
    except ConnectionRefusedError:
        return True
    except (OSError, UnicodeError):
        return False
    writer.close()
    return True


def has_way_out() -> bool:
    """Whether this machine knows a way to the world. Nothing is sent to these addresses, which belong to nobody."""
    return any(
        _routed(family, address)
        for family, address in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
    )


def _routed(family: socket.AddressFamily, address: str) -> bool:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.connect((address, 9))
    except OSError:
        return False
    return True
