"""Somebody edits the database by hand: `verify` names the first bad record, on every backend."""

import sqlite3
from datetime import UTC, datetime

import pytest

from warroom.console.store.errors import Corrupt
from warroom.console.store.log import Break, Draft, Proof
from warroom.console.store.store import Store

AT = datetime(2026, 11, 20, 14, 47, 12, tzinfo=UTC)


def tamper(address: str, *statements: str) -> None:
    if "://" in address:
        import psycopg

        with psycopg.connect(address, autocommit=True) as connection:
            for statement in statements:
                connection.execute(f"SET search_path = warroom; {statement}".encode())
    else:
        file = sqlite3.connect(address, isolation_level=None)
        for statement in statements:
            file.execute(statement)
        file.close()


@pytest.fixture
def filled(store: Store) -> Store:
    for number in range(6):
        stream = f"INC-{number % 2}"
        store.log.append(stream, number // 2, [Draft("note.added", f'{{"n":{number}}}')], AT, "kai", "c1")
    assert isinstance(store.log.verify(), Proof)
    return store


@pytest.mark.parametrize(
    ("statement", "position"),
    [
        ("UPDATE records SET data = '{\"n\":9}' WHERE position = 3", 3),
        ("UPDATE records SET actor = 'eve' WHERE position = 1", 1),
        ("UPDATE records SET console = 'c2' WHERE position = 6", 6),
        ("UPDATE records SET type = 'note.addee' WHERE position = 4", 4),
        ("UPDATE records SET at = at + 1 WHERE position = 2", 2),
        ("UPDATE records SET at = 9223372036854775807 WHERE position = 2", 2),
        ("UPDATE records SET stream = 'INC-7' WHERE position = 5", 5),
        ("UPDATE records SET version = 9 WHERE position = 5", 5),
        ("UPDATE records SET previous = 'x' WHERE position = 5", 5),
        ("UPDATE records SET hash = 'x' WHERE position = 5", 5),
        ("DELETE FROM records WHERE position = 4", 5),
        ("DELETE FROM records WHERE position = 6", 6),
        ("DELETE FROM records", 1),
        ("UPDATE head SET position = 5", 6),
        ("UPDATE head SET hash = 'x'", 6),
        ("DELETE FROM head", 0),
        ("INSERT INTO records SELECT 7, stream, 9, type, at, actor, console, data, hash, hash FROM records"
         " WHERE position = 6", 7),
    ],
)  # fmt: skip
def test_a_change_by_hand_is_found_and_named(filled: Store, address: str, statement: str, position: int) -> None:
    tamper(address, statement)
    found = filled.log.verify()
    assert isinstance(found, Break)
    assert found.position == position


def test_two_exchanged_records_are_found(filled: Store, address: str) -> None:
    swap = [f"UPDATE records SET position = {new} WHERE position = {old}" for old, new in ((2, 99), (4, 2), (99, 4))]
    tamper(address, *swap)
    found = filled.log.verify()
    assert isinstance(found, Break)
    assert (found.position, found.stream) == (2, "INC-1")


def test_a_cut_tail_with_a_moved_head_is_found_by_a_kept_checkpoint(filled: Store, address: str) -> None:
    kept = filled.log.head()
    fifth = filled.log.tail(4, limit=1)[0]
    tamper(address, "DELETE FROM records WHERE position = 6", f"UPDATE head SET position = 5, hash = '{fifth.hash}'")
    assert isinstance(filled.log.verify(), Proof)
    assert isinstance(filled.log.verify(kept), Break)


def test_an_append_onto_a_log_whose_head_was_moved_back_is_refused(filled: Store, address: str) -> None:
    tamper(address, "UPDATE head SET position = 3")
    with pytest.raises(Corrupt, match="contradicts itself"):
        filled.log.append("INC-9", 0, [Draft("a", "{}")], AT, "kai", "c1")


@pytest.mark.parametrize(("column", "value"), [("at", "'noon'"), ("data", "x'ff'"), ("actor", "CAST(x'ff' AS TEXT)")])
@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_what_is_no_text_or_number_any_more_is_found(filled: Store, address: str, column: str, value: str) -> None:
    tamper(address, f"UPDATE records SET {column} = {value} WHERE position = 4")
    found = filled.log.verify()
    assert isinstance(found, Break)
    assert found.position == 4
