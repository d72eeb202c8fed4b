"""The evidence packet of an incident in a real store: it proves itself, and whatever is changed in it breaks it."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.domain.playbooks import KAI, LEE, SMALL, START, ask_approval, grant, request, verdict
from warroom.console.domain import intents as i
from warroom.console.domain.intents import By
from warroom.console.reports.document import write
from warroom.console.reports.packet import SCRIPT, cut, read_packet
from warroom.console.session import Session
from warroom.console.store.excerpt import Excerpt, prove
from warroom.console.store.log import Break, Head, Proof, Record
from warroom.console.store.store import Store, open_store

PROGRAM = Path(sys.executable).parent / "warroom"
FIELDS = ("position", "stream", "version", "type", "actor", "console", "data", "previous", "hash")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store in which two incidents were worked on by turns, and a third came after."""
    with open_store(tmp_path / "room.db") as store:
        fill(store)
        yield store


def at_desk(store: Store, who: By = KAI) -> Session:
    """Somebody's session."""
    return Session(store.log, who, lambda: START)


def fill(store: Store) -> None:
    """The events of the fixture; some in letters that JSON could write in more than one way."""
    mine, other = at_desk(store), at_desk(store, LEE)
    declare(mine, "Sign-in fails – überall ✗")
    declare(mine, "Search is slow")
    for number in range(3):
        mine.dispatch("INC-1", i.AddNote(text=f"note {number} \u2028 </script> \x1b[31m"))
        other.dispatch("INC-2", i.AddNote(text="of no concern to others: s3cret-words"))
    mine.dispatch("INC-1", verdict("error-rate", "failing", "8 %"))
    mine.dispatch("INC-1", ask_approval(incident="INC-1", action="deploy"))
    other.dispatch("INC-1", grant())
    mine.dispatch("INC-1", request("deploy", "run-1", danger="two", approval="approval-1"))
    declare(mine, "Later")


def declare(session: Session, title: str) -> None:
    """Open an incident."""
    session.declare(lambda key: i.Declare(incident=key, title=title, level="P0", playbook=SMALL))


def exported(store: Store) -> str:
    """The document as JSON."""
    session = at_desk(store)
    session.refresh()
    text = write(session, store, "INC-1", "evidence", "json", START)
    assert isinstance(text, str)
    return text


def test_a_packet_proves_itself_and_ends_in_the_checkpoint_of_its_store(store: Store) -> None:
    cutting = read_packet(exported(store))
    assert prove(cutting) == Proof(store.log.head(), 1)
    assert json.loads(exported(store))["packet"]["checkpoint"] == store.log.checkpoint()
    assert tuple(link for link in cutting.links if isinstance(link, Record)) == store.log.read("INC-1")


def test_a_packet_tells_nothing_of_other_incidents(store: Store) -> None:
    text = exported(store)
    foreign = [link for link in read_packet(text).links if isinstance(link, str)]
    assert len(foreign) == store.log.head().position - len(store.log.read("INC-1"))
    assert "s3cret-words" not in text
    assert "INC-2" not in text


def test_a_packet_of_a_later_incident_begins_where_it_begins(store: Store) -> None:
    cutting = cut(store.log, "INC-2", store.log.head().position)
    assert cutting.start.position > 0
    assert prove(cutting) == Proof(store.log.head(), 1)
    with pytest.raises(ValueError, match="no record of INC-9"):
        cut(store.log, "INC-9", store.log.head().position)


def test_any_edit_of_any_record_breaks_the_proof(store: Store) -> None:
    cutting = cut(store.log, "INC-1", store.log.head().position)
    for place, link in enumerate(cutting.links):
        for changed in edits(link):
            links = (*cutting.links[:place], changed, *cutting.links[place + 1 :])
            assert isinstance(prove(replace(cutting, links=links)), Break), (place, changed)


def edits(link: Record | str) -> Iterator[Record | str]:
    """A link with each part of it changed in turn."""
    if isinstance(link, str):
        yield link[:-1] + ("0" if link[-1] != "0" else "1")
        return
    for name in FIELDS:
        value = getattr(link, name)
        changed = value + 1 if isinstance(value, int) else ("0" if value[:1] != "0" else "1") + value[1:]
        yield Record(**{**plain(link), name: changed})
    yield replace(link, at=link.at.replace(microsecond=7))


def plain(record: Record) -> dict[str, Any]:
    """The fields of a record."""
    return {name: getattr(record, name) for name in (*FIELDS, "at")}


def test_any_link_that_is_removed_doubled_or_swapped_breaks_the_proof(store: Store) -> None:
    cutting = cut(store.log, "INC-1", store.log.head().position)
    links = cutting.links
    for place in range(len(links)):
        for moved in (
            links[:place] + links[place + 1 :],
            links[: place + 1] + links[place:],
            links[:place] + links[place : place + 2][::-1] + links[place + 2 :],
        ):
            if moved != links:
                assert isinstance(prove(replace(cutting, links=moved)), Break), place


