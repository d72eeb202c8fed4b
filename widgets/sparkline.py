"""A line of readings in a few cells."""

from collections.abc import Sequence

from warroom.widgets.glyphs import Glyphs
from warroom.widgets.plot import finite


def sparkline(values: Sequence[float | None], width: int, glyphs: Glyphs) -> str:
    """The last `width` values as columns from zero up, the newest at the right; what is no number leaves a gap."""
    shown = [finite(value) for value in values[-width:]] if width > 0 else []
    numbers = [value for value in shown if value is not None]
    low, high = min([0.0, *numbers]), max([0.0, *numbers])
    steps = len(glyphs.columns) - 1
    text = ""
    for value in shown:
        if value is None:
            text += " "
        else:
            share = (value - low) / (high - low) if high > low else 0.0
            text += glyphs.columns[max(1, min(round(share * steps), steps))]
    return text.rjust(max(width, 0))
