"""From a section of a playbook's document to its blocks: filled from the log, from a fact, or a blank."""

from collections.abc import Mapping

from warroom.console.domain.words import Section
from warroom.console.reports import course, deeds, people
from warroom.console.reports.blocks import Block, Gap, Part, Text
from warroom.console.reports.source import Material, Source

SOURCES: Mapping[str, Source] = {
    "summary": course.summary,
    "timeline": deeds.timeline,
    "impact": course.impact,
    "clocks": course.clocks,
    "phases": course.phases,
    "deploys": deeds.deploys,
    "gates": deeds.gates,
    "health": deeds.health,
    "decisions": people.decisions,
    "waivers": people.waivers,
    "roles": people.roles,
    "messages": people.messages,
    "checkpoint": deeds.checkpoint,
}
"""Name in `Section.source` to what fills it."""

_FACTS = {"root cause": "cause", "cause": "cause", "fix": "fix", "resolution": "fix", "users affected": "affected"}
"""Titles of sections that people have answered already, where they stated the fact."""


def part(section: Section, material: Material) -> Part:
    """One section. A prompt stays as a blank beside what the log could fill in, until somebody has said it."""
    blocks: list[Block] = []
    if section.source in SOURCES:
        blocks.extend(SOURCES[section.source](material))
    elif section.source:
        blocks.append(Gap(f"nothing fills {section.source!r}; there are {', '.join(SOURCES)}"))
    said = material.incident.facts.get(_FACTS.get(section.title.lower(), ""), "")
    if said.strip():
        blocks.append(Text(said))
    if (section.prompt and not said.strip()) or not blocks:
        blocks.append(Gap(section.prompt or "nothing in the log says this"))
    return Part(title=section.title, source=section.source, blocks=tuple(blocks))
