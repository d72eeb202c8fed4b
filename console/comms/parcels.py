"""Letters made ready to be sent, and the rules of when each one's turn is. Pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from warroom.config.settings import Channel
from warroom.console.comms.channels.letters import TOTAL_SECONDS
from warroom.console.comms.channels.loopback import leaves, target
from warroom.console.domain.desk import Letter
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident, State
from warroom.console.store.outbox import Parcel

TTL = timedelta(seconds=TOTAL_SECONDS + 5)
"""Longer than any attempt: where the lease or the attempt is older, the console that held it is gone."""
ORPHANED = timedelta(seconds=20)
"""After this another console sends what its own did not."""
GIVE_UP = timedelta(hours=2)
"""An update that could not be sent for so long says what is no longer so."""
LONGEST = 25_000
"""Characters of a letter; the services take less, and cut."""
_FIRST_WAIT = 2.0
_LONGEST_WAIT = 60.0


def parcels(
    incident: Incident, letter: Letter, names: Iterable[str], channels: Mapping[str, Channel], actor: str, now: datetime
) -> tuple[Parcel, ...] | Refused:
    """One parcel for each channel, or why the letter can't go to one of them: then it goes to none."""
    wanted = tuple(dict.fromkeys(names))
    if (why := _unfit(letter) or _no_way(incident, wanted, channels)) != "":
        return Refused(reason=why)
    thread = f"{incident.id}@{incident.moments['declared'].astimezone(UTC).isoformat()}"
    version = str(letter.version or incident.version)
    return tuple(
        Parcel(
            id=_key(thread, letter.message, version, name, letter.subject, letter.body),
            incident=incident.id,
            thread=thread,
            message=letter.message,
            title=letter.title,
            audience=letter.audience,
            channel=name,
            target=target(channels[name]),
            level=incident.level,
            phase=_phase(incident, letter.message),
            subject=letter.subject,
            body=letter.body,
            drill=incident.drill,
            actor=actor,
            queued_at=now,
            next_at=now,
            changed_at=now,
        )
        for name in wanted
    )


def offered(channels: Mapping[str, Channel], audience: str) -> tuple[str, ...]:
    """The channels that a message to this audience goes to unless somebody chooses otherwise."""
    return tuple(name for name, channel in channels.items() if audience in channel.audiences)


def _unfit(letter: Letter) -> str:
    text = f"{letter.subject}\n{letter.body}"
    if letter.objection:
        return letter.objection
    if blanks := [blank for blank in letter.blanks if f"[{blank}?]" in text]:
        return f"still blank: {', '.join(blanks)}"
    if not letter.body.strip():
        return "there is nothing in it"
    return f"it is longer than {LONGEST} characters" if len(text) > LONGEST else ""


def _no_way(incident: Incident, names: Sequence[str], channels: Mapping[str, Channel]) -> str:
    known = ", ".join(channels) or "none; the configuration names them under [channel.NAME]"
    if not names:
        return f"no channel is chosen; there are {known}"
    for name in names:
        if name not in channels:
            return f"there is no channel {name!r}; there are {known}"
        if incident.drill and leaves(channels[name]):
            return f"{name} leads out of this machine, and a drill writes to nobody outside"
    return ""


def _phase(incident: Incident, message: str) -> str:
    kind = incident.playbook.message[message].kind if message in incident.playbook.message else "other"
    if kind == "resolution" or incident.over:
        return "resolved"
    if incident.state is State.MITIGATED:
        return "monitoring"
    return "investigating" if kind == "initial" else "identified"


def _key(*parts: str) -> str:
    text = "\0".join(parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def backoff(attempts: int, chance: float, asked: timedelta | None) -> timedelta:
    """How long to wait after that many attempts: doubling from 2 s to a minute, scattered, never less than asked."""
    seconds = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** min(attempts - 1, 10)) * (0.5 + chance / 2)
    return max(timedelta(seconds=seconds), asked or timedelta(0))


def turns(pending: Iterable[Parcel], me: str, now: datetime) -> tuple[Parcel, ...]:
    """What a console of `me` should work on now: of each incident and channel the oldest parcel, if it is due.

    So letters arrive in the order in which they were written, and one channel holds up no other.
    """
    first: dict[tuple[str, str], Parcel] = {}
    for parcel in sorted(pending, key=lambda each: (each.queued_at, each.id)):
        first.setdefault((parcel.thread, parcel.channel), parcel)
    return tuple(parcel for parcel in first.values() if _due(parcel, me, now))


def _due(parcel: Parcel, me: str, now: datetime) -> bool:
    if parcel.state == "sending":
        return abandoned(parcel, now)
    patience = timedelta(0) if parcel.actor == me else ORPHANED
    return parcel.next_at + patience <= now


def abandoned(parcel: Parcel, now: datetime) -> bool:
    """An attempt whose console is gone."""
    return parcel.state == "sending" and parcel.changed_at + TTL <= now
