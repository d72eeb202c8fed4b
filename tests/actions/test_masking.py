"""Secrets in output: masked in every form, however the stream is cut, and nothing else is lost."""

import base64
import itertools
import json
import urllib.parse

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warroom.console.actions.runs.masking import LONGEST_HELD, MASK, Masker, mask

UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Machines that run tests are busy; how long an example takes says nothing."""

SECRET = 'p@ss/w0rd "quoted" ü+='
TOKENS = [
    "xoxb-123456789012-abcdefGHIJ",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
]


def streamed(data: bytes, cuts: list[int], secrets: list[str]) -> bytes:
    masker = Masker(secrets)
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return b"".join(masker.feed(data[a:b]) for a, b in itertools.pairwise(places)) + masker.finish()


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        urllib.parse.quote(SECRET),
        urllib.parse.quote(SECRET, safe=""),
        urllib.parse.quote_plus(SECRET),
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
    ],
)
def test_a_declared_secret_is_masked_in_every_form(form: str) -> None:
    assert mask(f"before {form} after", [SECRET]) == f"before {MASK} after"


@pytest.mark.parametrize("user", ["a", "ab", "abc", "kai"])
def test_a_secret_inside_a_longer_base64_text_is_masked(user: str) -> None:
    header = base64.b64encode(f"{user}:correct-horse-battery:x".encode()).decode()
    core = base64.b64encode(b"correct-horse-battery").decode()[4:-8]
    shown = mask(f"x {header}", ["correct-horse-battery"])
    assert MASK in shown
    assert core not in shown


@pytest.mark.parametrize("token", TOKENS)
def test_what_has_the_shape_of_a_secret_is_masked_undeclared(token: str) -> None:
    assert mask(f"token={token}, done") == f"token={MASK}, done"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("https://kai:hunter2@example.com/x", f"https://{MASK}@example.com/x"),
        ("ssh://git@example.com/x", "ssh://git@example.com/x"),
        ("Authorization: Bearer abcdefghijklmnopqrst", f"Authorization: Bearer {MASK}"),
        ("authorization: Basic a2FpOmh1bnRlcjI=", f"authorization: Basic {MASK}"),
        ("BEARER abcdefghijklmnopqrst.", f"BEARER {MASK}"),
        ("https://hooks.slack.com/services/T0/B0/abc done", f"https://hooks.slack.com/services/{MASK} done"),
        ("bearer of bad news", "bearer of bad news"),
        ("https://example.com:8080/a@b", "https://example.com:8080/a@b"),
    ],
)
def test_addresses_and_headers_lose_only_their_secret(line: str, shown: str) -> None:
    assert mask(line) == shown


def test_a_short_secret_is_left_alone() -> None:
    assert mask("dev and devops", ["dev"]) == "dev and devops"


def test_each_line_of_a_key_file_is_masked() -> None:
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----"
    assert mask("x MIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC y", [key]) == f"x {MASK}\n{MASK} y"


@UNTIMED
@given(
    st.lists(
        st.sampled_from(
            [
                SECRET,
                "secretsecret1",
                "secret",
                *TOKENS,
                " ",
                "\n",
                "x",
                "://",
                "k:v@",
                "Bearer ",
                "authorization:",
                "é",
                "gh",
                "Basic ",
            ]
        )
    ),
    st.lists(st.integers(0, 10_000), max_size=12),
)
def test_where_the_stream_is_cut_changes_nothing(parts: list[str], cuts: list[int]) -> None:
    data = "".join(parts).encode()
    secrets = [SECRET, "secretsecret1", "secret1secret"]
    assert streamed(data, cuts, secrets) == streamed(data, [], secrets)
    assert streamed(data, list(range(len(data))), secrets) == streamed(data, [], secrets)
    assert all(secret.encode() not in streamed(data, cuts, secrets) for secret in secrets)


@UNTIMED
@given(st.binary(max_size=60), st.integers(0, 100), st.text(min_size=8, max_size=30))
def test_no_cut_lets_a_secret_through(noise: bytes, cut: int, secret: str) -> None:
    if len(secret.strip()) < 8 or len(secret.strip().splitlines()) != 1:
        return
    value = secret.strip().encode()
    data = noise + value + noise
    shown = streamed(data, [len(noise) + cut % len(value)], [secret])
    assert shown.count(value) == 0


@UNTIMED
@given(st.lists(st.sampled_from(["build ok\n", "50 %", "...", "\r", "step 3/7 ", "é"])), st.lists(st.integers(0, 999)))
def test_output_without_secrets_comes_through_byte_for_byte(parts: list[str], cuts: list[int]) -> None:
    data = "".join(parts).encode()
    assert streamed(data, cuts, [SECRET]) == data


def test_a_progress_line_is_not_held_back() -> None:
    assert Masker([SECRET]).feed(b"Uploading 50 %....") == b"Uploading 50 %...."


def test_a_secret_that_the_end_of_the_stream_broke_off_is_masked() -> None:
    assert streamed(b"key=correct-horse-", [3], ["correct-horse-battery"]) == f"key={MASK}".encode()


def test_an_endless_word_that_began_like_a_secret_is_not_kept_in_memory_and_not_shown() -> None:
    masker = Masker()
    shown = masker.feed(b"x eyJ" + b"a" * LONGEST_HELD) + masker.feed(b"b" * LONGEST_HELD) + masker.feed(b"c end\n")
    assert shown + masker.finish() == f"x {MASK} end\n".encode()
