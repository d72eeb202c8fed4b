"""Documents as JSON, for programs that keep records."""

import json

from warroom.console.reports.blocks import Block, Gap, Items, Report, Table, Text, Verbatim


def structure(report: Report) -> str:
    """The whole document: a section's blocks in order, the rows of a table by the names in its head."""
    whole = {
        "document": report.key,
        "title": report.title,
        "incident": {"id": report.incident, "title": report.subject, "drill": report.drill},
        "as_of": report.as_of.isoformat().replace("+00:00", "Z"),
        "sections": [
            {"title": part.title, "source": part.source, "blocks": [_block(block) for block in part.blocks]}
            for part in report.parts
        ],
    }
    return json.dumps(whole, ensure_ascii=True, indent=2) + "\n"


def _block(block: Block) -> dict[str, object]:
    match block:
        case Text(text=text):
            return {"kind": "text", "text": text}
        case Items(items=items):
            return {"kind": "list", "items": list(items)}
        case Table(head=head, rows=rows):
            names = [name.lower().replace(" ", "_") for name in head]
            return {"kind": "table", "rows": [dict(zip(names, row, strict=True)) for row in rows]}
        case Verbatim(title=title, text=text):
            return {"kind": "verbatim", "title": title, "text": text}
        case Gap(prompt=prompt):
            return {"kind": "blank", "prompt": prompt}
