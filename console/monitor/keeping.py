"""Readings beyond the process: written by the console that polls, followed by the others, remembered by the next."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from warroom.config.watching import Watching
from warroom.console.domain.watch.verdict import Sample
from warroom.console.monitor.samples import KEPT
from warroom.console.monitor.shared import from_stored, to_stored
from warroom.console.store.errors import StoreError
from warroom.console.store.samples import Sample as Stored
from warroom.console.store.samples import Samples
from warroom.console.store.thinning import MINUTE, TEN_MINUTES

_MOST_WAITING = 5000
"""Readings that wait for a store that can't be written; older ones are let go."""
_TIDY_EVERY = timedelta(minutes=1)
"""While nothing is left to thin or to forget, it is looked for so often."""
_PARTS = 5
"""Parts that are thinned or forgotten at a stretch; each is a commit of a thousand samples at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How long samples are kept."""

    all: timedelta = timedelta(days=30)
    each: timedelta = timedelta(days=1)
    """Every one of them; older ones by the minute."""
    minutes: timedelta = timedelta(days=7)
    """By the minute; older ones by ten minutes."""


def kept(watching: Watching) -> Kept:
    """As it is set."""
    return Kept(all=watching.keep, each=watching.keep_each, minutes=watching.keep_minutes)


class Keeping:
    """A service's samples in the store. Its calls go to the store on a thread; none raises a StoreError."""

    def __init__(self, samples: Samples, service: str, keep: Kept, clock: Callable[[], datetime]) -> None:
        """Keep nothing yet."""
        self._samples = samples
        self._service = service
        self._keep = keep
        self._clock = clock
        self._waiting: deque[Stored] = deque(maxlen=_MOST_WAITING)
        self._position = 0
        self._tidied_at: datetime | None = None
        self.trouble = ""
        """Why samples are not kept or not followed, if so."""
        self.untidy = True
        """There may be more to thin or to forget."""

    def put(self, sample: Sample) -> None:
        """Have a sample written with the next batch."""
        self._waiting.append(to_stored(sample))

    def drop(self) -> None:
        """Write nothing of what waits: another console's readings count."""
        self._waiting.clear()

    async def remember(self, probes: Iterable[str]) -> tuple[Sample, ...]:
        """The samples of the last hour, each probe's oldest first. What is followed begins there."""
        names = tuple(probes)

        def read() -> tuple[Sample, ...]:
            self._position = self._samples.head()
            since = self._clock() - KEPT
            return tuple(
                from_stored(stored) for name in names for stored in self._samples.read(name, since, self._service)
            )

        try:
            return await asyncio.to_thread(read)
        except StoreError as error:
            self.trouble = f"earlier readings are not shown: {error}"
            return ()

    async def between(self, probe: str, since: datetime, until: datetime) -> tuple[Sample, ...]:
        """The samples of a probe between two moments, oldest first; none where the store can't be read."""
        try:
            found = await asyncio.to_thread(self._samples.read, probe, since, self._service, until)
        except StoreError as error:
            self.trouble = f"earlier readings can't be read: {error}"
            return ()
        return tuple(map(from_stored, found))

    async def follow(self) -> tuple[Sample, ...]:
        """What was written since the last call."""
        try:
            found = await asyncio.to_thread(self._samples.tail, self._service, self._position)
        except StoreError as error:
            self.trouble = f"other consoles' readings can't be read: {error}"
            return ()
        self.trouble = ""
        if found:
            self._position = found[-1].position
        return tuple(map(from_stored, found))

    async def write(self) -> None:
        """Write what waits. What can't be written waits on; the room goes on without it."""
        batch = tuple(self._waiting)
        if not batch:
            return
        try:
            await asyncio.to_thread(self._samples.write, batch, self._service)
        except StoreError as error:
            self.trouble = f"readings are not being kept: {error}"
            return
        self.trouble = ""
        for _ in batch:
            self._waiting.popleft()

    async def tidy(self) -> None:
        """Thin what is old, and clear what is older than is kept: a part of it, if it is much."""
        now = self._clock()
        if self._tidied_at is not None and timedelta(0) <= now - self._tidied_at < _TIDY_EVERY:
            return
        try:
            self.untidy = await asyncio.to_thread(self._tidy, now)
            if not self.untidy:
                self._tidied_at = now
        except StoreError as error:
            self._tidied_at = now
            self.trouble = f"old readings could not be thinned or cleared: {error}"

    def _tidy(self, now: datetime) -> bool:
        """Whether there is more to do."""
        for _ in range(_PARTS):
            count = self._samples.forget(now - self._keep.all)
            count = count or self._samples.thin(now - self._keep.each, MINUTE)
            count = count or self._samples.thin(now - self._keep.minutes, TEN_MINUTES)
            if not count:
                return False
        return True
