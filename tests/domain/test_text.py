"""Foreign text: nothing that a terminal obeys survives, and nothing that a person should read is lost."""

import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from warroom.console.domain.text import clean, is_plain

UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Machines that run tests are busy; how long an example takes says nothing."""

NASTY = st.text(
    st.one_of(
        st.sampled_from("\x1b\x9b\x9d\x90\x9c\x07\\[]PX^_0;?mKJ \r\n\t\x85ab"),
        st.sampled_from("\u2028\u202e\u200b\u200d\ufe0f\ud800\U000e0041"),
        st.characters(),
    )
)
BIDI = ("LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI")


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("[P1] checkout [eu] down", "[P1] checkout [eu] down"),
        ("naïve 東京 ✓", "naïve 東京 ✓"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[2Jgone", "␛gone"),
        ("\x1b]52;c;aGVsbG8=\x07copied", "␛copied"),
        ("\x1b]0;title\x1b\\x", "␛x"),
        ("\x1bP1$r q\x1b\\x", "␛x"),
        ("\x1b_apc\x9cx", "␛x"),
        ("\x9b2Jx\x9d0;t\x9cy", "␛x␛y"),
        ("\x1b]8;;http://x", "␛8;;http://x"),
        ("\x1b[", "␛"),
        ("\x1b", "␛"),
        ("\x1b(0lqk", "␛lqk"),
        ("\x1bcreset", "␛reset"),
        ("bell\x07 nul\x00 del\x7f", "bell␇ nul␀ del␡"),
        ("a\tb\r\nc\rd\u2028e\x85f", "a b c d e f"),
        ("safe\u202egnp.exe", "safe\ufffdgnp.exe"),
        ("pro\u200bduction", "pro\ufffdduction"),
        ("\U0001f468\u200d\U0001f469 ❤\ufe0f", "\U0001f468\U0001f469 ❤"),
        ("\ud800", "\ufffd"),
        ("\U000e0068\U000e0069", "\ufffd\ufffd"),
    ],
)
def test_foreign_text_is_shown_and_not_obeyed(foreign: str, shown: str) -> None:
    assert clean(foreign) == shown


def test_lines_survive_when_they_are_wanted() -> None:
    assert clean("a\r\nb\rc\x0cd\n", keep_newlines=True) == "a\nb\nc\nd\n"


def test_text_with_nothing_to_clean_is_the_same_object() -> None:
    text = "checkout is down in 東京"
    assert clean(text) is text


@UNTIMED
@given(NASTY, st.booleans())
@example("\x1b\x1b[m[2J", False)
@example("\x1b]\x1b]\x1b]", True)
def test_nothing_a_terminal_obeys_survives(text: str, keep: bool) -> None:
    result = clean(text, keep_newlines=keep)
    obeyed = {c for c in result if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")} - ({"\n"} if keep else set())
    bidi = {c for c in result if unicodedata.bidirectional(c) in BIDI}
    assert not obeyed
    assert not bidi
    assert len(result.splitlines()) <= 1 or keep


@UNTIMED
@given(NASTY, st.booleans())
def test_cleaning_twice_changes_nothing_more(text: str, keep: bool) -> None:
    once = clean(text, keep_newlines=keep)
    assert clean(once, keep_newlines=keep) == once


@UNTIMED
@given(st.text(st.characters(categories=("L", "N", "P", "S"), max_codepoint=0x2FFF), max_size=50))
def test_ordinary_text_comes_through_unchanged(text: str) -> None:
    ordinary = "".join(c for c in text if c not in "\u115f\u1160")
    assert clean(ordinary) == ordinary


@UNTIMED
@given(NASTY)
def test_plain_text_is_one_line_and_cleaning_takes_only_joiners_from_it(text: str) -> None:
    if is_plain(text):
        assert "\n" not in text
        assert "␛" not in clean(text) or "␛" in text
        assert clean(text).count("\ufffd") == text.count("\ufffd")


@pytest.mark.parametrize("unfinished", ["\x1b]", "\x9d", "\x1b[1;", "\x9b", "\x1b[ ", "\x1b", "\x1b("])
def test_a_flood_of_unfinished_sequences_is_cleaned_in_linear_time(unfinished: str) -> None:
    assert "\x1b" not in clean(unfinished * 200_000)
