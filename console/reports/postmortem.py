"""A document of an incident, filled from the log: the post-mortem, and every other that a protocol asks for. Pure."""

from collections.abc import Sequence
from datetime import datetime

from warroom.console.domain.applying import scenario_titles
from warroom.console.domain.events import Recorded
from warroom.console.domain.model import Incident
from warroom.console.reports.blocks import Field, Report
from warroom.console.reports.markdown import markdown
from warroom.console.reports.sections import part
from warroom.console.reports.source import Material, Reading
from warroom.console.reports.standing import EVIDENCE, POST_MORTEM, known, sections
from warroom.console.store.excerpt import Excerpt


def compose(
    incident: Incident,
    records: Sequence[Recorded],
    samples: Sequence[Reading],
    key: str,
    now: datetime,
    checkpoint: str = "",
    packet: Excerpt | None = None,
) -> Report:
    """The document as blocks.

    Args:
        incident: the snapshot.
        records: its whole stream.
        samples: readings around it, as far as they were kept.
        key: the document's key in the playbook, or one of those that always exist.
        now: aware UTC.
        checkpoint: the head of the log as `POSITION:HASH`.
        packet: the incident cut out of the log, for the evidence.

    Raises:
        KeyError: the playbook has no such document.
    """
    document = known(incident)[key]
    material = Material(
        incident=incident,
        records=records,
        samples=samples,
        now=now,
        checkpoint=checkpoint,
        brief=key not in (POST_MORTEM, EVIDENCE),
    )
    return Report(
        key=key,
        title=document.title,
        incident=incident.id,
        subject=incident.title,
        drill=incident.drill,
        as_of=now,
        parts=tuple(part(section, material) for section in sections(incident, key)),
        about=_about(material),
        moments=incident.moments,
        facts=incident.facts,
        names=incident.names,
        packet=packet if key == EVIDENCE else None,
    )


def _about(material: Material) -> tuple[Field, ...]:
    incident = material.incident
    level = incident.playbook.level.get(incident.level)
    fields = (
        Field("Level", incident.level + (f" {level.title}" if level else "")),
        Field("State", str(incident.state)),
        Field("Users felt it for", material.lasted),
        Field("Service", incident.service or None),
        Field("Commander", incident.roles.get("commander") or incident.declared_by),
        Field("Protocol", f"{incident.playbook.title} {incident.playbook.version}".rstrip()),
        Field("Scenario", ", ".join(scenario_titles(incident)) or None),
    )
    return tuple(field for field in fields if field.value is not None)


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
