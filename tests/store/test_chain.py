"""The chain finds whatever is changed, wherever."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.console.store.chain import canonical, digest, link, seal, storable, verify
from warroom.console.store.excerpt import excerpt, prove
from warroom.console.store.log import Break, Draft, Head, Proof, Record

AT = datetime(2026, 11, 20, 14, 47, 12, tzinfo=UTC)


def chain(*streams: str) -> tuple[Record, ...]:
    head, versions, records = Head(), dict.fromkeys(streams, 0), []
    for number, stream in enumerate(streams):
        versions[stream] += 1
        draft = Draft("note.added", f'{{"number":{number}}}')
        record = seal(head, stream, versions[stream], draft, AT + timedelta(seconds=number), "kai", "c1")
        records.append(record)
        head = Head(record.position, record.hash)
    return tuple(records)


LOG = chain("INC-1", "INC-2", "INC-1", "INC-1", "INC-2", "INC-3")
HEAD = Head(6, LOG[-1].hash)


def position_of_break(*records: Record, head: Head = HEAD) -> int:
    found = verify(records, head)
    assert isinstance(found, Break)
    assert found.why
    return found.position


def test_a_whole_log_is_proved() -> None:
    assert verify(LOG, HEAD) == Proof(HEAD, 3)


def test_an_empty_log_is_proved() -> None:
    assert verify((), Head()) == Proof(Head(), 0)


def test_hashes_are_what_the_page_says() -> None:
    import hashlib
    import json

    record = LOG[0]
    body = {
        "position": 1,
        "stream": "INC-1",
        "version": 1,
        "type": "note.added",
        "at": "2026-11-20T14:47:12.000000+00:00",
        "actor": "kai",
        "console": "c1",
        "data": '{"number":0}',
    }
    inner = hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).digest()
    assert record.hash == hashlib.sha256(bytes(32) + inner).hexdigest()


@given(index=st.integers(0, 5), name=st.sampled_from(["stream", "type", "actor", "console", "data"]), at=st.data())
def test_any_changed_character_is_found_where_it_is(index: int, name: str, at: st.DataObject) -> None:
    text = getattr(LOG[index], name)
    spot = at.draw(st.integers(0, len(text) - 1))
    character = at.draw(st.characters(exclude_characters=text[spot]))
    edited = replace(LOG[index], **{name: text[:spot] + character + text[spot + 1 :]})
    assert position_of_break(*LOG[:index], edited, *LOG[index + 1 :]) == index + 1


@given(index=st.integers(0, 5), by=st.integers(-(10**12), 10**12).filter(bool))
def test_any_changed_moment_is_found_where_it_is(index: int, by: int) -> None:
    edited = replace(LOG[index], at=LOG[index].at + timedelta(microseconds=by))
    assert position_of_break(*LOG[:index], edited, *LOG[index + 1 :]) == index + 1


@pytest.mark.parametrize("index", range(6))
@pytest.mark.parametrize("name", ["position", "version"])
def test_a_changed_number_is_found(index: int, name: str) -> None:
    edited = replace(LOG[index], **{name: getattr(LOG[index], name) + 1})
    assert position_of_break(*LOG[:index], edited, *LOG[index + 1 :]) == edited.position


@pytest.mark.parametrize("index", range(6))
@pytest.mark.parametrize("name", ["previous", "hash"])
def test_a_changed_hash_is_found(index: int, name: str) -> None:
    flipped = "".join("f" if character != "f" else "0" for character in getattr(LOG[index], name))
    changes: dict[str, Any] = {name: flipped}
    edited = replace(LOG[index], **changes)
    assert position_of_break(*LOG[:index], edited, *LOG[index + 1 :]) in (index + 1, index + 2)


@pytest.mark.parametrize("index", range(5))
def test_a_removed_record_is_found(index: int) -> None:
    assert position_of_break(*LOG[:index], *LOG[index + 1 :]) == index + 2


@pytest.mark.parametrize("index", range(5))
def test_swapped_records_are_found(index: int) -> None:
    assert position_of_break(*LOG[:index], LOG[index + 1], LOG[index], *LOG[index + 2 :]) == index + 2


def test_an_inserted_record_is_found() -> None:
    forged = seal(Head(2, LOG[1].hash), "INC-1", 2, Draft("a", "{}"), AT, "eve", "c9")
    assert position_of_break(*LOG[:2], forged, *LOG[2:]) == 3


@pytest.mark.parametrize("left", range(6))
def test_a_cut_tail_is_found_by_the_head(left: int) -> None:
    assert position_of_break(*LOG[:left]) == left + 1


def test_a_record_past_the_head_is_found() -> None:
    assert position_of_break(*LOG, head=Head(5, LOG[4].hash)) == 6


def test_a_rewritten_log_with_its_head_is_found_by_a_checkpoint_only() -> None:
    forged = chain("INC-1", "INC-9", "INC-1")
    head = Head(3, forged[-1].hash)
    assert isinstance(verify(forged, head), Proof)
    found = verify(forged, head, Head(2, LOG[1].hash))
    assert isinstance(found, Break) and found.position == 2


def test_a_checkpoint_is_written_and_read_as_one_line() -> None:
    assert Head.parse(str(HEAD)) == HEAD


@pytest.mark.parametrize("text", ["", "6", "6:", "x:" + "0" * 64, "6:" + "g" * 64, "-1:" + "0" * 64])
def test_what_is_no_checkpoint_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"e\.g\."):
        Head.parse(text)


def test_an_excerpt_proves_one_stream_with_no_more_than_digests_of_the_others() -> None:
    cut = excerpt(LOG, "INC-2")
    assert cut.links == (LOG[1], digest(LOG[2]), digest(LOG[3]), LOG[4])
    assert (cut.start, cut.end) == (Head(1, LOG[0].hash), Head(5, LOG[4].hash))
    assert prove(cut) == Proof(cut.end, 1)


def test_an_excerpt_of_the_whole_log_starts_before_its_first_record() -> None:
    assert excerpt(LOG[:1], "INC-1").start == Head()


@pytest.mark.parametrize(
    "links",
    [
        (replace(LOG[1], data="{}"), digest(LOG[2]), digest(LOG[3]), LOG[4]),
        (LOG[1], digest(LOG[2]), LOG[4]),
        (LOG[1], digest(LOG[3]), digest(LOG[2]), LOG[4]),
        (LOG[1], digest(LOG[2]), digest(LOG[3])),
        (LOG[1], "no digest", digest(LOG[3]), LOG[4]),
    ],
)
def test_a_changed_excerpt_is_found(links: tuple[Record | str, ...]) -> None:
    assert isinstance(prove(replace(excerpt(LOG, "INC-2"), links=links)), Break)


def test_there_is_no_excerpt_of_an_unknown_stream() -> None:
    with pytest.raises(ValueError, match="INC-9"):
        excerpt(LOG, "INC-9")


def test_canonical_json_is_sorted_compact_and_keeps_letters() -> None:
    assert canonical({"b": [1, None], "a": "é"}) == '{"a":"é","b":[1,null]}'
    with pytest.raises(ValueError):
        canonical(float("nan"))


@given(st.text(alphabet=st.characters(codec=None), max_size=50))
def test_storable_text_can_always_be_stored(text: str) -> None:
    stored = storable(text)
    stored.encode()
    assert "\0" not in stored
    assert len(stored) == len(text)
    assert storable(stored) == stored


def test_a_link_depends_on_both_its_parts() -> None:
    one, other = LOG[0].hash, LOG[1].hash
    assert len({link(one, other), link(other, one), link(one, one)}) == 3
