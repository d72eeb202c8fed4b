"""The condition language, against its table and against anything at all."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.monitor.condition_table import TABLE
from warroom.console.domain.conditions.evaluation import SHOWN_LIMIT, Facts, evaluate
from warroom.console.domain.conditions.jsonpath import Document
from warroom.console.domain.conditions.language import ConditionError, check_condition, parse

CASES = [
    pytest.param(condition, body, facts, ok, shown or condition, id=f"{number}:{condition}")
    for number, (condition, body, facts, ok, shown) in enumerate(
        (condition, body, facts, ok, shown) for body, facts, rows in TABLE for condition, ok, shown in rows
    )
]


@pytest.mark.parametrize(("condition", "body", "facts", "ok", "shown"), CASES)
def test_a_condition_means_what_the_table_says(
    condition: str, body: str, facts: dict[str, float], ok: bool, shown: str
) -> None:
    defaults = {"connected": True}
    result = evaluate(parse(condition), Facts(document=Document(body.encode()), **(defaults | facts)))  # type: ignore[arg-type]
    assert (result.condition, result.ok, result.shown) == (condition, ok, shown)


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ("[STATUS]==200", "spaces around an operator"),
        ("[STATUS] = 200", "spaces around an operator"),
        ("[STATUS] ==", "spaces around an operator"),
        ("[STATUS]", '"[STATUS] == 200"'),
        ("", "compares nothing"),
        ("[CONNECTED]", "compares nothing"),
        ("[STATUS]\t==\t200", "spaces around an operator"),
        ("[STATSU] == 200", "[STATSU] is no placeholder; there are [STATUS]"),
        ("200 == [STATSU]", "[STATSU] is no placeholder"),
        ("[DOMAIN_EXPIRATION] > 720h", "[DOMAIN_EXPIRATION] is not measured here"),
        ("[STATUS] == [CONTEXT].wanted", "[CONTEXT] is not measured here"),
        ("len([BODY].users == 3", "closing parenthesis"),
        ("[BODY].name == pat(john*", "closing parenthesis"),
        ("len(users) == 3", "takes a placeholder"),
        ("has([UNKNOWN]) == true", "takes a placeholder"),
        ("[STATUS].code == 200", "nothing can follow [STATUS]"),
        ("[BODY]name == 200", "nothing can follow [BODY]"),
        ("[STATUS] == 200 == 200", "more than once"),
        ("[STATUS] > 199 < 300", "more than once"),
        ("[STATUS] == 200 && [BODY].status == UP", "more than once"),
        ("[VALUE] < low", "no number"),
        ("len([VALUE]) < 3", "takes no function"),
    ],
)
def test_a_bad_condition_is_refused_with_its_problem(condition: str, problem: str) -> None:
    with pytest.raises(ConditionError) as refused:
        parse(condition)
    assert problem in str(refused.value)
    assert check_condition(condition, "metrics") == str(refused.value)


def test_a_value_has_no_place_in_an_http_probe() -> None:
    assert "[VALUE] belongs to metrics, prometheus," in (check_condition("[VALUE] < 1", "http") or "")
    assert check_condition("[VALUE] < 1", "prometheus") is None


@pytest.mark.parametrize(
    ("condition", "kind", "problem"),
    [
        ("[DNS_RCODE] == NOERROR", "dns", None),
        (
            "[DNS_RCODE] == NOERROR",
            "http",
            '[DNS_RCODE] belongs to dns probes; an http probe has e.g. "[STATUS] == 200"',
        ),
        ("[STATUS] == 200", "tcp", 'a tcp probe has e.g. "[CONNECTED] == true"'),
        ("[STATUS] == 0", "command", None),
        ("[CERTIFICATE_EXPIRATION] > 48h", "tcp", None),
        ("[CERTIFICATE_EXPIRATION] > 48h", "dns", "belongs to http, metrics,"),
    ],
)
def test_what_a_kind_does_not_measure_has_no_place_in_it(condition: str, kind: str, problem: str | None) -> None:
    found = check_condition(condition, kind)
    assert found is None if problem is None else problem in (found or "")


@pytest.mark.parametrize(
    ("condition", "value", "ok", "shown"),
    [
        ("[VALUE] < 0.1", 0.05, True, "[VALUE] < 0.1"),
        ("[VALUE] < 0.1", 0.25, False, "[VALUE] (0.25) < 0.1"),
        ("[VALUE] < 1", 0.999999999, True, "[VALUE] < 1"),
        ("[VALUE] < 1", 7.8125, False, "[VALUE] (7.8125) < 1"),
        ("1 > [VALUE]", 0.999, True, "1 > [VALUE]"),
        ("[VALUE] == 0", 0.0, True, "[VALUE] == 0"),
        ("[VALUE] == 0", 0.5, False, "[VALUE] (0.5) == 0"),
        ("[VALUE] != 0", 0.5, True, "[VALUE] != 0"),
        ("[VALUE] <= 1e3", 1000.0, True, "[VALUE] <= 1e3"),
        ("[VALUE] >= 0x10", 15.0, False, "[VALUE] (15) >= 0x10"),
        ("[VALUE] < 5", 1234567.0, False, "[VALUE] (1234567.0) < 5"),
        ("[VALUE] < 5", math.nan, False, "[VALUE] (nan) < 5"),
    ],
)
def test_a_value_compares_as_a_fraction(condition: str, value: float, ok: bool, shown: str) -> None:
    result = evaluate(parse(condition), Facts(value=value))
    assert (result.ok, result.shown) == (ok, shown)


def test_text_of_the_target_is_never_a_pattern() -> None:
    assert not evaluate(parse("[BODY] == UP"), Facts(document=Document(b"pat(*)"))).ok
    assert not evaluate(parse("[BODY].status == UP"), Facts(document=Document(b'{"status": "any(UP)"}'))).ok


@pytest.mark.parametrize("limit", ["10s", "30s", "1m30s", "20m", "90m"])
def test_a_limit_ending_in_zeros_is_shown_whole(limit: str) -> None:
    shown = evaluate(parse(f"[RESPONSE_TIME] > {limit}"), Facts(response_ms=1)).shown
    expected = "90m (1h30m)" if limit == "90m" else limit
    assert shown == f"[RESPONSE_TIME] (1) > {expected}"


def test_a_pattern_may_hold_an_operator() -> None:
    body = Facts(document=Document(b"a == b"))
    assert evaluate(parse("[BODY] == pat(a == b)"), body).ok
    assert not evaluate(parse("[BODY] != pat(*a == b*)"), body).ok
    assert evaluate(parse("pat(a == *) == [BODY]"), body).ok


def test_what_is_shown_of_a_body_is_short() -> None:
    body = b"x" * 1_000_000
    shown = evaluate(parse("[BODY] == UP"), Facts(document=Document(body))).shown
    assert shown == f"[BODY] ({'x' * SHOWN_LIMIT}…) == UP"


def test_bytes_that_are_no_text_are_shown_as_text() -> None:
    shown = evaluate(parse("[BODY] == UP"), Facts(document=Document(b"\xff\xfe"))).shown
    assert shown.encode() == "[BODY] (��) == UP".encode()


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9" * 5_000,
        b'{"a": ' + b"9" * 5_000 + b"}",
        b'"\\ud800"',
        b"\xff" * 100,
        b"NaN",
    ],
    ids=["deep array", "deep object", "long number", "long number inside", "half a pair", "no text", "no number"],
)
@pytest.mark.parametrize("condition", ["[BODY].a == 1", "len([BODY]) > 1", "has([BODY][0][0]) == true", "[BODY] > 1"])
def test_a_hostile_body_is_judged_like_any_other(condition: str, body: bytes) -> None:
    evaluate(parse(condition), Facts(document=Document(body)))


def test_a_pattern_with_many_stars_ends_on_a_long_body() -> None:
    facts = Facts(document=Document(b"a" * 100_000))
    assert not evaluate(parse(f"[BODY] == pat({'*a' * 30}*b)"), facts).ok


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
PATHS = st.text(alphabet="ab01.[]- ", max_size=10)


@given(body=st.binary(max_size=200), path=PATHS, operator=st.sampled_from(["==", "!=", "<", ">", "<=", ">="]))
def test_no_body_of_bytes_raises(body: bytes, path: str, operator: str) -> None:
    for left in (f"[BODY].{path}", f"len([BODY][{path})", f"has([BODY].{path})", "[BODY]", "len([BODY])"):
        evaluate(parse(f"{left} {operator} 1"), Facts(document=Document(body)))


@given(value=JSON, path=PATHS)
def test_no_json_raises_and_what_has_a_path_can_be_read(value: object, path: str) -> None:
    import json

    facts = Facts(document=Document(json.dumps(value).encode()))
    has = evaluate(parse(f"has([BODY].{path}) == true"), facts)
    length = evaluate(parse(f"len([BODY].{path}) == x"), facts)
    assert has.ok is not length.shown.startswith(f"len([BODY].{path}) (INVALID)")


@given(text=st.text(max_size=40))
def test_any_text_is_a_condition_or_refused_with_an_example(text: str) -> None:
    problem = check_condition(text)
    if problem is None:
        evaluate(parse(text), Facts())


@given(pattern=st.text(alphabet="ab*?[]^-\\/", max_size=12), text=st.text(alphabet="ab-]/", max_size=12))
def test_no_pattern_raises_and_one_in_stars_finds_what_the_bare_one_matches(pattern: str, text: str) -> None:
    from warroom.console.domain.conditions.glob import matches

    if matches(pattern, text):
        assert matches(f"*{pattern}*", f"b{text}a")
