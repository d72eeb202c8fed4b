"""The error rate drawn: the line against its limit, times without data, what was done, the share of traffic."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from warroom.console.reports.pictures import Chart, Line, Mark, Point
from warroom.console.reports.svg import Scale, heights, line, moments, path, picture, rect, short, text, wide
from warroom.console.reports.tables import caption

_WIDTH, _LEFT, _RIGHT, _TALL, _LANE, _BAND = 960.0, 58.0, 944.0, 210.0, 17.0, 20.0
_MOST_LANES, _MOST_SIGNS, _MOST_POINTS = 9, 40, 1200
_SHORT = timedelta(minutes=15)
"""A chart of less says its times to the second."""
Down = Callable[[float], float]
"""From values to pixels."""
_GLYPHS = {"incident": "●", "deploy": "▲", "rollback": "▼", "failed": "✗", "good": "✓"}


def draw_rate(chart: Chart) -> str:
    """The picture."""
    across = Scale(chart.begin, chart.end, _LEFT, _RIGHT)
    lanes, labels = _labels(chart.marks, across)
    top = lanes * _LANE + 14
    rows = heights(max([chart.limit or 0.0, (chart.worst or Point(chart.begin, 1.0)).value or 1.0]) * 1.05)
    foot = top + _TALL
    low = foot + (_BAND + 10 if chart.shares else 0)

    def down(value: float) -> float:
        return foot - max(value, 0.0) / rows[-1] * _TALL

    parts = [_grid(rows, down(rows[1]) - foot, foot, chart.unit), *_gaps(chart, across, top)]
    for each in chart.lines:
        parts += _line(chart, each, across, down)
    parts += _limit(chart, down)
    # Lines first, so that none runs through a label.
    parts += [_stroke(mark, across, lane, foot) for mark, lane in labels]
    parts += [_label(mark, across, lane) for mark, lane in labels if lane >= 0]
    parts += _traffic(chart, across, foot + 8)
    for at, words in moments(chart.begin, chart.end):
        parts += [
            line(across(at), low, across(at), low + 4, "axis"),
            text(across(at), low + 17, words, "dim", "middle"),
        ]
    parts.append(line(_LEFT, low, _RIGHT, low, "axis"))
    return picture(_WIDTH, low + 24, f"{chart.title}: {caption(chart)}", parts)


def _grid(rows: list[float], step: float, foot: float, unit: str) -> str:
    lines = []
    for number, value in enumerate(rows):
        y = foot + step * number
        lines.append(line(_LEFT, y, _RIGHT, y, "axis" if number == 0 else "grid"))
        lines.append(text(_LEFT - 8, y + 4, f"{value:g} {unit}".rstrip(), "dim", "end"))
    return "\n".join(lines)


def _gaps(chart: Chart, across: Scale, top: float) -> list[str]:
    parts = []
    for gap in chart.gaps:
        left, right = across(gap.begin), across(gap.end)
        parts.append(rect(left, top, right - left, _TALL, "gap-area"))
        if right - left > wide("no data"):
            parts.append(text((left + right) / 2, top + _TALL / 2, "no data", "dim", "middle"))
    return parts


def _line(chart: Chart, each: Line, across: Scale, down: Down) -> list[str]:
    parts = []
    for run in _runs(chart, each.points):
        spots = [(across(point.at), point.value or 0.0) for point in run]
        spots = _thin(spots)
        if chart.limit is not None:
            parts += [path([(x, down(y)) for x, y in area], "over", closed=True) for area in _above(spots, chart.limit)]
        drawn = [(x, down(y)) for x, y in spots]
        if len(drawn) == 1:
            drawn = [(drawn[0][0] - 1.5, drawn[0][1]), (drawn[0][0] + 1.5, drawn[0][1])]
        parts.append(path(drawn, "rate"))
    return parts


def _runs(chart: Chart, points: Sequence[Point]) -> list[list[Point]]:
    """The readings, cut where there was no data."""
    runs: list[list[Point]] = [[]]
    last: datetime | None = None
    for point in points:
        if point.value is None:
            continue
        if last is not None and any(gap.begin <= last and point.at <= gap.end for gap in chart.gaps):
            runs.append([])
        runs[-1].append(point)
        last = point.at
    return [run for run in runs if run]


def _thin(spots: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """No more points than can be seen: of each stretch its lowest and highest, so that no peak is lost."""
    if len(spots) <= _MOST_POINTS:
        return spots
    size = -(-len(spots) * 2 // _MOST_POINTS)
    kept = []
    for start in range(0, len(spots), size):
        stretch = spots[start : start + size]
        kept += sorted({min(stretch, key=lambda spot: spot[1]), max(stretch, key=lambda spot: spot[1])})
    return kept


def _above(spots: list[tuple[float, float]], limit: float) -> list[list[tuple[float, float]]]:
    """The areas between the line and the limit, where the line is above it."""
    areas: list[list[tuple[float, float]]] = []
    before: tuple[float, float] | None = None
    for x, y in spots:
        if before is not None and (before[1] - limit) * (y - limit) < 0:
            crossing = (before[0] + (limit - before[1]) / (y - before[1]) * (x - before[0]), limit)
            if y > limit:
                areas.append([crossing])
            else:
                areas[-1].append(crossing)
        if y > limit:
            if before is None or before[1] == limit:
                areas.append([(x, limit)])
            areas[-1].append((x, y))
        before = (x, y)
    return [[*area, (area[-1][0], limit)] for area in areas]


def _limit(chart: Chart, down: Down) -> list[str]:
    if chart.limit is None:
        return []
    y = down(chart.limit)
    return [line(_LEFT, y, _RIGHT, y, "limit"), text(_RIGHT - 4, y - 5, chart.limit_text, "limit-word", "end")]


def _labels(marks: Sequence[Mark], across: Scale) -> tuple[int, list[tuple[Mark, int]]]:
    """Which label stands in which lane, so that none covers another; -1 where there is no more room."""
    ends: list[float] = []
    placed = []
    for mark in marks:
        left, right = _extent(mark, across)
        lane = next((number for number, end in enumerate(ends) if end < left), len(ends))
        if lane >= _MOST_LANES:
            placed.append((mark, -1))
            continue
        ends[lane : lane + 1] = [right + 8]
        placed.append((mark, lane))
    return len(ends), placed


def _extent(mark: Mark, across: Scale) -> tuple[float, float]:
    x, width = across(mark.at), wide(_words(mark, across)) + 6
    return (x, x + width) if x + width <= _WIDTH else (x - width, x)


def _words(mark: Mark, across: Scale) -> str:
    form = "%H:%M:%S" if across.end - across.begin < _SHORT else "%H:%M"
    return f"{_GLYPHS.get(mark.kind, '●')} {mark.at.strftime(form)} {short(mark.text, _MOST_SIGNS)}"


def _stroke(mark: Mark, across: Scale, lane: int, foot: float) -> str:
    x = across(mark.at)
    return line(x, foot - _TALL if lane < 0 else lane * _LANE + 3, x, foot, f"mark {mark.kind}")


def _label(mark: Mark, across: Scale, lane: int) -> str:
    x, y = across(mark.at), lane * _LANE + 13
    left, _ = _extent(mark, across)
    beside, anchor = (x + 4, "start") if left >= x else (x - 4, "end")
    return text(beside, y, _words(mark, across), mark.kind, anchor)


def _traffic(chart: Chart, across: Scale, y: float) -> list[str]:
    parts = [text(_LEFT - 8, y + 14, "traffic", "dim", "end")] if chart.shares else []
    for share in chart.shares:
        left, right = across(share.begin), across(share.end)
        tall = max(_BAND * share.percent / 100, 3.0)
        parts.append(rect(left, y + _BAND - tall, right - left, tall, "held" if share.held else "share"))
        words = f"{share.percent} %" + (" held" if share.held else "")
        if right - left > wide(words):
            parts.append(text((left + right) / 2, y + 14, words, "share-word", "middle"))
    return parts
