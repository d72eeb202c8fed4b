"""What a picture says, as words and numbers: for Markdown, for JSON, and beside the picture."""

from datetime import datetime, timedelta

from warroom.console.reports.blocks import Block, Table, Text, span, stamp
from warroom.console.reports.pictures import Bars, Chart


def bars(block: Bars) -> Table:
    """The clocks as a table."""
    rows = tuple((bar.title, bar.limit, bar.started, bar.stopped, bar.result) for bar in block.bars)
    return Table(("Clock", "Limit", "Started", "Stopped", "Result"), rows)


def chart(block: Chart) -> tuple[Block, ...]:
    """The course of the error rate in words, and what was done meanwhile as a table."""
    return (Text(caption(block)), deeds(block))


def caption(block: Chart) -> str:
    """What the line shows, in a sentence or two."""
    worst = block.worst
    readings = sum(point.value is not None for line in block.lines for point in line.points)
    words = [f"{readings} readings from {stamp(block.begin)} to {stamp(block.end)}"]
    if worst is not None and worst.value is not None:
        words.append(f"highest {worst.value:.4g} {block.unit}".rstrip() + f" at {stamp(worst.at)}")
    if block.limit_text:
        words.append(block.limit_text)
    missing = sum((gap.end - gap.begin for gap in block.gaps), start=timedelta(0))
    if block.gaps:
        words.append(f"no data for {span(missing)}")
    return "; ".join(words) + "."


def deeds(block: Chart) -> Table:
    """The marks and the shares of traffic, in the order of time."""
    rows: list[tuple[datetime, str]] = [(mark.at, mark.text) for mark in block.marks]
    for share in block.shares:
        held = ", held" if share.held else ""
        rows.append((share.begin, f"{share.percent} % of traffic on the new version{held}"))
    rows.sort(key=lambda row: row[0])
    return Table(("Time", "What"), tuple(rows))
