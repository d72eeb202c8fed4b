"""What must reach people while nobody looks: a clock that warns or is breached, a probe that fails, a rung to call."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from warroom.console.domain.model import Incident, State
from warroom.console.domain.playbook import Rung
from warroom.console.domain.time.clocks import read_clocks
from warroom.console.domain.view import Person
from warroom.console.domain.watch.mute import muted
from warroom.console.domain.watch.verdict import Status

_TELLING = ("warning", "breached")
_ESCALATION = "escalation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to say. It says the same however often it is made, so that it is sent once."""

    key: str
    subject: str
    body: str


def notices(incident: Incident, now: datetime) -> tuple[Notice, ...]:
    """Everything that people should have heard of an open incident by now."""
    return (*_clocks(incident, now), *_verdicts(incident, now)) if not incident.over else ()


def rung_due(incident: Incident, now: datetime) -> Rung | None:
    """The rung of the ladder to call: its time has come, and nobody has acknowledged."""
    if incident.state is not State.OPEN or "acknowledged" in incident.moments:
        return None
    began = incident.moments["declared"]
    due = [rung for rung in incident.playbook.ladder if rung.level > incident.rung and now - began >= rung.after]
    return due[-1] if due else None


def called(incident: Incident, people: Iterable[Person]) -> Notice | None:
    """Whom the highest rung that was called names, with their numbers."""
    rung = next((one for one in incident.playbook.ladder if one.level == incident.rung), None)
    if rung is None or incident.over:
        return None
    numbers = [
        f"{person.name} ({role}) {person.phone or person.chat or person.email or 'no number is known'}"
        for role in rung.call
        for person in people
        if role in person.roles
    ]
    subject = f"{incident.id} {incident.level} {incident.title}: level {rung.level} of the ladder is called"
    lines = [f"Calls for {', '.join(rung.call)}, as nobody has acknowledged.", *numbers]
    return Notice(key=f"rung:{rung.level}", subject=subject, body="\n".join(lines))


def _verdicts(incident: Incident, now: datetime) -> Iterator[Notice]:
    """Probes that fail; one that comes and goes is told of once an hour."""
    for verdict in incident.verdicts.values():
        if verdict.status != Status.FAILING or muted(incident.mutes.values(), verdict.probe, now):
            continue
        since = verdict.since.astimezone(UTC)
        yield Notice(
            key=f"verdict:{verdict.probe}:{since:%Y-%m-%dT%H}",
            subject=f"{incident.id} {incident.level} {incident.title}: {verdict.probe} is failing",
            body=f"{verdict.reason or 'It fails'}, since {since:%Y-%m-%d %H:%M:%S} UTC.",
        )


def _clocks(incident: Incident, now: datetime) -> Iterator[Notice]:
    for reading in read_clocks(incident, now):
        if reading.stopped or reading.kind != "limit" or reading.key == _ESCALATION or reading.due_at is None:
            continue
        if reading.state not in _TELLING:
            continue
        due = f"{reading.due_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        word = "is over" if reading.state == "breached" else "runs out"
        yield Notice(
            key=f"clock:{reading.key}:{reading.state}:{reading.started_at.isoformat()}",
            subject=f"{incident.id} {incident.level} {incident.title}: {reading.title} {word}",
            body=f"{reading.title} was due at {due}." if reading.state == "breached" else f"It is due at {due}.",
        )
