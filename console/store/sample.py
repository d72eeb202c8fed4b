"""One sample as the store keeps it."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading; an old one stands for several in a row that said the same."""

    probe: str
    at: datetime
    """Aware UTC; with the service and the probe's name it is the sample's key."""
    status: str
    """`ok`, `failing` or `unknown`."""
    value: float | None = None
    """What was measured, in the probe's unit; NaN is kept as none. Of several readings the mean."""
    latency_ms: float | None = None
    """Of several readings the mean."""
    reason: str = ""
    """Why it is not ok."""
    warning: str = ""
    """Which softer limit did not hold."""
    unit: str = ""
    beside: str = ""
    """What stands beside the newest reading, such as alerts, in the words of who wrote it. Of older ones it is gone."""
    position: int = field(default=0, compare=False)
    """Grows in the order in which samples are stored; 0: not stored yet, or one that stands for several."""
    readings: int = 1
    """How many it stands for."""
    until: datetime | None = None
    """When the last of them was read; none: it is one."""
    low: float | None = None
    high: float | None = None
    """The lowest and the highest value of several."""
    slowest: float | None = None
    """The longest latency of several."""
