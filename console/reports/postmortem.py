"""A playbook's document, filled from the log: the post-mortem, and every other that a protocol asks for. Pure."""

from collections.abc import Sequence
from datetime import datetime

from warroom.console.domain.events import Recorded
from warroom.console.domain.model import Incident
from warroom.console.domain.words import Document, Section
from warroom.console.reports.blocks import Report
from warroom.console.reports.markdown import markdown
from warroom.console.reports.sections import part
from warroom.console.reports.source import Material, Reading

POST_MORTEM = "post-mortem"
GENERIC = Document(
    title="Post-mortem",
    section=(
        Section(title="Summary", source="summary"),
        Section(title="Impact", source="impact", prompt="Users, data, money, trust: in numbers where there are any."),
        Section(title="Timeline", source="timeline"),
        Section(title="Limits", source="clocks"),
        Section(title="Phases", source="phases"),
        Section(title="Decisions", source="decisions"),
        Section(title="Runs", source="deploys"),
        Section(title="Rollouts", source="gates"),
        Section(title="Health", source="health"),
        Section(title="Messages", source="messages"),
        Section(title="People", source="roles"),
        Section(title="Skipped rules", source="waivers"),
        Section(title="Root cause", prompt="What made it possible, not who."),
        Section(title="What went well", prompt="What shortened it, and should happen again?"),
        Section(title="What could be better", prompt="Where did time go, and what was missing?"),
        Section(title="Actions", prompt="Each with an owner and a date."),
        Section(title="The log", source="checkpoint"),
    ),
)
"""For a protocol that asks for no post-mortem of its own; and what is added to one that does."""


def known(incident: Incident) -> dict[str, Document]:
    """The documents that can be written about an incident, by key."""
    return {POST_MORTEM: GENERIC, **incident.playbook.document}


def _record(document: Document) -> tuple[Section, ...]:
    """What the log knows and the protocol's own sections leave out: a debt or a missed limit is never lost."""
    there = {section.source for section in document.section}
    return tuple(section for section in GENERIC.section if section.source and section.source not in there)


def compose(
    incident: Incident,
    records: Sequence[Recorded],
    samples: Sequence[Reading],
    key: str,
    now: datetime,
    checkpoint: str = "",
) -> Report:
    """The document as blocks.

    Args:
        incident: the snapshot.
        records: its whole stream.
        samples: readings around it, as far as they were kept.
        key: the document's key in the playbook.
        now: aware UTC.
        checkpoint: the head of the log as `POSITION:HASH`.

    Raises:
        KeyError: the playbook has no such document.
    """
    document = known(incident)[key]
    sections = (*document.section, *(_record(document) if key == POST_MORTEM else ()))
    material = Material(incident=incident, records=records, samples=samples, now=now, checkpoint=checkpoint)
    return Report(
        key=key,
        title=document.title,
        incident=incident.id,
        subject=incident.title,
        drill=incident.drill,
        as_of=now,
        parts=tuple(part(section, material) for section in sections),
    )


def document(
    incident: Incident,
    records: Sequence[Recorded],
    samples: Sequence[Reading],
    key: str,
    now: datetime,
    checkpoint: str = "",
) -> str:
    """The document as Markdown; arguments and errors as in `compose`."""
    return markdown(compose(incident, records, samples, key, now, checkpoint))
