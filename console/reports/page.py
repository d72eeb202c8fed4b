"""Documents as one HTML file that loads nothing and runs nothing."""

import html
from datetime import datetime

from warroom.console.domain.text import clean
from warroom.console.reports.blocks import (
    BLANK,
    Block,
    Cell,
    Choice,
    Field,
    Fields,
    Gap,
    Items,
    Part,
    Report,
    Table,
    Text,
    Tick,
    Ticks,
    Verbatim,
    shown,
    stamp,
    told,
)
from warroom.console.reports.drawn_clocks import draw_clocks
from warroom.console.reports.drawn_rate import draw_rate
from warroom.console.reports.pictures import Bars, Chart
from warroom.console.reports.style import STYLE
from warroom.console.reports.svg import escape
from warroom.console.reports.tables import bars, caption, deeds

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_MANY = 4
"""Sections from which on a page has a list of them."""
_WIDE = 6
"""Columns from which on a table must break its lines on paper."""
_EMPTY = '<span class="empty">to be written</span>'


def page(report: Report) -> str:
    """The whole document."""
    title = escape(f"{report.title}: {report.incident} {report.subject}")
    parts = "\n".join(_part(part, number) for number, part in enumerate(report.parts, 1))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"{_head(report)}\n{_contents(report)}\n<main>\n{parts}\n</main>\n</body>\n</html>\n"
    )


def _head(report: Report) -> str:
    drill = (
        '<p class="drill"><strong>DRILL</strong>: this was practice, no user was hurt.</p>\n' if report.drill else ""
    )
    about = "".join(f"<div><dt>{escape(one.name)}</dt><dd>{escape(told(one))}</dd></div>" for one in report.about)
    left = _blanks(report)
    open_ones = f" {left} {'place is' if left == 1 else 'places are'} still to be written." if left else ""
    return (
        f'<header>\n<p class="kind">{escape(report.title)}</p>\n'
        f"<h1>{escape(report.incident)} {escape(report.subject)}</h1>\n{drill}"
        f'<dl class="about">{about}</dl>\n'
        f'<p class="from">As of {stamp(report.as_of)}. All times are UTC.{open_ones}</p>\n</header>'
    )


def _blanks(report: Report) -> int:
    """How many blanks a person has to fill in."""
    count = 0
    for block in (block for part in report.parts for block in part.blocks):
        match block:
            case Gap():
                count += 1
            case Fields(fields=fields):
                count += sum(field.value is BLANK for field in fields)
            case Choice(chosen=chosen):
                count += not chosen
            case _:
                pass
    return count


def _contents(report: Report) -> str:
    if len(report.parts) < _MANY:
        return ""
    links = (f'<a href="#part-{number}">{escape(part.title)}</a>' for number, part in enumerate(report.parts, 1))
    return f"<nav>{''.join(links)}</nav>"


def _part(part: Part, number: int) -> str:
    blocks = "\n".join(_block(block) for block in part.blocks)
    return f'<section id="part-{number}">\n<h2>{escape(part.title)}</h2>\n{blocks}\n</section>'


def _block(block: Block) -> str:
    match block:
        case Text(text=text):
            return f"<p>{escape(text)}</p>"
        case Items(items=items):
            return "<ul>\n" + "".join(f"<li>{escape(item)}</li>\n" for item in items) + "</ul>"
        case Table():
            return _table(block)
        case Fields(fields=fields):
            return f'<dl class="fields">\n{"".join(_field(field) for field in fields)}</dl>'
        case Ticks(ticks=ticks):
            return _boxes(ticks)
        case Choice(options=options, chosen=chosen, origin=origin):
            ask = "" if chosen else f"<p>{_EMPTY} one of these:</p>\n"
            return ask + _boxes(tuple(Tick(one, one == chosen, origin if one == chosen else "") for one in options))
        case Verbatim(title=title, text=text):
            return f"<p>{escape(title)}</p>\n<pre>{html.escape(clean(text, keep_newlines=True), quote=True)}</pre>"
        case Chart():
            picture = f'<figure>\n<div class="wide">{draw_rate(block)}</div>\n<figcaption>{escape(caption(block))}'
            return f"{picture}</figcaption>\n</figure>\n{_table(deeds(block))}"
        case Bars():
            return f'<figure>\n<div class="wide">{draw_clocks(block)}</div>\n</figure>\n{_table(bars(block))}'
        case Gap(prompt=prompt):
            return f'<p class="blank"><strong>To be written:</strong> {escape(prompt)}</p>'


def _field(field: Field) -> str:
    value = _EMPTY if field.value is BLANK else escape(told(field))
    origin = f' <span class="from">({escape(field.origin)})</span>' if field.origin else ""
    return f"<dt>{escape(field.name)}</dt><dd>{value}{origin}</dd>\n"


def _boxes(ticks: tuple[Tick, ...]) -> str:
    lines = []
    for tick in ticks:
        box = '<span class="box yes">☑</span>' if tick.done else '<span class="box">☐</span>'
        note = f' <span class="from">({escape(tick.note)})</span>' if tick.note else ""
        lines.append(f"<li>{box} {escape(tick.text)}{note}</li>\n")
    return f'<ul class="boxes">\n{"".join(lines)}</ul>'


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in table.head)
    rows = "\n".join(
        "<tr>" + "".join(_cell(cell, name == table.code) for name, cell in zip(table.head, row, strict=True)) + "</tr>"
        for row in table.rows
    )
    name = "many" if len(table.head) > _WIDE else "few"
    inside = f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>"
    return f'<div class="wide"><table class="{name}">\n{inside}\n</table></div>'


def _cell(cell: Cell, code: bool) -> str:
    if cell is BLANK:
        return f"<td>{_EMPTY}</td>"
    words = escape(shown(cell))
    if isinstance(cell, datetime):
        return f'<td class="time">{words.removesuffix(" UTC")}</td>'
    return f"<td><code>{words}</code></td>" if code and words else f"<td>{words}</td>"
