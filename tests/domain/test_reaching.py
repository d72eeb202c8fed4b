"""Who is to be called now, and how they are reached."""

from dataclasses import replace

import pytest

from tests.domain.playbooks import SMALL, START, Room, minutes
from warroom.console.domain import intents as i
from warroom.console.domain.playbook import Contact, Rung
from warroom.console.domain.reaching import Call, reach, standing
from warroom.console.domain.view import Person

LIST = (
    Person(name="Kai Lindqvist", roles=("commander",), phone="+1-555-0101", chat="@kai"),
    Person(name="Riku Aalto", roles=("lead",), email="riku@acme.test"),
)


def said(room: Room, role: str, people: tuple[Person, ...] = LIST) -> str:
    """A role in a line."""
    return str(reach(role, room.now, people))


def test_who_has_the_role_is_reached_by_the_numbers_on_the_list() -> None:
    room = Room.declared()
    room.say(i.Assign(role="lead", name="riku aalto"))
    assert said(room, "lead") == "Lead developer: Riku Aalto riku@acme.test"
    # The account that declared is part of the name of somebody who is on the list for that role.
    assert said(room, "commander") == "Incident commander: Kai Lindqvist +1-555-0101, @kai"


def test_nobody_in_the_role_leads_to_who_is_on_the_list_for_it() -> None:
    assert said(Room.declared(), "lead") == "Lead developer: Riku Aalto riku@acme.test"


def test_somebody_who_is_not_on_the_list_is_named_with_who_is() -> None:
    room = Room.declared()
    room.say(i.Assign(role="lead", name="mo"))
    assert said(room, "lead") == "Lead developer: mo on the list Riku Aalto, riku@acme.test"
    assert said(room, "lead", ()) == "Lead developer: mo"


def test_a_role_that_nobody_has_falls_back_to_the_playbooks_contact() -> None:
    contact = Contact(title="Vendor", name="Desk", phone="+1-555-0199", outside=True)
    room = Room.declared(playbook=replace(SMALL, contact={"vendor": contact}))
    assert said(room, "vendor") == "Vendor: Desk +1-555-0199"
    assert said(room, "on-call") == "on call: nobody is named, no number"


@pytest.mark.parametrize(
    ("after", "calls"),
    [
        (0, [Call.NOW, Call.LATER, Call.LATER]),
        (14, [Call.NOW, Call.LATER, Call.LATER]),
        (15, [Call.OVERDUE, Call.NOW, Call.LATER]),
        (60, [Call.OVERDUE, Call.OVERDUE, Call.NOW]),
    ],
)
def test_each_rung_has_its_time(after: float, calls: list[Call]) -> None:
    room = Room.declared().wait(after)
    assert [standing(room.now, rung, room.at).call for rung in SMALL.ladder] == calls


def test_what_was_called_is_called_and_the_end_of_a_rung_is_the_next_ones_begin() -> None:
    room = Room.declared().wait(20)
    room.say(i.Escalate(level=2))
    found = [standing(room.now, rung, room.at) for rung in SMALL.ladder]
    assert [one.call for one in found] == [Call.CALLED, Call.CALLED, Call.LATER]
    assert [one.ends for one in found] == [START + minutes(15), START + minutes(60), None]


def test_a_rung_with_an_end_of_its_own_keeps_it() -> None:
    ladder = (Rung(level=1, after=minutes(0), until=minutes(10), call=("lead",)),)
    room = Room.declared(playbook=replace(SMALL, ladder=ladder)).wait(9)
    assert standing(room.now, ladder[0], room.at).call is Call.NOW
    assert standing(room.now, ladder[0], room.at + minutes(1)).call is Call.OVERDUE


def test_once_it_is_over_nobody_is_to_be_called() -> None:
    room = Room.declared().wait(20)
    room.say(i.Resolve(summary="well"))
    assert [standing(room.now, rung, room.at).call for rung in SMALL.ladder] == [Call.LATER] * 3
