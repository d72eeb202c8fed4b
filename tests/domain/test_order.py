"""Which incident comes first: what burns, then what is owed too long, then what is quiet."""

from dataclasses import replace

from tests.domain.playbooks import POST_MORTEM, SMALL, START, Room, minutes
from warroom.console.domain import intents as i
from warroom.console.domain.model import Incident
from warroom.console.domain.order import by_urgency
from warroom.console.domain.time.limit import Limit

OWING = replace(SMALL, clock=(), document={"post-mortem": replace(POST_MORTEM, due=Limit(max=minutes(60)))})


def incident(name: str, *intents: i.Intent, level: str = "P1") -> Incident:
    """An incident that was declared, and what was asked of it then."""
    room = Room()
    room.say(i.Declare(incident=name, title="Sign-in fails", level=level, playbook=OWING), *intents)
    return room.now


OVER = i.Resolve(summary="it is well")
SIGNED = i.SignDocument(document="post-mortem", text="…")
SKIPPED = i.Waive(subject="clock:fix", why="x", owner="kai", due=START + minutes(30))


def order(later: float, *incidents: Incident) -> list[str]:
    """The names, the most urgent first."""
    return [one.id for one in by_urgency(incidents, START + minutes(later))]


def test_what_is_owed_too_long_comes_before_what_is_quiet_whatever_its_level() -> None:
    found = (
        incident("quiet", OVER, SIGNED, level="P0"),
        incident("closed", OVER, SIGNED, i.Close(), level="P0"),
        incident("late", OVER, level="P2"),
        incident("mitigated", i.Mitigate(how="off"), level="P2"),
        incident("open", level="P2"),
    )
    assert order(61, *found) == ["open", "mitigated", "late", "quiet", "closed"]
    assert order(10, *found) == ["open", "mitigated", "quiet", "late", "closed"]


def test_a_closed_incident_with_an_overdue_debt_comes_before_a_resolved_one_without() -> None:
    found = (incident("quiet", OVER, SIGNED), incident("late", OVER, i.Close()))
    assert order(61, *found) == ["late", "quiet"]


def test_among_what_is_late_the_longest_overdue_comes_first() -> None:
    found = (incident("a", OVER), incident("b", SKIPPED, OVER))
    assert order(61, *found) == ["b", "a"]
