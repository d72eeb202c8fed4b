"""What speaks against calling an incident over: shown before somebody does, and never in their way for good."""

from collections.abc import Sequence
from datetime import datetime

from warroom.console.domain.applying import phases_of
from warroom.console.domain.checklist import open_required
from warroom.console.domain.debts import debts
from warroom.console.domain.model import Incident


def failing(incident: Incident) -> tuple[str, ...]:
    """Probes that say right now that users are still hit, each with its reason."""
    bad = (verdict for verdict in incident.verdicts.values() if verdict.status == "failing")
    return tuple(f"{verdict.probe} is failing" + (f": {verdict.reason}" if verdict.reason else "") for verdict in bad)


def against_resolving(incident: Incident) -> tuple[str, ...]:
    """A line each: probes that fail, and phases before the end with required steps open."""
    phases = phases_of(incident)
    keys = [phase.key for phase in phases]
    end = incident.playbook.resolved_after
    before = phases[: keys.index(end) + 1] if end in keys else ()
    left = [(phase.title, len(open_required(incident, phase))) for phase in before]
    told = ", ".join(f"{title} {count}" for title, count in left if count)
    return (*failing(incident), *((f"required steps are still open: {told}",) if told else ()))


def against_closing(incident: Incident, now: datetime) -> tuple[str, ...]:
    """A line each: what is still owed."""
    return _first([debt.title for debt in debts(incident, now)])


def _first(titles: Sequence[str], most: int = 6) -> tuple[str, ...]:
    rest = len(titles) - most
    return (*titles[:most], *((f"and {rest} more (E)",) if rest > 0 else ()))