def test_a_record_can_not_be_hidden_behind_its_digest_nor_another_end_be_claimed(store: Store) -> None:
    cutting = cut(store.log, "INC-1", store.log.head().position)
    bare = cut(store.log, "INC-2", store.log.head().position)
    digest = next(link for link in bare.links if isinstance(link, str))
    hidden = next(place for place, link in enumerate(cutting.links) if isinstance(link, Record) and link.version == 3)
    links = (*cutting.links[:hidden], digest, *cutting.links[hidden + 1 :])
    assert isinstance(prove(replace(cutting, links=links)), Break)
    assert isinstance(prove(replace(cutting, end=Head(cutting.end.position, "0" * 64))), Break)
    assert isinstance(prove(replace(cutting, start=Head(1, cutting.start.hash))), Break)


Spoil = Callable[[dict[str, Any]], object]


def spoil_data(packet: dict[str, Any]) -> None:
    """Change one word of one event."""
    packet["links"][2]["data"] = packet["links"][2]["data"].replace("kai", "lee").replace("phase", "place")


def drop_last(packet: dict[str, Any]) -> None:
    """Cut the tail off."""
    packet["links"].pop()


def swap(packet: dict[str, Any]) -> None:
    """Change the order of two events."""
    packet["links"][1], packet["links"][2] = packet["links"][2], packet["links"][1]


@pytest.mark.parametrize("spoil", [None, spoil_data, drop_last, swap])
def test_the_program_and_bare_python_find_the_same_in_an_exported_file(
    store: Store, tmp_path: Path, spoil: Spoil | None
) -> None:
    whole = json.loads(exported(store))
    assert whole["packet"]["script"] == SCRIPT
    if spoil is not None:
        spoil(whole["packet"])
    file = tmp_path / "evidence.json"
    file.write_text(json.dumps(whole), encoding="utf-8")
    script = tmp_path / "verify.py"
    script.write_text(SCRIPT, encoding="utf-8")
    python = called(sys.executable, "-I", script, file)
    program = called(PROGRAM, "verify", "--packet", file)
    if spoil is None:
        assert (python.returncode, program.returncode) == (0, 0)
        assert store.log.checkpoint() in python.stdout
        assert (
            f"INC-1: {len(store.log.read('INC-1'))} events, whole; checkpoint {store.log.checkpoint()}"
            in program.stdout
        )
    else:
        assert (python.returncode, program.returncode) == (1, 1)
        assert "broken" in python.stderr
        assert "broken" in program.stderr


def called(*argv: object) -> "subprocess.CompletedProcess[str]":
    """A program's answer."""
    return subprocess.run([str(one) for one in argv], capture_output=True, text=True, timeout=60, check=False)


def test_a_packet_is_held_against_a_checkpoint_that_was_kept_outside(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    file.write_text(exported(store), encoding="utf-8")
    assert called(PROGRAM, "verify", "--packet", file, "--checkpoint", store.log.checkpoint()).returncode == 0
    other = called(PROGRAM, "verify", "--packet", file, "--checkpoint", f"9:{'a' * 64}")
    assert (other.returncode, "not at the checkpoint" in other.stderr) == (1, True)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"packet": {"format": "other"}}', '{"packet": 7}', "\ufeff{}", '{"packet": null}']
)
def test_what_is_no_packet_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_packet(text)


@pytest.mark.parametrize("key", ["start", "end", "links"])
@pytest.mark.parametrize("value", [None, 7, [], {}, [7], [{}], {"position": "1", "hash": 7}])
def test_a_packet_with_a_broken_part_is_refused(store: Store, key: str, value: object) -> None:
    whole = json.loads(exported(store))
    whole["packet"][key] = value
    with pytest.raises(ValueError, match=r"."):
        read_packet(json.dumps(whole))


def test_the_document_says_who_changed_production_and_who_approved(store: Store) -> None:
    whole = json.loads(exported(store))
    changes = next(part for part in whole["sections"] if part["source"] == "changes")["blocks"][0]["rows"]
    assert [(row["run"], row["by"], row["assured_by"], row["started"]) for row in changes] == [
        ("run-1", "kai", "second person, approved by lee", "2026-11-20T14:00:00Z")
    ]
    session = at_desk(store)
    session.refresh()
    told = str(write(session, store, "INC-1", "evidence", "md", START))
    assert "warroom verify --packet INC-1-evidence.json" in told
    assert store.log.head().hash in told
    assert isinstance(cut(store.log, "INC-1", session.position), Excerpt)
