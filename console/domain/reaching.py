"""Who is to be called now, and how they are reached: the ladder, roles, people on the list, contacts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from warroom.console.domain.model import Incident
from warroom.console.domain.playbook import Contact, Rung
from warroom.console.domain.view import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A part in the response, whoever plays it, and their numbers."""

    title: str
    name: str = ""
    """Empty: nobody is named."""
    ways: tuple[str, ...] = ()
    """Phone, chat, mail: those that are known, the fastest first."""

    def __str__(self) -> str:
        return f"{self.title}: {' '.join((self.name, ', '.join(self.ways))).strip() or 'nobody is named, no number'}"


class Call(StrEnum):
    """How a rung of the ladder stands."""

    CALLED = "called"
    NOW = "call now"
    OVERDUE = "overdue"
    """Nobody called them while their time ran."""
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A rung as it stands."""

    call: Call
    begins: datetime
    ends: datetime | None
    """When their time alone is over; none for the last."""


def ways_of(one: Person | Contact) -> tuple[str, ...]:
    """The numbers of somebody, the fastest first."""
    return tuple(way for way in (one.phone, one.chat, one.email) if way)


def reach(role: str, incident: Incident, people: Iterable[Person]) -> Reached:
    """A role with whoever has it in this incident; else whoever is on the list for it; else the playbook's contact."""
    named = incident.roles.get(role, "")
    contact = incident.playbook.contact.get(role)
    part = incident.playbook.role.get(role)
    title = contact.title if contact else part.title if part else role.replace("-", " ")
    listed = tuple(people)
    person = next((one for one in listed if _is(one, named, role)), None) if named else None
    on_list = next((one for one in listed if role in one.roles), None)
    if person is None and not named:
        person = on_list
    if person is not None:
        return Reached(title=title, name=person.name, ways=ways_of(person))
    if named and on_list is not None:
        return Reached(title=title, name=named, ways=(f"on the list {on_list.name}", *ways_of(on_list)))
    if contact is None:
        return Reached(title=title, name=named)
    return Reached(title=title, name=named or contact.name, ways=ways_of(contact))


def _is(person: Person, named: str, role: str) -> bool:
    """Whether somebody on the list is meant: by the whole name, or by part of it where the role fits."""
    whole, given = person.name.casefold(), named.casefold()
    return whole == given or (role in person.roles and given in whole.split())


def standing(incident: Incident, rung: Rung, now: datetime) -> Standing:
    """Whether the people of a rung were called, are to be called now, or have time yet."""
    declared = incident.moments.get("declared", now)
    begins = declared + rung.after
    ends = _ends(incident, rung)
    end = None if ends is None else declared + ends
    if rung.level <= incident.rung:
        call = Call.CALLED
    elif now < begins or incident.over:
        call = Call.LATER
    else:
        call = Call.NOW if end is None or now < end else Call.OVERDUE
    return Standing(call=call, begins=begins, ends=end)


def _ends(incident: Incident, rung: Rung) -> timedelta | None:
    following = next((one.after for one in incident.playbook.ladder if one.level > rung.level), None)
    return rung.until if rung.until is not None else following
