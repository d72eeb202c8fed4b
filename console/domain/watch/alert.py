"""An alert as another program raised it: what fires, how bad it is there, since when."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert. Every text is foreign, made harmless and short by whoever read it."""

    fingerprint: str
    """What tells it from every other, for as long as it fires: two readings of one alert have the same."""
    name: str
    severity: str = ""
    """In the words of who raised it, e.g. `page`, `critical`; empty: not said."""
    summary: str = ""
    """What is wrong, in one line."""
    started_at: datetime
    """Aware UTC."""
    ended_at: datetime | None = None
    """None: it fires."""
    url: str = ""
    """Where it was raised, an http or https address; empty: not said, or no such address."""
    labels: tuple[tuple[str, str], ...] = ()
    """Names and values, by name."""

    def label(self, name: str) -> str:
        """The value of a label; empty: it has none of that name."""
        return dict(self.labels).get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """An alert that fires."""

    alert: Alert
    probe: str
    """Who told of it."""
    incident: str = ""
    """The incident that is about it; empty: none is."""
