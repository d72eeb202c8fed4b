"""How long something may take: a span, a range of spans, or a point in the team's calendar."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from warroom.console.domain.action import STRICT
from warroom.console.domain.time.duration import Duration, format_duration, parse_duration

Calendar = Literal["", "same-day", "next-day", "next-business-day", "next-release"]
CALENDAR = ("same-day", "next-day", "next-business-day", "next-release")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `max`; with `min`, a range of which both marks are shown; or a calendar word."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    max: Duration | None = None
    min: Duration | None = None
    calendar: Calendar = ""

    def __str__(self) -> str:
        if self.calendar:
            return self.calendar.replace("-", " ")
        if self.max is None:
            return "no limit"
        if self.min is not None:
            return f"{format_duration(self.min)} to {format_duration(self.max)}"
        return format_duration(self.max)


class _LimitText:
    """Lets a file write `"30m"`, `"next-release"` or `{ min = "1h", max = "4h" }`."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        return {
            "type": "function-before",
            "function": {"type": "no-info", "function": _read},
            "schema": handler(source),
        }

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [{"type": "string", "examples": ["30m", *CALENDAR]}, handler(schema)]}


def _read(value: object) -> object:
    if not isinstance(value, str):
        return value
    if value in CALENDAR:
        return {"calendar": value}
    try:
        return {"max": parse_duration(value)}
    except ValueError:
        raise ValueError(f'expected a limit, e.g. "30m", {{ min = "1h", max = "4h" }} or "{CALENDAR[-1]}"') from None


LimitText = Annotated[Limit, _LimitText()]
"""A `Limit` that files may write as text."""
