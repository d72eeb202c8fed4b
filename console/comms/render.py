"""Letters: a playbook's message filled from the facts, with its blanks named and its claims checked."""

from collections.abc import Sequence
from datetime import datetime

from warroom.console.comms.facts import facts, health
from warroom.console.comms.template import BadTemplate, fill
from warroom.console.domain.desk import Letter
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident
from warroom.console.domain.view import ProbeView
from warroom.console.domain.words import Message


def draft(incident: Incident, message: str, now: datetime, probes: Sequence[ProbeView] = ()) -> Letter | Refused:
    """A message as it would go out now.

    Args:
        incident: the snapshot.
        message: the key of the message in the incident's playbook.
        now: aware UTC.
        probes: live health; without it what the log last knew is used.
    """
    found = incident.playbook.message.get(message)
    if found is None:
        known = ", ".join(incident.playbook.message) or "none"
        return Refused(reason=f"{incident.playbook.id} has no message {message!r}; it has {known}")
    known_facts = facts(incident, now, found.audience, probes)
    try:
        subject, gaps = fill(found.subject, known_facts)
        body, more = fill(found.body, known_facts)
    except BadTemplate as error:
        return Refused(reason=f"{incident.playbook.id}: message {message}: {error}")
    return Letter(
        message=message,
        title=found.title,
        audience=found.audience,
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        blanks=tuple(dict.fromkeys((*gaps, *more))),
        objection=_objection(incident, found, now, probes),
        version=incident.version,
    )


def _objection(incident: Incident, message: Message, now: datetime, probes: Sequence[ProbeView]) -> str:
    """Why words that say all is well would be a lie; empty: nothing known speaks against them."""
    if not message.claims_normal:
        return ""
    bound = [row for row in health(incident, now, probes) if not message.roles or row["role"] in message.roles]
    for status in ("failing", "unknown"):
        for row in bound:
            if row["status"] == status:
                why = f": {row['reason']}" if row["reason"] else ""
                return f"it says that all is well, but {row['name']} is {status}{why}"
    return ""
