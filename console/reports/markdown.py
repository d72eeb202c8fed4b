"""Documents as Markdown in which foreign words stay words: no picture is loaded, no tag, link or table is made."""

import re

from warroom.console.domain.text import clean
from warroom.console.reports.blocks import (
    BLANK,
    Block,
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
from warroom.console.reports.pictures import Bars, Chart
from warroom.console.reports.tables import bars, chart

_SIGNS = re.compile(r"[\\`*\[\]~|$@]|(?<![^\W_])_|_(?![^\W_])|(?i:\b(?:https?|ftp|mailto)(?=:)|\bwww(?=\.))")
_BEGINNING = re.compile(r"^(?:[-+#=](?=[-+#=\s]|$)|\d+[.)](?=\s|$))")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def plain(text: str) -> str:
    """Foreign text on one line, every sign that Markdown would act on disarmed.

    An address is shown, not made a link: nobody should be led anywhere by a title.
    """
    line = " ".join(clean(text).split())
    line = re.sub("[&<>]", lambda sign: _ENTITIES[sign.group()], line)
    line = _SIGNS.sub(lambda sign: sign[0] + "\\" if sign[0].isalpha() else "\\" + sign[0], line)
    return _BEGINNING.sub(lambda sign: sign[0][:-1] + "\\" + sign[0][-1], line)


def code(text: str) -> str:
    """A foreign command in a cell of a table."""
    line = " ".join(clean(text).split())
    if not line:
        return ""
    ticks = "`" * (1 + max((len(run) for run in re.findall(r"`+", line)), default=0))
    space = " " if line[0] in "` " or line[-1] in "` " else ""
    return f"{ticks}{space}{line}{space}{ticks}".replace("|", "\\|")


def fence(text: str) -> str:
    """Foreign text in a code block that it can't end by itself."""
    body = clean(text, keep_newlines=True).rstrip("\n")
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", body)), default=0))
    return f"{ticks}text\n{body}\n{ticks}"


def markdown(report: Report) -> str:
    """The whole document."""
    drill = ["**DRILL**: this was practice, no user was hurt."] if report.drill else []
    head = [f"# {plain(report.title)}: {plain(report.incident)} {plain(report.subject)}", *drill]
    parts = [_part(part) for part in report.parts]
    return "\n\n".join([*head, f"As of {stamp(report.as_of)}. All times are UTC.", *parts]) + "\n"


def _part(part: Part) -> str:
    return "\n\n".join([f"## {plain(part.title)}", *(_block(block) for block in part.blocks)])


def _block(block: Block) -> str:
    match block:
        case Text(text=text):
            return plain(text)
        case Items(items=items):
            return "\n".join(f"- {plain(item)}" for item in items)
        case Table():
            return _table(block)
        case Bars():
            return _table(bars(block))
        case Chart():
            return "\n\n".join(_block(each) for each in chart(block))
        case Fields(fields=fields):
            return "\n".join(_field(field) for field in fields)
        case Ticks(ticks=ticks):
            return "\n".join(_tick(tick) for tick in ticks)
        case Choice():
            return _choice(block)
        case Verbatim(title=title, text=text):
            return f"{plain(title)}\n\n{fence(text)}"
        case Gap(prompt=prompt):
            return f"> **To be written:** {plain(prompt)}\n>\n> …"


def _field(field: Field) -> str:
    if field.value is BLANK:
        return f"- {plain(field.name)}: **to be written** …"
    origin = f" ({plain(field.origin)})" if field.origin else ""
    return f"- {plain(field.name)}: {plain(told(field))}{origin}"


def _tick(tick: Tick) -> str:
    note = f" ({plain(tick.note)})" if tick.note else ""
    return f"- [{'x' if tick.done else ' '}] {plain(tick.text)}{note}"


def _choice(choice: Choice) -> str:
    lines = [
        _tick(Tick(one, one == choice.chosen, choice.origin if one == choice.chosen else "")) for one in choice.options
    ]
    return "\n".join(lines if choice.chosen else ["> **To be chosen:** one of these", "", *lines])


def _table(table: Table) -> str:
    ways = [code if name == table.code else plain for name in table.head]
    rows = [[way(shown(cell)) for way, cell in zip(ways, row, strict=True)] for row in table.rows]
    lines = [table.head, ["---"] * len(table.head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
