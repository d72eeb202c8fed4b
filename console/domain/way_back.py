"""The way back: for each means the playbook lists, in its order, whether it would work now, and why not.

The parachute is looked at before the jump: on opening, and all the time after. What can't be known counts as doubtful,
never as ready.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Readiness(StrEnum):
    """Whether a way back would work now."""

    READY = "ready"
    DOUBTFUL = "doubtful"
    BLOCKED = "blocked"
    BY_HAND = "by hand"
    """It has no button: people do it, and nothing here can tell whether they could."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBack:
    """One means, as it was last looked at."""

    title: str
    """As the playbook has it; no two of its means have the same."""
    action: str
    """Empty: it has no button."""
    readiness: Readiness
    reasons: tuple[str, ...]
    """What stands against it, the gravest first."""
    left_behind: tuple[str, ...] = ()
    """What it does not take back."""
    since: datetime | None = None
    """When this was first so; none before it is in the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen of one means. None: it could not be told."""

    blocked: str = ""
    """Why its action can't run at all: no such action, an option or a tool that is missing, a guard."""
    asks: str = ""
    """What somebody has to tell it first."""
    target: str = ""
    """The release it goes back to."""
    target_exists: bool | None = None
    credentials: bool | None = None
    """Whether who runs it is let in, asked by something that only reads."""
    credentials_say: str = ""
    migrations: tuple[str, ...] | None = ()
    """Files of migrations between the release it goes back to and what is live."""
    live: str = ""
    """Why what it goes back to is live already; empty: it is not, as far as is known."""
    undone_by: str = ""
    """What would take the rollback back again, e.g. a sync that is on."""
    then: str = ""
    """What is still to be done after it before users have what was gone back to."""
    left_behind: tuple[str, ...] = ()


def judge(title: str, action: str, seen: Seen) -> WayBack:
    """What was seen, weighed."""
    if not action:
        return WayBack(title=title, action="", readiness=Readiness.BY_HAND, reasons=())
    found = tuple(_reasons(seen))
    worst = (Readiness.BLOCKED, Readiness.DOUBTFUL)
    readiness = next((one for one in worst if any(grade is one for grade, _ in found)), Readiness.READY)
    reasons = tuple(text for one in worst for grade, text in found if grade is one)
    return WayBack(title=title, action=action, readiness=readiness, reasons=reasons, left_behind=seen.left_behind)


def _reasons(seen: Seen) -> Iterator[tuple[Readiness, str]]:
    if seen.blocked:
        yield Readiness.BLOCKED, seen.blocked
    if seen.live:
        yield Readiness.DOUBTFUL, seen.live
    if seen.asks:
        yield Readiness.DOUBTFUL, seen.asks
    if seen.target_exists is False:
        yield Readiness.BLOCKED, f"{seen.target or 'the release to go back to'} does not exist"
    elif seen.target_exists is None and not seen.blocked and not seen.asks:
        yield Readiness.DOUBTFUL, f"whether {seen.target or 'the release to go back to'} exists can't be told"
    if seen.credentials is False:
        yield Readiness.BLOCKED, f"no access: {seen.credentials_say or 'it was refused'}"
    elif seen.credentials is None and not seen.blocked:
        yield Readiness.DOUBTFUL, seen.credentials_say or "whether the credentials work was not tried"
    if seen.migrations is None:
        yield Readiness.DOUBTFUL, "whether a migration lies between can't be told"
    elif seen.migrations:
        more = f" and {len(seen.migrations) - 1} more" if len(seen.migrations) > 1 else ""
        yield Readiness.DOUBTFUL, f"a migration lies between: {seen.migrations[0]}{more}"
    if seen.undone_by:
        yield Readiness.DOUBTFUL, seen.undone_by
    if seen.then:
        yield Readiness.DOUBTFUL, seen.then


def doubt(ways: Iterable[WayBack], action: str) -> str:
    """Why going back by an action is not known to be safe; empty: it is, or the action is no way back."""
    mine = [way for way in ways if way.action == action]
    if not mine or any(way.readiness is Readiness.READY for way in mine):
        return ""
    return next((reason for way in mine for reason in way.reasons), str(mine[0].readiness))


def first_ready(ways: Iterable[WayBack]) -> WayBack | None:
    """The means that comes first in the playbook's order among those that would work."""
    return next((way for way in ways if way.readiness is Readiness.READY), None)
