"""Foreign words in documents stay words: read back by a real Markdown parser and a real HTML parser."""

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.domain.playbooks import Room
from tests.reports.protocols import FACTS, incident, rates
from tests.reports.story import HOSTILE, story
from warroom.config.playbook_files import shipped
from warroom.console.domain import intents as i
from warroom.console.domain.text import clean
from warroom.console.reports.markdown import code, fence, markdown, plain
from warroom.console.reports.page import page
from warroom.console.reports.postmortem import compose, document
from warroom.console.reports.standing import POST_MORTEM, known
from warroom.console.reports.structure import structure

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
WORDS = {"text", "text_special", "softbreak"}
UNTIMED = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
NASTY = st.text(st.sampled_from(list("\\`*_{}[]()<>#+-=.!|~&:;/@$\"' \n\tab1x")), max_size=40) | st.text(max_size=40)


def inline(tokens: list[Token]) -> tuple[set[str], str]:
    """The kinds of the innermost tokens, and their words."""
    children = [child for token in tokens for child in token.children or []]
    return {child.type for child in children}, "".join(child.content for child in children)


@UNTIMED
@given(NASTY)
def test_any_text_comes_back_from_a_paragraph_as_it_was(foreign: str) -> None:
    kinds, words = inline(MARKDOWN.parse(plain(foreign)))
    assert kinds <= WORDS
    assert words == " ".join(clean(foreign).split())


@UNTIMED
@given(NASTY)
def test_any_text_comes_back_from_a_list_and_from_a_cell_as_it_was(foreign: str) -> None:
    words = " ".join(clean(foreign).split())
    assert inline(MARKDOWN.parse(f"- {plain(foreign)}")) == inline(MARKDOWN.parse(plain(foreign)))
    table = MARKDOWN.parse(f"| a | b |\n| --- | --- |\n| {plain(foreign)} | end |")
    assert [token.content and inline([token])[1] for token in table if token.type == "inline"] == [
        "a",
        "b",
        words,
        "end",
    ]


@UNTIMED
@given(NASTY)
def test_a_command_comes_back_from_its_cell_as_it_was(foreign: str) -> None:
    words = " ".join(clean(foreign).split())
    table = MARKDOWN.parse(f"| a |\n| --- |\n| {code(foreign)} |")
    cells = [token for token in table if token.type == "inline"]
    assert inline(cells[1:]) == (({"code_inline"}, words) if words else (set(), ""))


@UNTIMED
@given(NASTY)
def test_nothing_ends_a_code_block_from_inside(foreign: str) -> None:
    tokens = MARKDOWN.parse(fence(foreign) + "\n\nafter")
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert tokens[0].content.rstrip("\n") == clean(foreign, keep_newlines=True).rstrip("\n")


@pytest.mark.parametrize("address", ["http://evil.example", "HTTPS://x.y", "www.evil.example", "mailto:a@b.c", "a@b.c"])
def test_an_address_is_no_link_even_where_bare_ones_are(address: str) -> None:
    assert address not in plain(f"see {address} now")


def test_a_hostile_title_makes_no_tag_no_picture_and_no_link_in_markdown() -> None:
    room = story()
    tokens = MARKDOWN.parse(document(room.now, room.stream, (), POST_MORTEM, room.at))
    kinds, _ = inline(tokens)
    assert kinds <= WORDS | {"code_inline", "strong_open", "strong_close"}
    assert "html_block" not in {token.type for token in tokens}


class Tags(HTMLParser):
    """The tags, the attributes and the words of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words += data


OWN = (
    "html head meta title style body header nav main section h1 h2 p a strong span div ul li dl dt dd"
    " table thead tbody tr th td pre code figure figcaption svg g path line rect text"
)
ATTRIBUTES = (
    "lang charset http-equiv name content class id href role aria-label viewbox"
    " x y x1 y1 x2 y2 width height rx d text-anchor"
)


@UNTIMED
@given(NASTY.filter(str.strip))
def test_a_page_has_only_its_own_tags_whatever_the_title(foreign: str) -> None:
    room = Room.declared(title=foreign)
    tags = Tags()
    tags.feed(page(compose(room.now, room.stream, (), POST_MORTEM, room.at)))
    assert tags.tags <= set(OWN.split())
    assert tags.attributes <= set(ATTRIBUTES.split())
    assert all(link.startswith("#part-") for link in tags.links)
    assert clean(room.now.title) in tags.words


NASTIEST = (
    "</text></svg><script>alert(1)</script><img src=//evil.example onerror=alert(2)>"
    "\"' --> ]]> \x1b[2J\x1b]0;owned\x07\x7f\u202e\ud800 [x](javascript:alert(3)) <!channel> | `"
)


@pytest.mark.parametrize("name", shipped())
def test_hostile_words_are_inert_in_every_form_of_every_document(name: str) -> None:
    room = incident(name, NASTIEST)
    room.say(*(i.LearnFact(name=fact, value=NASTIEST) for fact in (*FACTS, "rollback-plan", "<b>")))
    room.say(i.FixNames(names={"previous_tag": NASTIEST}), i.AddNote(text=NASTIEST))
    readings = [replace(one, probe=NASTIEST) for one in rates(room)]
    room.say(i.RecordVerdict(probe=NASTIEST, role="error-rate", status="failing", reason=NASTIEST))
    for key in known(room.now):
        report = compose(room.now, room.stream, readings, key, room.at, "61:" + "a" * 64)
        tags = Tags()
        tags.feed(page(report))
        assert tags.tags <= set(OWN.split())
        assert tags.attributes <= set(ATTRIBUTES.split())
        assert clean(NASTIEST) in tags.words
        tokens = MARKDOWN.parse(markdown(report))
        assert inline(tokens)[0] <= WORDS | {"code_inline", "strong_open", "strong_close"}
        assert "html_block" not in {token.type for token in tokens}
        assert not any(token.type == "link_open" for token in tokens)
        written = structure(report)
        assert written.isascii()
        assert written.replace("\n", "").isprintable()
        assert json.loads(written)["incident"]["title"] == NASTIEST
        assert not any(sign in page(report) + markdown(report) for sign in "\x1b\x07\x7f\u202e\ud800")


def test_a_page_loads_nothing_from_anywhere() -> None:
    room = incident("release-protocol")
    written = page(compose(room.now, room.stream, rates(room), POST_MORTEM, room.at))
    tags = Tags()
    tags.feed(written)
    assert {"svg", "style"} <= tags.tags
    assert {"script", "img", "link", "iframe", "object", "use", "image"}.isdisjoint(tags.tags)
    assert {"src", "style", "xlink:href"}.isdisjoint(tags.attributes)
    assert "default-src 'none'; style-src 'unsafe-inline'" in written
    assert not any(sign in written for sign in ("url(", "@import", "//evil"))


def test_a_page_shows_a_hostile_title_as_it_was_written() -> None:
    room = story()
    tags = Tags()
    tags.feed(page(compose(room.now, room.stream, (), POST_MORTEM, room.at)))
    assert HOSTILE in tags.words
