"""What every log does, whatever it is kept in."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warroom.console.store.errors import Conflict, Unreachable
from warroom.console.store.log import GENESIS, Break, Draft, Head, Proof, Record
from warroom.console.store.store import Store, open_store

AT = datetime(2026, 11, 20, 14, 47, 12, 345678, tzinfo=UTC)


def append(store: Store, stream: str, version: int, *types: str) -> tuple[Record, ...]:
    return store.log.append(stream, version, [Draft(name, '{"x":1}') for name in types], AT, "kai", "c1")


def test_a_new_log_is_empty_and_whole(store: Store) -> None:
    assert store.log.head() == Head(0, GENESIS)
    assert store.log.read("INC-1") == ()
    assert store.log.tail(0) == ()
    assert store.log.streams() == {}
    assert store.log.verify() == Proof(Head(), 0)


def test_an_append_returns_what_a_reader_finds(store: Store) -> None:
    records = append(store, "INC-1", 0, "incident.declared", "note.added")
    assert [(record.position, record.version, record.type) for record in records] == [
        (1, 1, "incident.declared"),
        (2, 2, "note.added"),
    ]
    assert records[0].at == AT
    assert records[0].previous == GENESIS
    assert store.log.read("INC-1") == records
    assert store.log.tail(0) == records
    assert store.log.head() == Head(2, records[1].hash)


def test_positions_number_the_whole_log_and_versions_one_stream(store: Store) -> None:
    append(store, "INC-2", 0, "a")
    append(store, "INC-1", 0, "b", "c")
    append(store, "INC-2", 1, "d")
    assert [(r.position, r.stream, r.version) for r in store.log.tail(0)] == [
        (1, "INC-2", 1),
        (2, "INC-1", 1),
        (3, "INC-1", 2),
        (4, "INC-2", 2),
    ]
    assert list(store.log.streams().items()) == [("INC-2", 2), ("INC-1", 2)]


def test_reading_can_start_after_a_version_and_stop_at_a_limit(store: Store) -> None:
    append(store, "INC-1", 0, "a", "b", "c", "d")
    assert [record.type for record in store.log.read("INC-1", after=2)] == ["c", "d"]
    assert [record.type for record in store.log.tail(1, limit=2)] == ["b", "c"]
    assert store.log.tail(4) == ()


@pytest.mark.parametrize("expected", [0, 1, 3])
def test_an_append_on_another_version_than_the_last_is_refused_and_writes_nothing(store: Store, expected: int) -> None:
    append(store, "INC-1", 0, "a", "b")
    with pytest.raises(Conflict) as caught:
        append(store, "INC-1", expected, "c")
    assert (caught.value.stream, caught.value.expected_version, caught.value.actual_version) == ("INC-1", expected, 2)
    assert store.log.head().position == 2


def test_an_append_of_nothing_changes_nothing(store: Store) -> None:
    assert append(store, "INC-1", 0) == ()
    assert store.log.head() == Head()


def test_of_appends_queued_at_once_the_conflicting_one_fails_alone(store: Store) -> None:
    draft = [Draft("a", "{}")]
    queued = [store.log.append_soon("INC-1", version, draft, AT, "kai", "c1") for version in (0, 0, 1)]
    assert queued[0].result()[0].version == 1
    assert isinstance(queued[1].exception(), Conflict)
    assert queued[2].result()[0].version == 2
    assert isinstance(store.log.verify(), Proof)


def test_a_broken_draft_among_many_queued_ones_fails_alone(store: Store) -> None:
    wrong = Draft("a", b"bytes")  # type: ignore[arg-type]  # a caller's mistake
    drafts = [Draft("a", "{}"), wrong, Draft("c", "{}")]
    queued = [store.log.append_soon(f"INC-{i}", 0, [draft], AT, "kai", "c1") for i, draft in enumerate(drafts)]
    assert queued[0].result()[0].stream == "INC-0"
    assert isinstance(queued[1].exception(), TypeError)
    assert queued[2].result()[0].stream == "INC-2"
    assert store.log.head().position == 2


async def test_an_append_can_be_awaited_on_an_event_loop(store: Store) -> None:
    async def one(number: int) -> int:
        append_soon = store.log.append_soon(f"INC-{number}", 0, [Draft("a", "{}")], AT, "kai", "c1")
        return (await asyncio.wrap_future(append_soon))[0].position

    positions = await asyncio.gather(*(one(number) for number in range(20)))
    assert sorted(positions) == list(range(1, 21))


def test_text_in_any_script_comes_back_as_it_was(store: Store) -> None:
    data = '{"text":"é 漢字 🚨 \\u0000 [P1] \\"quoted\\" %s ? \'"}'
    store.log.append("INC-é", 0, [Draft("note.added", data)], AT, "Žofie 漢", "c/1")
    (record,) = store.log.read("INC-é")
    assert (record.data, record.actor, record.console) == (data, "Žofie 漢", "c/1")
    assert isinstance(store.log.verify(), Proof)


def test_characters_that_no_database_keeps_are_replaced_and_the_event_is_kept(store: Store) -> None:
    (record,) = store.log.append("INC-1", 0, [Draft("a\0", '{"x":"\ud800"}')], AT, "k\0i\udfff", "c\0")
    assert (record.type, record.data, record.actor, record.console) == ("a�", '{"x":"�"}', "k�i�", "c�")
    assert store.log.read("INC-1") == (record,)
    assert isinstance(store.log.verify(), Proof)


@pytest.mark.parametrize("stream", ["", "INC\0", "INC-\ud800"])
def test_a_stream_needs_a_name_that_can_be_stored(store: Store, stream: str) -> None:
    with pytest.raises(ValueError, match="stream"):
        append(store, stream, 0, "a")


def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="aware"):
        store.log.append("INC-1", 0, [Draft("a", "{}")], AT.replace(tzinfo=None), "kai", "c1")


def test_a_time_in_another_zone_is_kept_as_the_same_instant_in_utc(store: Store) -> None:
    local = AT.astimezone(timezone(timedelta(hours=2)))
    (record,) = store.log.append("INC-1", 0, [Draft("a", "{}")], local, "kai", "c1")
    assert store.log.read("INC-1") == (record,)
    assert (record.at, record.at.tzinfo) == (AT, UTC)


def test_what_was_appended_is_there_after_closing_and_opening_again(address: str) -> None:
    with open_store(address) as store:
        records = append(store, "INC-1", 0, "a", "b")
    with open_store(address) as store:
        assert store.log.tail(0) == records
        assert isinstance(store.log.verify(), Proof)


def test_a_closed_store_says_so_and_can_be_closed_twice(address: str) -> None:
    store = open_store(address)
    store.close()
    store.close()
    with pytest.raises(Unreachable, match="closed"):
        store.log.head()


def test_appends_queued_before_closing_are_kept(address: str) -> None:
    with open_store(address) as store:
        queued = [store.log.append_soon(f"INC-{i}", 0, [Draft("a", "{}")], AT, "kai", "c1") for i in range(50)]
    assert all(future.result() for future in queued)
    with open_store(address) as store:
        assert store.log.head().position == 50


def test_a_log_says_when_it_has_grown(store: Store) -> None:
    assert not store.log.changed(0)
    append(store, "INC-1", 0, "a")
    assert store.log.wait(0, timeout=10)
    assert store.log.changed(0)
    assert not store.log.changed(1)
    assert not store.log.wait(1, timeout=0.01)


def test_two_open_stores_see_each_others_appends(address: str) -> None:
    with open_store(address) as one, open_store(address) as other:
        assert not other.log.changed(0)
        records = append(one, "INC-1", 0, "a")
        assert other.log.wait(0, timeout=10)
        assert other.log.tail(0) == records
        answer = append(other, "INC-1", 1, "b")
        assert one.log.wait(1, timeout=10)
        assert one.log.tail(1) == answer
        with pytest.raises(Conflict):
            append(one, "INC-1", 1, "c")


def test_a_kept_checkpoint_proves_that_the_log_was_not_rewritten(store: Store) -> None:
    append(store, "INC-1", 0, "a", "b")
    kept = store.log.checkpoint()
    append(store, "INC-1", 2, "c")
    assert store.log.verify(Head.parse(kept)) == Proof(store.log.head(), 1)
    forged = Head(2, "0" * 64)
    assert store.log.verify(forged) == Break(2, "INC-1", 2, "it is not what the checkpoint says: the log was rewritten")
    later = Head(9, "0" * 64)
    found = store.log.verify(later)
    assert isinstance(found, Break) and "tail is cut" in found.why


steps = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.booleans(), st.text(max_size=20)), min_size=1, max_size=12
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_any_sequence_of_appends_keeps_the_log_gapless_and_whole(
    store: Store, steps: list[tuple[str, int, bool, str]]
) -> None:
    versions = store.log.streams()
    before = store.log.head().position
    for stream, count, stale, actor in steps:
        version = versions.get(stream, 0)
        drafts = [Draft("a", "{}")] * count
        if stale:
            with pytest.raises(Conflict):
                store.log.append(stream, version + 1, drafts, AT, actor, "c1")
        else:
            records = store.log.append(stream, version, drafts, AT, actor, "c1")
            assert [record.version for record in records] == list(range(version + 1, version + count + 1))
            versions[stream] = version + count
    added = sum(count for _, count, stale, _ in steps if not stale)
    assert [record.position for record in store.log.tail(before)] == list(range(before + 1, before + added + 1))
    assert isinstance(store.log.verify(), Proof)
    assert store.log.streams() == {stream: version for stream, version in versions.items() if version}
