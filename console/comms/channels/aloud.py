"""A letter to be read out, for when every channel is down: short lines, and the numbers of those who must be called."""

from collections.abc import Iterable

from warroom.console.comms.channels.send import DRILL
from warroom.console.comms.escape import PLAIN, inert, one_line
from warroom.console.domain.desk import Letter
from warroom.console.domain.view import Person

LONGEST = 5_000
_LINE = 200


def aloud(letter: Letter, people: Iterable[Person], drill: bool = False) -> str:
    """Whom to call, and what to read to them: plain text for a phone, a printer or a sheet of paper."""
    calls = [f"{_name(person)}: {one_line(person.phone, _LINE)}" for person in people if person.phone]
    words = [one_line(letter.subject, _LINE), "", inert(letter.body.strip(), PLAIN, LONGEST)]
    lines = [
        *([f"{DRILL}. Say first that this is practice.", ""] if drill else []),
        "Call:",
        *(f"  {call}" for call in calls or ["nobody has a number here; name them under [[person]]"]),
        "",
        "Read:",
        *(f"  {line}".rstrip() for line in "\n".join(words).splitlines()),
    ]
    return "\n".join(lines) + "\n"


def _name(person: Person) -> str:
    roles = ", ".join(person.roles)
    return one_line(f"{person.name} ({roles})" if roles else person.name, _LINE)
