"""Documents of an incident that is in the store."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from warroom.console.domain.evolve import fold
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident
from warroom.console.reports.blocks import Report
from warroom.console.reports.markdown import markdown
from warroom.console.reports.packet import cut
from warroom.console.reports.page import page
from warroom.console.reports.postmortem import compose
from warroom.console.reports.source import Reading
from warroom.console.reports.standing import EVIDENCE, POST_MORTEM, PULL_REQUEST, known
from warroom.console.reports.structure import structure
from warroom.console.session import Session, utc_now
from warroom.console.store.store import Store

FORMS: dict[str, Callable[[Report], str]] = {"md": markdown, "html": page, "json": structure}
"""Name of a form to what writes it."""
_ALSO = {"pr": PULL_REQUEST, "pir": POST_MORTEM, "review": POST_MORTEM, "mini-spec": "spec", "waiver": "waivers"}
"""Other words for documents, where a playbook has none of that name."""
_BEFORE = timedelta(minutes=10)


def write(
    session: Session, store: Store, incident: str, document: str, form: str = "md", now: datetime | None = None
) -> str | Refused:
    """A document, filled from the log as it stands; blocks for a few reads.

    Raises:
        StoreError: the store can't be read.
    """
    session.refresh()
    records = session.records(incident)
    snapshot = fold(None, records)
    if snapshot is None:
        return Refused(reason=f"there is no incident {incident}")
    there = known(snapshot)
    key = document if document in there else _ALSO.get(document, document)
    if key not in there:
        return Refused(reason=f"{snapshot.playbook.id} has no document {document!r}; it has {', '.join(there)}")
    if form not in FORMS:
        return Refused(reason=f"there is no form {form!r}; there are {', '.join(FORMS)}")
    packet = cut(store.log, incident, session.position) if key == EVIDENCE else None
    head = str(packet.end) if packet else store.log.checkpoint()
    readings = _readings(snapshot, store)
    return FORMS[form](compose(snapshot, records, readings, key, now or utc_now(), head, packet))


def _readings(incident: Incident, store: Store) -> list[Reading]:
    since = incident.moments["impact"] - _BEFORE
    found = (one for probe in incident.verdicts for one in store.samples.read(probe, since, incident.service))
    # Of readings that are kept as one the highest counts, as it would have if each were there.
    return [one if one.high is None else replace(one, value=one.high) for one in found]
