"""Conflicts as they are read from a file with markers, and what keeps a pick from being continued."""

import pytest

from warroom.console.domain.git.conflict import ConflictFile, has_marker, hunks_of, in_the_way

PLAIN = "a\n<<<<<<< HEAD\nours\n=======\ntheirs\nmore\n>>>>>>> 1234567 (Fix)\nb\n"
WITH_BASE = "<<<<<<< HEAD\nours\n||||||| parent\nwas\n=======\n>>>>>>> 1234567\n"


def test_each_side_of_a_hunk_is_read_with_its_line() -> None:
    (hunk,) = hunks_of(PLAIN)
    assert (hunk.line, hunk.ours, hunk.theirs, hunk.more) == (2, ("ours",), ("theirs", "more"), 0)


def test_what_both_had_before_is_left_out() -> None:
    (hunk,) = hunks_of(WITH_BASE)
    assert (hunk.ours, hunk.theirs) == (("ours",), ())


def test_lines_with_carriage_returns_are_markers_as_well() -> None:
    (hunk,) = hunks_of(PLAIN.replace("\n", "\r\n"))
    assert hunk.ours == ("ours",)


def test_what_would_drive_a_terminal_is_shown_as_text() -> None:
    (hunk,) = hunks_of("<<<<<<< a\n\x1b[2Jours\n=======\n\u202etheirs\n>>>>>>> b\n")
    assert "\x1b" not in hunk.ours[0]
    assert "\u202e" not in hunk.theirs[0]


def test_a_hunk_without_end_is_none_and_its_marker_still_counts() -> None:
    text = "<<<<<<< a\nours\n"
    assert hunks_of(text) == ()
    assert has_marker(text)


@pytest.mark.parametrize("text", ["Title\n=======\n", "<<<<<<<no\n", "  <<<<<<< a\n", "<<<<<<<< eight\n"])
def test_a_heading_and_other_lines_are_no_markers(text: str) -> None:
    assert not has_marker(text)


def test_of_a_long_hunk_the_rest_is_counted() -> None:
    (hunk,) = hunks_of("<<<<<<< a\n" + "x\n" * 100 + "=======\ny\n>>>>>>> b\n")
    assert (len(hunk.ours), hunk.more) == (40, 60)


def test_what_is_in_the_way_is_said_worst_first() -> None:
    open_, mended = ConflictFile(path="a.py"), ConflictFile(path="b.py", stage="unstaged")
    other = ConflictFile(path="c.py")
    assert in_the_way([mended, open_, other], ["d"], ["e"]) == "a.py and 1 more still conflict"
    assert in_the_way([mended], ["d"], ["e"]) == "b.py is not added: git add it"
    assert in_the_way([], ["d"], ["e"]) == "d has changes that are not added: git add it"
    assert in_the_way([], [], ["e"]) == "e is not known to git: add it, or delete it"
    assert in_the_way([ConflictFile(path="a.py", stage="ready")], [], []) == ""
