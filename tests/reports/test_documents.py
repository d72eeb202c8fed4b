"""Documents from a real decided stream, held against golden files."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.domain.playbooks import SMALL, Room
from tests.reports.story import readings, story
from warroom.console.domain import intents as i
from warroom.console.domain.words import Document, Section
from warroom.console.reports.document import FORMS
from warroom.console.reports.postmortem import compose, document
from warroom.console.reports.standing import GENERIC, POST_MORTEM, known
from warroom.console.reports.style import STYLE

GOLDEN = Path(__file__).parent / "golden"
CHECKPOINT = "61:" + "a" * 64


@pytest.mark.parametrize("form", FORMS)
def test_a_post_mortem_is_what_the_golden_file_says(form: str) -> None:
    room = story()
    report = compose(room.now, room.stream, readings(), POST_MORTEM, room.at, CHECKPOINT)
    written = FORMS[form](report).replace(STYLE, "STYLE")
    assert written == (GOLDEN / f"post-mortem.{form}").read_text(encoding="utf-8")


def text(room: Room, key: str = POST_MORTEM, checkpoint: str = "") -> str:
    """A document as Markdown."""
    return document(room.now, room.stream, (), key, room.at, checkpoint)


def section(written: str, title: str) -> str:
    """One section of a Markdown document."""
    return written.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_the_timeline_has_every_event_in_the_order_of_the_log() -> None:
    room = story()
    lines = section(text(room), "Timeline").strip().splitlines()[2:]
    assert len(lines) == len(room.stream)
    assert all(line.startswith("| 2026-11-2") and " UTC | " in line for line in lines)
    assert lines == sorted(lines, key=lambda line: line[:25])


def test_a_document_is_the_same_however_often_it_is_written() -> None:
    assert text(story()) == text(story())


def test_what_the_log_can_not_know_is_a_blank_with_its_prompt() -> None:
    room = Room.declared()
    written = text(room)
    assert "> **To be written:** What made it possible, not who." in section(written, "Root cause")
    assert "> **To be written:** Run \\`warroom verify\\`" in section(written, "Checkpoint")
    room.say(i.LearnFact(name="cause", value="a null in the config"))
    assert section(text(room), "Root cause").startswith("\na null in the config")


def test_what_somebody_wrote_for_a_section_stands_beside_what_the_log_has() -> None:
    spec = Document(title="Spec", section=(Section(title="Problem", source="summary", prompt="One sentence."),))
    room = Room.declared(playbook=replace(SMALL, document={"spec": spec}))
    assert "> **To be written:** One sentence." in section(text(room, "spec"), "Problem")
    room.say(i.LearnFact(name="problem", value="Sessions expire at once."))
    written = section(text(room, "spec"), "Problem")
    assert "Sessions expire at once." in written
    assert "To be written" not in written


def test_an_incident_in_which_nothing_happened_yet_has_every_section() -> None:
    written = text(Room.declared())
    for words in ("Nothing was decided.", "No message went out.", "Nothing was run.", "No rule was skipped."):
        assert words in written
    assert "and still going on" in section(written, "Impact")


def test_a_protocol_that_never_speaks_of_pull_requests_can_open_one_all_the_same() -> None:
    assert not SMALL.naming.pull_request
    assert section(text(Room.declared(), "pull-request"), "Root cause")


def test_a_drill_is_marked_as_one() -> None:
    room = Room()
    room.say(i.Declare(incident="INC-1", title="x", level="P0", playbook=SMALL, drill=True))
    report = compose(room.now, room.stream, (), POST_MORTEM, room.at)
    assert all("drill" in write(report).lower() for write in FORMS.values())
    assert "DRILL" not in text(Room.declared())


def test_a_protocol_without_a_post_mortem_gets_a_general_one() -> None:
    room = Room.declared()
    assert known(room.now)[POST_MORTEM] is SMALL.document[POST_MORTEM]
    assert {part.source for part in GENERIC.section} >= {part.source for part in SMALL.document[POST_MORTEM].section}


def test_the_record_is_added_to_a_post_mortem_whose_protocol_leaves_it_out() -> None:
    brief = Document(title="Post-mortem", section=(Section(title="Course", source="timeline"),))
    room = Room.declared(playbook=replace(SMALL, document={POST_MORTEM: brief, "note": brief}))
    titles = [part.title for part in compose(room.now, room.stream, (), POST_MORTEM, room.at).parts]
    assert titles[:3] == ["Error rate", "Limits", "Course"]
    assert {"Limits", "Decisions", "Skipped rules", "The log"} < set(titles)
    assert "Timeline" not in titles
    assert [part.title for part in compose(room.now, room.stream, (), "note", room.at).parts] == ["Course"]


def test_limits_say_by_how_much_they_were_met_or_missed() -> None:
    clocks = section(text(story()), "Clocks")
    assert "| Fix ready | 30m | 2026-11-20 14:00:00 UTC | 2026-11-20 14:07:00 UTC | met, 23:00 to spare |" in clocks
    assert "| Resolved | 1h | 2026-11-20 13:48:00 UTC | 2026-11-20 14:35:00 UTC | met, 13:00 to spare |" in clocks
    assert "missed by 18:00; longest silence 33:00" in clocks
