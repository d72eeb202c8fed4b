"""Names of branches and tags: what we accept, git accepts and understands the same way."""

import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warroom.console.actions.git.refs import BadRef, validated, validated_new


@pytest.mark.parametrize(
    "name",
    ["main", "hotfix/INC-1", "v1.2.3", "release_2", "a", "0123abc", "shop/v1.0.0", "origin/main", "v1.2.3+build.7"],
)
def test_ordinary_names_are_accepted(name: str) -> None:
    assert validated(name).name == name
    assert validated_new(name).as_branch == f"refs/heads/{name}"


RESERVED = ("@", "HEAD", "head", "FETCH_HEAD", "ORIG_HEAD", "origin/HEAD", "AUTO_MERGE", "", "-x", "--")
MALFORMED = (
    "a..b",
    "x.lock",
    "a/b.lock/c",
    "a b",
    "a\n",
    "a~1",
    "a^",
    "a:b",
    "a?",
    "a*",
    "a[",
    "a\\b",
    "a@{1}",
    "/a",
    "+a",
)
UNUSUAL = ("+a", "a/", "a//b", ".a", "a/.b", "a.", "a\x00", "é", "$(id)", "a;b", "a\u202eb")


@pytest.mark.parametrize("name", [*RESERVED, *MALFORMED, *UNUSUAL, "x" * 201])
def test_names_that_git_would_misread_are_refused(name: str) -> None:
    with pytest.raises(BadRef):
        validated(name)


@pytest.mark.parametrize("name", ["f" * 40, "A" * 64, "refs/heads/main", "REFS/x"])
def test_new_names_may_not_look_like_something_else(name: str) -> None:
    with pytest.raises(BadRef):
        validated_new(name)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.sampled_from("aZ09._/+-@{}~^: lockHEAD"), min_size=1, max_size=12))
def test_git_accepts_every_name_that_we_accept(name: str) -> None:
    try:
        validated(name)
    except BadRef:
        return
    git = subprocess.run(["git", "check-ref-format", "--branch", name], capture_output=True, text=True, check=False)
    assert (git.returncode, git.stdout.strip()) == (0, name)
