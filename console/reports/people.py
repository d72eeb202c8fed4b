"""Sections about people: what they decided, who was who, what was said outside."""

from warroom.console.domain import events as e
from warroom.console.reports.blocks import Block, Items, Table, Text, Verbatim, stamp
from warroom.console.reports.source import Material


def decisions(material: Material) -> tuple[Block, ...]:
    """Each decision: what, why, by which rule, what was refused, and what the panels showed."""
    blocks: list[Block] = []
    for taken in material.incident.decisions:
        blocks.append(Text(f"{stamp(taken.at)}: {taken.by} decided on {taken.choice}: {taken.why}"))
        lines = [f"rule: {taken.rule}"] if taken.rule else []
        lines += [f"not {choice}: {why}" for choice, why in taken.refused.items()]
        lines += [f"{one.by} objected at {stamp(one.at)}: {one.why}" for one in taken.objections]
        lines += [f"the panel showed: {panel}" for panel in taken.panels]
        if lines:
            blocks.append(Items(tuple(lines)))
    return tuple(blocks) or (Text("Nothing was decided."),)


def roles(material: Material) -> tuple[Block, ...]:
    """Who played which part, and who had the keys from when."""
    incident = material.incident
    known = incident.playbook.role
    rows = tuple((known[role].title if role in known else role, name) for role, name in incident.roles.items() if name)
    empty = tuple(role.title for key, role in known.items() if not incident.roles.get(key))
    blocks: list[Block] = [Table(("Role", "Who"), rows)]
    if empty:
        blocks.append(Text(f"Not filled: {', '.join(empty)}."))
    conn = [
        (recorded.at, recorded.event.name)
        for recorded in material.records
        if isinstance(recorded.event, e.ConnTaken | e.ConnHandedOver)
    ]
    blocks.append(Table(("From", "Had the conn"), tuple(conn)))
    called = [
        (recorded.at, f"level {recorded.event.level}", ", ".join(recorded.event.called))
        for recorded in material.records
        if isinstance(recorded.event, e.Escalated)
    ]
    if called:
        blocks.append(Table(("Called at", "Ladder", "Who"), tuple(called)))
    return tuple(blocks)


def messages(material: Material) -> tuple[Block, ...]:
    """Every message that went out, word for word."""
    sent = material.incident.messages
    if not sent:
        return (Text("No message went out."),)
    return tuple(
        Verbatim(f"{stamp(one.at)}: {one.message} to {one.audience} by {one.channel}, sent by {one.by}", one.text)
        for one in sent
    )
