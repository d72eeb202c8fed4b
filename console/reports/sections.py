"""From a section of a playbook's document to its blocks: filled from the log, from a fact, or a blank."""

from collections.abc import Iterator, Mapping

from warroom.console.domain.words import Section
from warroom.console.reports import boxes, course, deeds, ledger, limits, people, rate, travel
from warroom.console.reports.answers import answer, slug
from warroom.console.reports.blocks import BLANK, Block, Cell, Fields, Gap, Part, Table, Text, Ticks, shown
from warroom.console.reports.source import Material, Source

SOURCES: Mapping[str, Source] = {
    "summary": course.summary,
    "timeline": deeds.timeline,
    "impact": course.impact,
    "clocks": limits.clocks,
    "phases": course.phases,
    "deploys": deeds.deploys,
    "gates": deeds.gates,
    "health": deeds.health,
    "decisions": people.decisions,
    "waivers": ledger.waivers,
    "roles": people.roles,
    "messages": people.messages,
    "checkpoint": deeds.checkpoint,
    "error-rate": rate.error_rate,
    "naming": travel.naming,
    "checked": travel.checked,
    "rollback": travel.way_back,
    "changes": ledger.changes,
    "compliance": ledger.compliance,
    "proof": ledger.proof,
}
"""Name in `Section.source` to what fills it."""
_BY_TITLE: Mapping[str, Source] = {"rollback-plan": travel.way_back, "rollback": travel.way_back}
"""What the log says under a title of which the section names no source."""
_TOLD = {"impact", "summary", "timeline", "resolution"}
"""Titles under which the log tells what there is by itself, also what somebody said."""
_OWNED = {"owner", "due", "deadline"}
"""Fields by which one knows that a section asks for a list of actions."""


def part(section: Section, material: Material) -> Part:
    """One section. What nobody has said stays as a blank beside what the log could fill in."""
    blocks = [*_listed(section, material), *_filled(section, material)]
    if section.ticks:
        blocks.append(Ticks(tuple(boxes.tick(material, text) for text in section.ticks)))
    said = answer(material, section.title) if not section.choices else None
    answered = said is not None and said.value is not BLANK
    if said is not None and answered and (written(section) or not (section.fields or section.source)):
        blocks.append(Text(shown(said.value)))
    if (section.prompt and not answered) or not blocks:
        blocks.append(Gap(section.prompt or "nothing in the log says this"))
    return Part(title=section.title, source=section.source, blocks=tuple(blocks))


def written(section: Section) -> bool:
    """Somebody writes it in words of their own: what the log has of it, if anything, stands beside them."""
    told = slug(section.title) in _TOLD
    return bool(section.prompt) and not (section.choices or told or (section.fields and not _to_do(section)))


def _to_do(section: Section) -> bool:
    return bool(_OWNED & {slug(name) for name in section.fields})


def _listed(section: Section, material: Material) -> Iterator[Block]:
    if section.choices:
        yield boxes.choice(material, section.title, section.choices)
    if _to_do(section):
        yield _actions(section, material)
    elif section.fields:
        yield Fields(tuple(answer(material, name) for name in section.fields))
    if section.stamps:
        yield course.stamps(material, section.stamps)


def _filled(section: Section, material: Material) -> Iterator[Block]:
    known = answer(material, section.title)
    if material.brief and section.source == "deploys" and known.value is not BLANK:
        # `Version` asks for one word, not for a table.
        yield Text(shown(known.value))
    elif section.source in SOURCES:
        yield from SOURCES[section.source](material)
    elif section.source:
        yield Gap(f"nothing fills {section.source!r}; there are {', '.join(SOURCES)}")
    elif slug(section.title) in _BY_TITLE:
        yield from _BY_TITLE[slug(section.title)](material)


def _actions(section: Section, material: Material) -> Table:
    """A line for each rule that was skipped and is still owed, and an empty one until somebody says what is to be done.

    What they say stands below in their own words.
    """
    fields = section.fields
    head = fields if "action" in {slug(name) for name in fields} else ("What", *fields)

    def row(known: Mapping[str, Cell]) -> tuple[Cell, ...]:
        return tuple(known.get(slug(name)) or BLANK for name in head)

    owed = []
    for waiver in material.incident.waivers:
        if waiver.repaid_at is None:
            what = f"make good what was skipped: {ledger.subject(material, waiver.subject)}"
            known = {"action": what, "what": what, "owner": waiver.owner, "due": waiver.due, "deadline": waiver.due}
            owed.append(row(known))
    said = answer(material, section.title).value is not BLANK
    return Table(head, tuple(owed) if said and owed else (*owed, row({})))
