"""Documents of an incident that lies in a real store."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.domain.playbooks import KAI, SMALL, START, minutes, verdict
from warroom.console.domain import intents as i
from warroom.console.domain.intents import Refused
from warroom.console.reports.document import write
from warroom.console.session import Session
from warroom.console.store.samples import Sample
from warroom.console.store.store import Store, open_store


def opened(store: Store) -> Session:
    """A session at the start, with one incident and one probe."""
    session = Session(store.log, KAI, lambda: START)
    made = session.declare(lambda key: i.Declare(incident=key, title="Sign-in fails", level="P0", playbook=SMALL))
    assert made == "INC-1"
    session.dispatch("INC-1", verdict("health", "failing", "500"))
    return session


def test_a_document_carries_the_readings_and_the_checkpoint_of_its_store(tmp_path: Path) -> None:
    with open_store(tmp_path / "room.db") as store:
        session = opened(store)
        store.samples.write([Sample(probe="api health", at=START + minutes(1), status="failing", value=8.5)])
        written = write(session, store, "INC-1", "post-mortem", now=START + minutes(9))
        assert isinstance(written, str)
        assert "| api health | 1 | 1 | 8.5 | 2026-11-20 14:01:00 UTC |" in written
        assert f"warroom verify --checkpoint {store.log.checkpoint()}" in written
        assert "As of 2026-11-20 14:09:00 UTC." in written


def test_a_document_shows_what_another_console_has_just_written(tmp_path: Path) -> None:
    with open_store(tmp_path / "room.db") as store:
        mine = opened(store)
        Session(store.log, KAI, lambda: START).dispatch("INC-1", i.AddNote(text="seen from the other desk"))
        assert "seen from the other desk" in str(write(mine, store, "INC-1", "post-mortem"))


@pytest.mark.parametrize(
    ("incident", "document", "form", "reason"),
    [
        ("INC-9", "post-mortem", "md", "there is no incident INC-9"),
        ("INC-1", "novel", "md", "small has no document 'novel'; it has post-mortem, pull-request, waivers, evidence"),
        ("INC-1", "post-mortem", "pdf", "there is no form 'pdf'; there are md, html, json"),
    ],
)
def test_what_can_not_be_written_is_refused_with_what_can(
    tmp_path: Path, incident: str, document: str, form: str, reason: str
) -> None:
    with open_store(tmp_path / "room.db") as store:
        assert write(opened(store), store, incident, document, form) == Refused(reason=reason)


def test_the_json_form_is_for_programs(tmp_path: Path) -> None:
    with open_store(tmp_path / "room.db") as store:
        whole = json.loads(str(write(opened(store), store, "INC-1", "post-mortem", "json", START)))
    about = whole["incident"]
    assert (about["id"], about["title"], about["drill"]) == ("INC-1", "Sign-in fails", False)
    assert (about["level"], about["state"], about["users_felt_it_for_s"]) == ("P0 Critical", "open", 0.0)
    assert about["moments"]["declared"] == "2026-11-20T14:00:00Z"
    assert datetime.fromisoformat(whole["as_of"]) == START.astimezone(UTC)
    timeline = next(section for section in whole["sections"] if section["source"] == "timeline")
    assert timeline["blocks"][0]["rows"][0] == {
        "time": "2026-11-20T14:00:00Z",
        "who": "kai",
        "kind": "incident",
        "what": "declared P0: Sign-in fails",
    }


@pytest.mark.parametrize(
    ("asked", "title"), [("pir", "# Post-mortem: "), ("waiver", "# Waiver ledger: "), ("waivers", "# Waiver ledger: ")]
)
def test_a_document_goes_by_the_words_people_use(tmp_path: Path, asked: str, title: str) -> None:
    with open_store(tmp_path / "room.db") as store:
        assert str(write(opened(store), store, "INC-1", asked)).startswith(title)


def test_evidence_ends_where_the_session_has_read_to(tmp_path: Path) -> None:
    with open_store(tmp_path / "room.db") as store:
        mine = opened(store)
        Session(store.log, KAI, lambda: START).dispatch("INC-1", i.AddNote(text="a moment ago"))
        packet = json.loads(str(write(mine, store, "INC-1", "evidence", "json", START)))["packet"]
        assert (packet["checkpoint"], packet["events"]) == (store.log.checkpoint(), len(store.log.read("INC-1")))
