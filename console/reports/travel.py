"""Sections about the fix itself: what its pull request is called, and what takes it back."""

import re
from collections.abc import Mapping

from warroom.console.domain.applying import phases_of, steps_of
from warroom.console.domain.model import Incident
from warroom.console.reports.answers import answer, stated
from warroom.console.reports.blocks import Block, Field, Fields, Items, Text, Ticks, Verbatim
from warroom.console.reports.boxes import tick
from warroom.console.reports.source import Material

_PLACE = re.compile(r"\{(\w+)\}")


def naming(material: Material) -> tuple[Block, ...]:
    """Title and labels as the protocol wants them, and the names that were fixed when they were first needed."""
    incident = material.incident
    rules, names = incident.playbook.naming, incident.names
    template = rules.pull_request_at.get(incident.level, rules.pull_request)
    fixed = "names fixed in the log"
    found = [
        Field("Title", _filled(material, template), "the protocol") if template else Field("Title"),
        Field("Labels", ", ".join(rules.labels), "the protocol") if rules.labels else None,
        *(
            Field(title, names[key], fixed) if names.get(key) else Field(title)
            for title, key in (("Branch", "branch"), ("Made from", "base"), ("Release", "tag"))
        ),
        answer(material, "Ticket"),
    ]
    message = [rules.commit, *(["", *rules.commit_body] if rules.commit_body else [])]
    words = "\n".join(_filled(material, line) for line in message)
    return (Fields(tuple(field for field in found if field is not None)), Verbatim("Commit message", words))


def _filled(material: Material, template: str) -> str:
    """The template with what is known; what is not stays visible as `‹ticket›`."""
    words = _words(material.incident, material)

    def fill(found: re.Match[str]) -> str:
        return words.get(found[1]) or f"‹{found[1]}›"

    return _PLACE.sub(fill, template)


def _words(incident: Incident, material: Material) -> Mapping[str, str]:
    ticket = stated(material, "ticket")
    return {
        **{name.replace("-", "_"): value for name, value in incident.facts.items()},
        **incident.names,
        "incident": incident.id,
        "title": incident.title,
        "level": incident.level,
        "service": incident.service,
        "ticket": str(ticket[0]) if ticket else incident.names.get("ticket", ""),
    }


def checked(material: Material) -> tuple[Block, ...]:
    """The boxes of the phases between the decision and the deploy: what was done before anything is released."""
    phases = phases_of(material.incident)
    bound = [{step.ticked_by for step in phase.step} for phase in phases]
    first = next((number + 1 for number, ticks in enumerate(bound) if "decision" in ticks), 0)
    last = next((number for number, ticks in enumerate(bound) if "action:deploy-production" in ticks), len(phases))
    steps = [step for phase in phases[first:last] for step in steps_of(material.incident, phase)]
    return (Ticks(tuple(tick(material, step.text) for step in steps)),) if steps else ()


def way_back(material: Material) -> tuple[Block, ...]:
    """What was live before, and the protocol's ways back in the order it prefers them."""
    incident = material.incident
    blocks: list[Block] = []
    before, earlier = incident.names.get("production_tag"), incident.names.get("previous_tag")
    if before:
        more = f"; {earlier} is the release before that" if earlier and earlier != before else ""
        blocks.append(Text(f"{before} was live before{more}."))
    means = tuple(
        f"{one.title}" + (f", when {one.when}" if one.when else "") + (f". Careful: {one.hazard}" if one.hazard else "")
        for one in incident.playbook.rollback
    )
    if means:
        blocks += [Text("The protocol's ways back, the first preferred:"), Items(means)]
    return tuple(blocks)
