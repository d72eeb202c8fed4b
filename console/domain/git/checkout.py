"""What was checked out where a command ran: tests that pass on something else prove nothing of the fix."""

from dataclasses import dataclass

from warroom.console.domain.model import Incident, Run

TRIES = ("test", "build", "scan", "lint", "type-check", "smoke-local")
"""Beginnings of the keys of what tries the code that is checked out."""
SHIPS = ("deploy",)
"""Beginnings of the keys of what ships it."""
PINS = ("branch", "tag", "commit", "revision", "image", "base", "next_tag", "production_tag", "previous_tag")
"""Placeholders that name a version: a command with one of them does not take what happens to be checked out."""
_SHORT = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """What a command finds in its working copy."""

    where: str
    """In words: `main at 108fa89`."""
    fix: str = ""
    """The newest commit of the fix, when all of it is in there; empty: it is not, or there is none yet."""


def newest_of(incident: Incident) -> str:
    """The newest commit of the fix, as far as the log knows; empty: there is none."""
    fact = incident.git.get("fix")
    return fact.commit if fact is not None and fact.holds else ""


def beside_the_fix(incident: Incident, run: Run) -> str:
    """Why a run that tried something proves nothing of the fix; empty: it does, or nobody can tell.

    A deploy is no such run: what it takes from the working copy is its program's affair.
    """
    newest = newest_of(incident)
    if not run.checkout or not newest or run.fix == newest or not run.action.startswith(TRIES):
        return ""
    return f"on {run.checkout}, which lacks the newest of the fix, {short(newest)}"


def short(commit: str) -> str:
    """A commit as people read it."""
    return commit[:_SHORT]
