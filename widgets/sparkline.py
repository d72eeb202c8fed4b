"""A line of readings in a few cells."""

import math
from collections.abc import Sequence

from warroom.widgets.glyphs import Glyphs


def sparkline(values: Sequence[float], width: int, glyphs: Glyphs) -> str:
    """The last `width` values as columns from zero up, the newest at the right; what is no number leaves a gap."""
    shown = values[-width:] if width > 0 else ()
    finite = [value for value in shown if math.isfinite(value)]
    low, high = min([0.0, *finite]), max([0.0, *finite])
    steps = len(glyphs.columns) - 1
    text = ""
    for value in shown:
        if not math.isfinite(value):
            text += " "
        else:
            share = (value - low) / (high - low) if high > low else 0.0
            text += glyphs.columns[max(1, min(round(share * steps), steps))]
    return text.rjust(max(width, 0))
