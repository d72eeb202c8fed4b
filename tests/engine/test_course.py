"""The desk changes the course: scenarios, another playbook, and signatures with the head of the log."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from tests.engine.conftest import Project, Sit
from warroom.config.playbook_files import shipped
from warroom.console.domain import intents as i
from warroom.console.domain.intents import Refused
from warroom.console.store.log import Head


def do(work: Coroutine[Any, Any, Any]) -> Any:
    """Do it on a loop of its own."""
    return asyncio.run(work)


def test_declaring_with_a_scenario_brings_its_level(sit: Sit) -> None:
    seat = sit()
    incident = do(seat.engine.declare("Payments fail", "?", playbook="hotfix-workflow", scenario="payments"))
    assert (seat.incident(incident).level, seat.incident(incident).scenarios) == ("P0", ("payments",))
    refused = do(seat.engine.declare("Payments fail", "P1", scenario="payments"))
    assert refused == Refused(reason="tiny has no scenario 'payments'; it has none")


def test_the_playbooks_are_offered_the_configured_one_first(sit: Sit, project: Project) -> None:
    seat = sit()
    titles = do(seat.engine.playbooks())
    assert list(titles) == ["tiny.toml", *shipped()]
    assert titles["tiny.toml"] == "Tiny"
    (project.folder / "tiny.toml").write_text("id = 7")
    assert do(seat.engine.playbooks())["tiny.toml"].startswith("can't be read: ")


def test_another_playbook_says_what_it_changes_and_takes_over(sit: Sit) -> None:
    seat = sit()
    incident = do(seat.engine.declare("Sign-in fails", "P1"))
    told = do(seat.engine.differences(incident, "release-protocol"))
    assert "Next update: 15m (new)" in told
    assert not isinstance(do(seat.engine.switch(incident, "release-protocol", "it is worse")), Refused)
    assert seat.incident(incident).playbook.id == "release-protocol"
    assert seat.incident(incident).phase == "assess"


def test_what_can_not_be_switched_to_is_refused(sit: Sit) -> None:
    seat = sit()
    incident = do(seat.engine.declare("Sign-in fails", "P1"))
    for ask in (seat.engine.switch(incident, "nonsense", "x"), seat.engine.differences(incident, "nonsense")):
        assert "nonsense" in do(ask).reason
    assert do(seat.engine.differences("INC-9", "release-protocol")).reason == "there is no such incident"
    looking = sit(read_only=True)
    assert do(looking.engine.switch(incident, "release-protocol", "x")) == Refused(reason="this console only looks")


def test_in_a_drill_the_other_playbook_is_hastened_as_the_first_was(sit: Sit, project: Project) -> None:
    seat = sit(settings=replace(project.settings, drill=True), pace=60.0)
    incident = do(seat.engine.declare("Sign-in fails", "P1"))
    do(seat.engine.switch(incident, "release-protocol", "to practise"))
    window = seat.incident(incident).playbook.decision.objection
    assert window is not None and window.total_seconds() == 1


def test_a_signature_carries_the_head_of_the_log_where_nobody_gave_one(sit: Sit) -> None:
    seat = sit()
    incident = do(seat.engine.declare("Sign-in fails", "P1"))
    head = seat.engine.checkpoint()
    do(seat.engine.dispatch(incident, i.SignDocument(document="post-mortem", text="…")))
    (signed,) = seat.events("DocumentSigned", incident)
    assert signed.checkpoint == head
    assert Head.parse(signed.checkpoint).position > 0
    do(seat.engine.dispatch(incident, i.SignDocument(document="post-mortem", text="…", checkpoint="1:abc")))
    assert seat.events("DocumentSigned", incident)[-1].checkpoint == "1:abc"
