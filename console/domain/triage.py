"""Triage: from the playbook's own criteria to a level, with the reason; and asking again while it is only assumed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from warroom.console.domain.model import Incident
from warroom.console.domain.playbook import Playbook
from warroom.console.domain.time.duration import format_duration

ASSUMED = "level-assumed"
"""The fact that says nobody has set the level yet."""
UNKNOWN_LEVEL = "?"
"""What is declared as the level where nobody knows it."""
ASK_AGAIN = timedelta(minutes=5)
"""How long between two askings: what is wrong about a level should be found at minute 5, not 55."""

Answer = Literal["yes", "no", "unsure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One criterion, to be answered yes, no or unsure."""

    key: str
    level: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """The level the answers lead to."""

    level: str
    """Empty: nothing qualifies, and the normal process will do."""
    why: str
    assumed: bool = False
    """It rests on a doubt, so it has to be asked for again."""


def questions(playbook: Playbook) -> tuple[Question, ...]:
    """The criteria of all levels, the worst level's first: a yes makes the later ones needless."""
    return tuple(
        Question(key=f"{key}:{number}", level=key, text=text)
        for key, level in playbook.level.items()
        for number, text in enumerate(level.criteria, 1)
    )


def triage(playbook: Playbook, answers: Mapping[str, Answer]) -> Suggestion:
    """The worst level with a yes; a doubt about a worse one counts as a yes, unless the playbook says otherwise.

    A question that was not answered is in doubt.
    """
    asked = questions(playbook)
    sure = next((one for one in asked if answers.get(one.key) == "yes"), None)
    doubt = next((one for one in asked if answers.get(one.key, "unsure") == "unsure"), None)
    order = tuple(playbook.level)
    if doubt is not None and (sure is None or order.index(doubt.level) < order.index(sure.level)):
        return _in_doubt(playbook, doubt, sure)
    if sure is not None:
        return Suggestion(level=sure.level, why=f"{sure.level}: {sure.text}")
    if not asked:
        return Suggestion(level=worst_level(playbook), why=f"{playbook.id} names no criteria", assumed=True)
    return Suggestion(level="", why=f"no criterion of {playbook.id} holds: this can go the normal way")


def _in_doubt(playbook: Playbook, doubt: Question, sure: Question | None) -> Suggestion:
    if playbook.in_doubt in ("worse", "rollback"):
        why = f"{doubt.level} is assumed until this is known: {doubt.text}?"
        return Suggestion(level=doubt.level, why=why, assumed=True)
    if sure is not None:
        why = f"{sure.level}: {sure.text}; what is in doubt does not count here"
        return Suggestion(level=sure.level, why=why, assumed=True)
    way = "wait" if playbook.in_doubt == "wait" else "use the normal process"
    return Suggestion(level="", why=f"nothing is sure, and in doubt {playbook.id} says: {way}", assumed=True)


def worst_level(playbook: Playbook) -> str:
    """The level a playbook names first; empty if it has none."""
    return next(iter(playbook.level), "")


def needs_level_review(incident: Incident) -> bool:
    """Whether the level is only assumed, and nobody has set it."""
    return not incident.over and incident.facts.get(ASSUMED) == "yes"


def level_hint(incident: Incident, now: datetime) -> str:
    """What to tell the room about an assumed level; empty where it was set."""
    if not needs_level_review(incident):
        return ""
    since = incident.moments.get("declared", now)
    minutes = timedelta(minutes=max(now - since, timedelta(0)) // timedelta(minutes=1))
    return (
        f"{incident.level} is assumed since {format_duration(minutes)}: is it?"
        if minutes
        else (f"{incident.level} is assumed: is it?")
    )


def reminder(incident: Incident, now: datetime) -> tuple[datetime, datetime, bool] | None:
    """The round of asking that `now` lies in: its start, its end, and whether it is not the first. None: no need."""
    since = incident.moments.get("declared")
    if since is None or not needs_level_review(incident):
        return None
    rounds = max(now - since, timedelta(0)) // ASK_AGAIN
    return since + rounds * ASK_AGAIN, since + (rounds + 1) * ASK_AGAIN, rounds > 0
