"""What may be put into the outbox, and the letter that is read out when there is no way to send one."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.comms.office import Clock, Office
from warroom.config.settings import Channel
from warroom.console.comms.channels.aloud import aloud
from warroom.console.comms.parcels import offered, parcels
from warroom.console.domain.desk import Letter
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident
from warroom.console.domain.view import Person

LETTER = Letter(message="progress", title="Progress", audience="users", subject="Down", body="We are on it")
CHANNELS = {
    "room": Channel(kind="slack", url="http://127.0.0.1:1/x", audiences=("team", "users")),
    "page": Channel(kind="statuspage", page="p", api_key="k"),
}


@pytest.fixture
def incident(tmp_path: Path) -> Incident:
    office = Office(str(tmp_path / "warroom.db"), CHANNELS, Clock(), "kai", "c1")
    found = office.session.incident(office.declare(tmp_path))
    office.store.close()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("letter", "names", "why"),
    [
        (replace(LETTER, objection="it says that all is well, but api is failing"), ("room",), "api is failing"),
        (replace(LETTER, body="Until [eta?]", blanks=("eta", "cause")), ("room",), "still blank: eta"),
        (replace(LETTER, body=" \n"), ("room",), "there is nothing in it"),
        (replace(LETTER, body="x" * 30_000), ("room",), "longer than 25000 characters"),
        (LETTER, (), "no channel is chosen; there are room, page"),
        (LETTER, ("room", "nowhere"), "there is no channel 'nowhere'; there are room, page"),
    ],
)
def test_a_letter_that_can_t_go_to_all_its_channels_goes_to_none(
    incident: Incident, letter: Letter, names: tuple[str, ...], why: str
) -> None:
    refused = parcels(incident, letter, names, CHANNELS, "kai", Clock()())
    assert isinstance(refused, Refused) and why in refused.reason


def test_a_drafted_letter_is_the_same_however_often_it_is_put_there(incident: Incident) -> None:
    now = Clock()()
    drafted = replace(LETTER, version=incident.version)
    first = parcels(incident, drafted, ("room", "room", "page"), CHANNELS, "kai", now)
    later = parcels(replace(incident, version=incident.version + 3), drafted, ("room", "page"), CHANNELS, "dana", now)
    assert not isinstance(first, Refused) and not isinstance(later, Refused)
    assert [each.id for each in first] == [each.id for each in later]
    assert len({each.id for each in first}) == 2


def test_a_channel_is_offered_to_the_audiences_it_names_and_to_no_other() -> None:
    assert offered(CHANNELS, "users") == ("room",)
    assert offered(CHANNELS, "stakeholders") == ()


def test_the_letter_that_is_read_out_says_whom_to_call(incident: Incident) -> None:
    people = (Person(name="Dana", roles=("commander",), phone="+1-555-0100"), Person(name="Mei"))
    text = aloud(replace(LETTER, subject="Down\x1b[2J", body="One\nTwo"), people, drill=True)
    assert text.splitlines() == [
        "DRILL. Say first that this is practice.",
        "",
        "Call:",
        "  Dana (commander): +1-555-0100",
        "",
        "Read:",
        "  Down␛",
        "",
        "  One",
        "  Two",
    ]
    assert "nobody has a number here" in aloud(LETTER, ())
