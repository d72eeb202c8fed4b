"""The session: the only writer of incidents. Both front ends, the screens and the command line, go through it."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from warroom.console.domain.decide import decide
from warroom.console.domain.events import EVENT_TYPES, Event, Recorded
from warroom.console.domain.evolve import evolve
from warroom.console.domain.intents import By, Declare, Intent, Refused
from warroom.console.domain.model import Incident
from warroom.console.domain.timeline import Entry, entry
from warroom.console.store.codec import Codec
from warroom.console.store.errors import Conflict
from warroom.console.store.log import Break, Log, Record

PREFIX = "INC-"
_ATTEMPTS = 20
_PAGE = 1000


def utc_now() -> datetime:
    """The system clock, aware UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All incidents as of one position of the log."""

    position: int
    incidents: Mapping[str, Incident]
    timelines: Mapping[str, tuple[Entry, ...]]


class Session:
    """Puts intents to incidents and follows what other consoles append. Calls may be made from any thread.

    What asks the store (`refresh`, `behind`, `dispatch`, `declare`) blocks for about a disk write, up to seconds while
    the store is locked, and may raise a `StoreError`. What only looks (`incident`, `records`, `picture`) never waits
    for the store.
    """

    def __init__(self, log: Log, by: By, clock: Callable[[], datetime] = utc_now) -> None:
        self._log = log
        self._by = by
        self._clock = clock
        self._codec: Codec[Event] = Codec(EVENT_TYPES)
        self._writing = threading.RLock()
        """Held by who follows or extends the log, for as long as the store takes."""
        self._known = threading.Lock()
        """Held for moments, while what is known is looked at or grows."""
        self._position = 0
        self._incidents: dict[str, Incident] = {}
        self._records: dict[str, list[Recorded]] = {}
        self._entries: dict[str, list[Entry]] = {}
        self.rehearses = False
        """What is looked at here is only looked at: nothing that a look finds out is put into the log."""

    @property
    def by(self) -> By:
        """Who acts through this session."""
        return self._by

    def now(self) -> datetime:
        """The time, by the clock that events are stamped with."""
        return self._clock()

    @property
    def position(self) -> int:
        """How far the log has been followed."""
        return self._position

    def refresh(self) -> int:
        """Follow the log to its end; how many events are new."""
        with self._writing:
            before = self._position
            while records := self._log.tail(self._position, _PAGE):
                for record in records:
                    self._apply(record)
            return self._position - before

    def behind(self) -> bool:
        """Whether the log has grown. Cheap."""
        return self._log.changed(self._position)

    def tampered(self) -> str:
        """Where the stored log is not what was written, in words; empty: it is whole. Reads all of it."""
        answer = self._log.verify()
        return f"event {answer.position}: {answer.why}" if isinstance(answer, Break) else ""

    def dispatch(self, incident: str, intent: Intent) -> tuple[Recorded, ...] | Refused:
        """Decide on the newest snapshot and append; on a conflict reread and decide once more.

        Empty where the intent asked for what already is.
        """
        with self._writing:
            self.refresh()
            for _ in range(_ATTEMPTS):
                answer = self._attempt(incident, intent)
                if answer is not None:
                    return answer
                self.refresh()
        return Refused(reason=f"{incident} changes faster than it can be written; try again")

    def _attempt(self, stream: str, intent: Intent) -> tuple[Recorded, ...] | Refused | None:
        snapshot = self._incidents.get(stream)
        at = self._clock()
        answer = decide(snapshot, intent, at, self._by)
        events = answer.noted if isinstance(answer, Refused) else answer
        if not events:
            return answer if isinstance(answer, Refused) else ()
        version = snapshot.version if snapshot else 0
        drafts = [self._codec.encode(event) for event in events]
        try:
            self._log.append(stream, version, drafts, at, self._by.actor, self._by.console)
        except Conflict:
            return None
        self.refresh()
        if isinstance(answer, Refused):
            return answer
        return tuple(self._records[stream][version : version + len(drafts)])

    def declare(self, make: Callable[[str], Declare]) -> str | Refused:
        """Open an incident under the next free number; gives its id."""
        with self._writing:
            self.refresh()
            for number in range(self._last_number() + 1, self._last_number() + 1 + _ATTEMPTS):
                incident = f"{PREFIX}{number}"
                answer = self.dispatch(incident, make(incident))
                if not isinstance(answer, Refused):
                    return incident
                if incident not in self._incidents:
                    return answer
        return Refused(reason="many incidents are being declared at once; try again")

    def _last_number(self) -> int:
        numbers = [name.removeprefix(PREFIX) for name in self._incidents]
        return max((int(number) for number in numbers if number.isdecimal()), default=0)

    def incident(self, incident: str) -> Incident | None:
        """The snapshot of one incident."""
        with self._known:
            return self._incidents.get(incident)

    def records(self, incident: str) -> tuple[Recorded, ...]:
        """Everything that happened in one incident."""
        with self._known:
            return tuple(self._records.get(incident, ()))

    def picture(self) -> Picture:
        """All incidents and their timelines."""
        with self._known:
            return Picture(
                position=self._position,
                incidents=dict(self._incidents),
                timelines={name: tuple(entries) for name, entries in self._entries.items()},
            )

    def _apply(self, record: Record) -> None:
        recorded = Recorded(
            event=self._codec.decode(record),
            at=record.at,
            actor=record.actor,
            console=record.console,
            version=record.version,
        )
        # Only who holds the writing lock changes the snapshots, so that reading them here needs no other.
        snapshot = evolve(self._incidents.get(record.stream), recorded)
        line = entry(recorded)
        with self._known:
            self._incidents[record.stream] = snapshot
            self._records.setdefault(record.stream, []).append(recorded)
            self._entries.setdefault(record.stream, []).append(line)
            self._position = record.position
