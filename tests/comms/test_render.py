"""Letters: filled from the facts, with blanks to see and an objection where they would lie."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.domain.playbooks import SMALL, Room, minutes, verdict
from warroom.config.playbook_files import load_playbook, shipped
from warroom.console.comms.render import draft
from warroom.console.domain import intents as i
from warroom.console.domain.desk import Letter
from warroom.console.domain.intents import Refused
from warroom.console.domain.view import ProbeView
from warroom.console.domain.watch.verdict import Health, Sample, Status
from warroom.console.domain.words import Message


def letter(room: Room, message: str, *probes: ProbeView) -> Letter:
    """A draft that must come out."""
    answer = draft(room.now, message, room.at, probes)
    assert isinstance(answer, Letter), answer
    return answer


def test_a_first_alert_shows_what_nobody_has_said_yet() -> None:
    first = letter(Room.declared(), "initial")
    assert first.subject == "[P0] Sign-in fails"
    assert first.body == "shop: [impact?], expected end [eta?]\n"
    assert first.blanks == ("impact", "eta")
    assert (first.title, first.audience, first.objection) == ("Initial alert", "stakeholders", "")


def test_blanks_go_as_facts_come() -> None:
    room = Room.declared()
    room.say(i.LearnFact(name="impact", value="half of them"), i.LearnFact(name="eta", value="15:00 UTC"))
    assert letter(room, "initial").body == "shop: half of them, expected end 15:00 UTC\n"
    assert letter(room, "initial").blanks == ()


def test_progress_tells_what_was_done_since_the_last_time() -> None:
    room = Room.declared()
    room.say(i.Tick(step="impact"))
    room.wait(15)
    assert letter(room, "progress").body == "Done:\n- Estimate what users feel\nAs of 14:15 UTC.\n"
    room.say(i.SendMessage(message="progress", audience="stakeholders", channel="chat", text="…"))
    assert letter(room, "progress").body == "Done:\n- nothing yet\nAs of 14:15 UTC.\n"


@pytest.mark.parametrize("status", ["failing", "unknown"])
def test_nobody_is_told_that_all_is_well_while_a_bound_probe_says_otherwise(status: str) -> None:
    room = Room.declared()
    room.say(verdict("health", status, "no answer"))
    objection = letter(room, "resolution").objection
    assert objection == f"it says that all is well, but api health is {status}: no answer"
    assert letter(room, "initial").objection == ""


def test_a_probe_that_is_not_bound_does_not_object() -> None:
    room = Room.declared()
    room.say(verdict("error-rate", "failing"), verdict("health", "ok"))
    assert letter(room, "resolution").objection == ""


def test_a_claim_without_roles_is_bound_to_every_probe() -> None:
    everything = replace(SMALL.message["resolution"], roles=())
    room = Room.declared(playbook=replace(SMALL, message={"resolution": everything}))
    room.say(verdict("error-rate", "failing"))
    assert "api error-rate is failing" in letter(room, "resolution").objection


def test_a_stale_reading_objects_although_it_was_good() -> None:
    room = Room.declared()
    sample = Sample(probe="api", at=room.at, status=Status.OK)
    probe = ProbeView(name="api", role="health", every=5, health=Health(probe="api", status=Status.OK, last=sample))
    assert letter(room, "resolution", probe).objection == ""
    room.at += minutes(1)
    assert "api is unknown" in letter(room, "resolution", probe).objection


def test_a_message_that_does_not_exist_is_refused_with_those_that_do() -> None:
    answer = draft(Room.declared().now, "farewell", Room().at)
    assert answer == Refused(reason="small has no message 'farewell'; it has initial, progress, resolution")


def test_a_bad_template_is_refused_with_its_place() -> None:
    bad = {"bomb": Message(title="Bomb", body="line one\n{{ 'a' * 10**8 }}")}
    answer = draft(Room.declared(playbook=replace(SMALL, message=bad)).now, "bomb", Room().at)
    assert answer == Refused(reason="small: message bomb: line 2: mul can't be used in a message")


def test_a_subject_is_one_line() -> None:
    room = Room.declared(title="a\nb\x1b]0;x\x07c")
    assert letter(room, "initial").subject == "[P0] a b␛c"


@pytest.mark.parametrize("name", shipped())
def test_every_message_of_a_shipped_playbook_can_be_drafted_from_the_start(name: str) -> None:
    playbook = load_playbook(name, Path())
    room = Room.declared(level=next(iter(playbook.level)), playbook=playbook)
    for key in playbook.message:
        assert letter(room, key).body.strip(), key
