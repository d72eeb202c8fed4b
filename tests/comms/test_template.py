"""Templates: what they can say, and that a hostile one is refused with its line instead of costing time or memory."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warroom.console.comms.template import MOST_CHARACTERS, BadTemplate, fill

FACTS = {"title": "Sign-in fails", "done": ["one", "two"], "health": [{"name": "api", "status": "ok"}]}


def filled(template: str) -> str:
    """The text alone."""
    return fill(template, FACTS)[0]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ title }}", "Sign-in fails"),
        ("{{ title|upper }} {{ done|length }}", "SIGN-IN FAILS 2"),
        ("{% for item in done %}- {{ item }}\n{% endfor %}", "- one\n- two\n"),
        ("{% for item in health if item.status == 'ok' %}{{ item.name }}{% endfor %}", "api"),
        ("{% for item in done %}{{ loop.index }}{{ ', ' if not loop.last }}{% endfor %}", "1, 2"),
        ("{{ done|join(', ') }}", "one, two"),
        ("{% if eta %}by {{ eta }}{% else %}no word yet{% endif %}", "no word yet"),
        ("{{ eta|default('soon') }}", "soon"),
        ("{{ title ~ '!' }} {{ title[:4] }}", "Sign-in fails! Sign"),
        ("{# not shown #}{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
    ],
)
def test_a_template_says_what_people_need(template: str, text: str) -> None:
    assert fill(template, FACTS) == (text, ())


def test_a_fact_nobody_gave_is_a_visible_gap_and_named_once() -> None:
    text, blanks = fill("{{ impact }} until {{ eta }} ({{ eta }}, {{ impact.users }})", FACTS)
    assert text == "[impact?] until [eta?] ([eta?], [impact?])"
    assert blanks == ("impact", "eta")


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("ok\n{{ 'a' * 10**8 }}", "line 2: mul can't be used"),
        ("{{ 10 ** 10 ** 10 }}", "pow can't be used"),
        ("{{ range(10**9)|join }}", "call can't be used"),
        ("{{ title.upper() }}", "call can't be used"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "call can't be used"),
        ("{% set x = title %}", "assign can't be used"),
        ("{% macro f() %}{{ f() }}{% endmacro %}", "macro can't be used"),
        ("{% include '/etc/passwd' %}", "include can't be used"),
        ("{% import 'os' as os %}", "import can't be used"),
        ("{% extends 'x' %}", "extends can't be used"),
        ("{{ title|replace('a', 'aaaa') }}", "no filter 'replace'"),
        ("{{ title|attr('__class__') }}", "no filter 'attr'"),
        ("{{ '%9999999999s'|format(title) }}", "no filter 'format'"),
        ("{{ title|indent(999999999) }}", "no filter 'indent'"),
        ("{{ title|nothing }}", "nothing"),
        ("{{ self }}", "no fact 'self'"),
        ("{% for a in done %}{% for b in done %}{% for c in done %}x{% endfor %}{% endfor %}{% endfor %}", "2 deep"),
        ("{% for a in done recursive %}{{ loop(done) }}{% endfor %}", "2 deep"),
        ("{{ title|join('" + "x" * 15_000 + "') }}", "makes more than"),
        ("{% for a in done %}" + "x" * 15_000 + "{% endfor %}", "makes more than"),
        ("x" * (MOST_CHARACTERS + 1), "longer than"),
        ("{{ " + "(" * 9_000, "nested too deeply"),
        ("{{ " + "not " * 4_000 + "title }}", "nested too deeply"),
        ("{% if title %}" * 200 + "{% endif %}" * 200, "nested too deeply"),
        ("{{ " + "9" * 9_000 + " }}", "integer"),
        ("{{ title", "line 1: "),
        ("{% for %}", "line 1: "),
        ("{{ title > 5 }}", "not supported"),
    ],
)
def test_what_a_message_does_not_need_is_refused_and_named(template: str, why: str) -> None:
    with pytest.raises(BadTemplate, match=why):
        fill(template, FACTS)


@pytest.mark.parametrize(
    "template", ["{{ title.__class__ }}", "{{ title.upper }}", "{{ health[0].items }}", "{{ done.sort }}"]
)
def test_a_name_never_leads_into_python(template: str) -> None:
    assert filled(template).endswith("?]")


def test_facts_are_not_templates() -> None:
    assert fill("{{ title }}", {"title": "{{ 7 * 7 }}{% include 'x' %}"})[0] == "{{ 7 * 7 }}{% include 'x' %}"


@pytest.mark.parametrize("inside", ["{% if title %}@{% endif %}", "{{ (@) }}", "{% if title == (@) %}x{% endif %}"])
def test_what_is_deep_but_allowed_still_compiles(inside: str) -> None:
    before, after = inside.split("@")
    for depth in range(1, 70):
        text = before * depth + after * depth
        try:
            filled(text)
        except BadTemplate as error:
            assert "line" in str(error) or "deep" in str(error)


PIECES = [
    "{{ ",
    " }}",
    "{% ",
    " %}",
    "title",
    "done",
    "x",
    "for ",
    " in ",
    "if ",
    "endfor",
    "endif",
    "|",
    "join",
    "(",
    ")",
    "'",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join) | st.text(max_size=40))
def test_any_text_is_filled_or_refused_by_name(template: str) -> None:
    try:
        assert len(filled(template)) <= MOST_CHARACTERS
    except BadTemplate as error:
        assert str(error)
