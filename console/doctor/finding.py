"""What the doctor says of one thing."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How it stands. `missing` costs something now; `doubtful` may cost something later."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: how it stands, what that costs, how it is mended."""

    part: str
    """`machine`, `terminal`, `store` or `service`."""
    what: str
    grade: Grade
    says: str
    """What was seen, in a few words."""
    cost: str = ""
    """What it costs on the night."""
    mend: str = ""
    """What to do, as one would type it where that is possible."""


def worst(findings: Iterable[Finding]) -> Grade:
    """The worst grade of all; good where there is none."""
    order = tuple(Grade)
    return max((finding.grade for finding in findings), key=order.index, default=Grade.GOOD)
