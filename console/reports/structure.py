"""Documents as JSON, for programs that keep records."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from warroom.console.reports.blocks import (
    Blank,
    Block,
    Cell,
    Choice,
    Field,
    Fields,
    Gap,
    Items,
    Report,
    Table,
    Text,
    Ticks,
    Verbatim,
)
from warroom.console.reports.packet import to_packet
from warroom.console.reports.pictures import Bar, Bars, Chart


def structure(report: Report) -> str:
    """The whole document: a section's blocks in order, the rows of a table by the names in its head.

    Moments are RFC 3339 in UTC, lengths of time seconds (`…_s`), what nobody has written yet `null`.
    """
    whole: dict[str, Any] = {
        "document": report.key,
        "title": report.title,
        "incident": {
            "id": report.incident,
            "title": report.subject,
            "drill": report.drill,
            **dict(_named(field) for field in report.about),
            "moments": {name: _value(at) for name, at in report.moments.items()},
            "facts": dict(report.facts),
            "names": dict(report.names),
        },
        "as_of": _value(report.as_of),
        "sections": [
            {"title": part.title, "source": part.source, "blocks": [_block(block) for block in part.blocks]}
            for part in report.parts
        ],
    }
    if report.packet is not None:
        whole["packet"] = to_packet(report.packet)
    return json.dumps(whole, ensure_ascii=True, indent=2, allow_nan=False).replace("\x7f", "\\u007f") + "\n"


def _key(name: str) -> str:
    return "".join(sign if sign.isalnum() else "_" for sign in name.lower())


def _named(field: Field) -> tuple[str, object]:
    return _key(field.name) + ("_s" if isinstance(field.value, timedelta) else ""), _value(field.value)


def _value(cell: Cell) -> object:
    match cell:
        case Blank():
            return None
        case datetime():
            return cell.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case timedelta():
            return cell.total_seconds()
        case _:
            return cell


def _block(block: Block) -> dict[str, object]:
    match block:
        case Text(text=text):
            return {"kind": "text", "text": text}
        case Items(items=items):
            return {"kind": "list", "items": list(items)}
        case Table():
            return {"kind": "table", "rows": _rows(block)}
        case Fields(fields=fields):
            return {"kind": "fields", "fields": [_field(field) for field in fields]}
        case Ticks(ticks=ticks):
            lines = [{"text": one.text, "done": one.done, "note": one.note} for one in ticks]
            return {"kind": "ticks", "ticks": lines}
        case Choice(options=options, chosen=chosen, origin=origin):
            return {"kind": "choice", "options": list(options), "chosen": chosen or None, "from": origin}
        case Verbatim(title=title, text=text):
            return {"kind": "verbatim", "title": title, "text": text}
        case Chart():
            return _chart(block)
        case Bars(bars=bars):
            return {"kind": "clocks", "rows": [_bar(bar) for bar in bars]}
        case Gap(prompt=prompt):
            return {"kind": "blank", "prompt": prompt}


def _field(field: Field) -> dict[str, object]:
    seconds = {"unit": "s"} if isinstance(field.value, timedelta) else {}
    return {"name": field.name, "value": _value(field.value), "from": field.origin, **seconds}


def _rows(table: Table) -> list[dict[str, object]]:
    names = [_key(name) + ("_s" if name in table.spans else "") for name in table.head]
    return [dict(zip(names, (_value(cell) for cell in row), strict=True)) for row in table.rows]


def _bar(bar: Bar) -> dict[str, object]:
    return {
        "key": bar.key,
        "title": bar.title,
        "limit": bar.limit,
        "limit_s": _value(bar.most),
        "least_s": _value(bar.least),
        "started_at": _value(bar.started),
        "stopped_at": _value(bar.stopped),
        "due_at": _value(bar.due),
        "ran_s": _value(bar.ran),
        "state": bar.state,
        "result": bar.result,
    }


def _chart(chart: Chart) -> dict[str, object]:
    return {
        "kind": "chart",
        "title": chart.title,
        "unit": chart.unit,
        "limit": chart.limit,
        "begin": _value(chart.begin),
        "end": _value(chart.end),
        "lines": [
            {"probe": line.probe, "points": [{"at": _value(one.at), "value": one.value} for one in line.points]}
            for line in chart.lines
        ],
        "gaps": [{"begin": _value(gap.begin), "end": _value(gap.end)} for gap in chart.gaps],
        "marks": [{"at": _value(mark.at), "kind": mark.kind, "text": mark.text} for mark in chart.marks],
        "traffic": [
            {"begin": _value(one.begin), "end": _value(one.end), "percent": one.percent, "held": one.held}
            for one in chart.shares
        ],
    }
