"""A probe that goes to and fro takes one calm line, and nothing is lost."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from warroom.console.domain.timeline import Entry
from warroom.console.domain.watch.flapping import APART, LEAST, calmed

START = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
WORDS = ("failing: [STATUS] (500) == 200", "ok")


def change(minute: float, count: int, probe: str = "api") -> Entry:
    return Entry(
        at=START + timedelta(minutes=minute),
        who="probe",
        kind="health",
        text=f"{probe} {WORDS[count % 2]}",
        tone="good" if count % 2 else "bad",
        probe=probe,
    )


def note(minute: float) -> Entry:
    return Entry(at=START + timedelta(minutes=minute), who="kai", kind="note", text="looking")


def test_a_flapping_probe_takes_its_first_line_and_one_more() -> None:
    entries = [change(minute, minute) for minute in range(14)]
    first, rest = calmed(entries)
    assert first.entry is entries[0]
    assert rest.entry.text == "api flapping: 14 changes in 13 min; at last ok"
    assert (rest.entry.at, rest.entry.tone, rest.parts) == (entries[-1].at, "warn", tuple(entries))


def test_the_span_is_told_as_it_reads_well() -> None:
    def said(apart: float) -> str:
        return calmed([change(apart * count, count) for count in range(LEAST + 1)])[-1].entry.text

    assert "6 changes in 30 s;" in said(0.1)
    assert "6 changes in 45 min;" in said(9)
    assert "14 changes in 1 h 57 min;" in calmed([change(9 * count, count) for count in range(14)])[-1].entry.text


def test_the_line_of_a_flapping_probe_is_the_same_one_while_it_flaps_on() -> None:
    entries = [change(minute, minute) for minute in range(20)]
    assert {calmed(entries[:count])[1].place for count in range(LEAST, 20)} == {1}


def test_an_outage_and_another_keep_their_lines() -> None:
    entries = [change(minute, minute) for minute in range(LEAST - 1)]
    assert [line.entry for line in calmed(entries)] == entries


def test_changes_far_apart_are_no_flapping() -> None:
    apart = APART / timedelta(minutes=1) + 1
    entries = [change(apart * count, count) for count in range(9)]
    assert [line.entry for line in calmed(entries)] == entries


def test_what_others_did_meanwhile_keeps_its_line() -> None:
    entries = [change(0, 0), change(1, 1), note(1.5), change(2, 0), change(3, 1), change(4, 0)]
    assert [line.entry.text for line in calmed(entries)] == [
        "api failing: [STATUS] (500) == 200",
        "looking",
        "api flapping: 5 changes in 4 min; at last failing: [STATUS] (500) == 200",
    ]


def test_each_probe_flaps_for_itself() -> None:
    entries = [change(minute, minute, probe) for minute in range(5) for probe in ("api", "web")]
    assert [line.entry.probe for line in calmed(entries)] == ["api", "web", "api", "web"]


@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["api", "web", ""])), max_size=40))
def test_every_entry_is_shown_or_a_part_of_what_is(steps: list[tuple[int, str]]) -> None:
    entries, minute = [], 0
    for count, (gap, probe) in enumerate(steps):
        minute += gap
        entries.append(change(minute, count, probe) if probe else note(minute))
    lines = calmed(entries)
    assert {id(each) for each in entries} == {id(each) for line in lines for each in (line.parts or (line.entry,))}
    assert len({line.place for line in lines}) == len(lines)
    assert [line.entry.at for line in lines] == sorted(line.entry.at for line in lines)
