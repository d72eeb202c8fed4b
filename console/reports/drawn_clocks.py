"""The clocks drawn: each bar against its limit, which stands at one line for all; both marks of a range."""

from warroom.console.reports.blocks import span
from warroom.console.reports.pictures import Bar, Bars
from warroom.console.reports.svg import line, picture, rect, short, text

_WIDTH, _LEFT, _LIMIT, _END, _ROW, _TALL = 960.0, 236.0, 520.0, 640.0, 42.0, 16.0
_GLYPHS = {"met": "✓", "missed": "✗", "running": "▶", "overdue": "!", "waived": "–"}


def draw_clocks(block: Bars) -> str:
    """The picture."""
    foot = 26 + _ROW * len(block.bars)
    parts = [text(_LIMIT, 14, "limit", "dim", "middle")]
    for number, bar in enumerate(block.bars):
        parts += _bar(bar, 26 + _ROW * number)
    label = "; ".join(f"{bar.title}: {bar.result} (limit {bar.limit})" for bar in block.bars)
    return picture(_WIDTH, foot + 4, label, parts)


def _bar(bar: Bar, y: float) -> list[str]:
    middle = y + _TALL / 2 + 4
    return [
        text(0, middle, short(bar.title, 34), "name"),
        text(0, middle + 15, short(f"limit {bar.limit}", 38), "dim"),
        rect(_LEFT, y, _END - _LEFT, _TALL, "track"),
        *_length(bar, y),
        *_limits(bar, y),
        text(_END + 12, middle, f"{_GLYPHS.get(bar.state, '')} {short(bar.result, 46)}", f"word {bar.state}"),
        text(_END + 12, middle + 15, f"{_so_far(bar)} {span(bar.ran)}", "dim"),
    ]


def _so_far(bar: Bar) -> str:
    return "so far" if bar.state in ("running", "overdue") else "took"


def _length(bar: Bar, y: float) -> list[str]:
    full = _LIMIT - _LEFT
    if bar.most is None or not bar.most:
        return [rect(_LEFT, y, full / 2, _TALL, f"bar {bar.state} open")]
    width = bar.ran / bar.most * full
    beyond = width > _END - _LEFT
    parts = [rect(_LEFT, y, min(width, _END - _LEFT), _TALL, f"bar {bar.state}")]
    if beyond:
        parts.append(text(_END - 5, y + _TALL - 4, f"{bar.ran / bar.most:.1f} × »", "beyond", "end"))
    return parts


def _limits(bar: Bar, y: float) -> list[str]:
    if bar.most is None or not bar.most:
        return []
    parts = [line(_LIMIT, y - 4, _LIMIT, y + _TALL + 4, "here")]
    if bar.least is not None:
        x = _LEFT + bar.least / bar.most * (_LIMIT - _LEFT)
        parts += [
            line(x, y - 4, x, y + _TALL + 4, "least"),
            text(x, y + _TALL + 14, f"from {span(bar.least)}", "dim", "middle"),
        ]
    return parts
