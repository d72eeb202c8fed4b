"""Pull requests are read through `gh`, with its exit codes and its ways to fail."""

from pathlib import Path

import pytest

from tests.actions.fake_gh import FakeGitHub, check, review
from warroom.config.settings import Service, Settings
from warroom.console.actions.git import github
from warroom.console.actions.git.github import GitHubError, follows_pull_requests, on_github, pull_request

BRANCH, HEAD, OLD = "hotfix/INC-1", "a" * 40, "b" * 40


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeGitHub:
    return FakeGitHub(tmp_path, monkeypatch)


async def test_a_branch_without_a_pull_request_has_none(hub: FakeGitHub, tmp_path: Path) -> None:
    assert await pull_request(tmp_path, BRANCH) is None


async def test_reviews_count_by_the_last_word_of_each_and_the_commit_they_saw(hub: FakeGitHub, tmp_path: Path) -> None:
    hub.request(
        BRANCH,
        reviews=[
            review("dana", "CHANGES_REQUESTED", OLD),
            review("dana", "APPROVED", HEAD),
            review("dana", "COMMENTED", HEAD),
            review("lee", "APPROVED", OLD),
            review("max", "APPROVED", HEAD),
            review("max", "DISMISSED", HEAD),
        ],
    )
    seen = await pull_request(tmp_path, BRANCH)
    assert seen is not None
    assert (seen.number, seen.state, seen.head, seen.merge_state) == (12, "open", HEAD, "clean")
    assert seen.approved_by == ("dana",)
    assert seen.objected_by == ()
    assert (seen.passed, seen.failed, seen.pending) == (0, 0, 0)


@pytest.mark.parametrize(
    ("buckets", "counts"),
    [
        (["pass", "pass", "skipping"], (2, 0, 0)),
        (["pass", "pending"], (1, 0, 1)),
        (["pass", "fail", "cancel", "pending"], (1, 2, 1)),
    ],
)
async def test_checks_are_counted_whatever_the_exit_status_says(
    hub: FakeGitHub, tmp_path: Path, buckets: list[str], counts: tuple[int, int, int]
) -> None:
    hub.request(BRANCH, checks=[check(f"job {number}", bucket) for number, bucket in enumerate(buckets)])
    seen = await pull_request(tmp_path, BRANCH)
    assert seen is not None
    assert (seen.passed, seen.failed, seen.pending) == counts


async def test_who_is_not_logged_in_is_told_what_to_do(hub: FakeGitHub, tmp_path: Path) -> None:
    hub.set(logged_in=False)
    with pytest.raises(GitHubError, match="gh auth login"):
        await pull_request(tmp_path, BRANCH)


@pytest.mark.parametrize("raw", ["<html>", "[]", "{}", '{"number": "x"}', "[" * 100_000])
async def test_nonsense_is_an_error_and_no_crash(hub: FakeGitHub, tmp_path: Path, raw: str) -> None:
    hub.set(raw=raw)
    with pytest.raises(GitHubError):
        await pull_request(tmp_path, BRANCH)


async def test_an_address_that_is_none_is_not_taken(hub: FakeGitHub, tmp_path: Path) -> None:
    hub.request(BRANCH, url="javascript:alert(1)\x1b[2J")
    with pytest.raises(GitHubError, match="no address"):
        await pull_request(tmp_path, BRANCH)


async def test_one_that_hangs_is_ended(hub: FakeGitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(github, "_SECONDS", 0.2)
    hub.set(hang=True)
    with pytest.raises(GitHubError, match="did not answer"):
        await pull_request(tmp_path, BRANCH)


async def test_without_gh_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitHubError, match="can't be started"):
        await pull_request(tmp_path, BRANCH)


@pytest.mark.parametrize(
    ("url", "there"),
    [
        ("git@github.com:acme/shop.git", True),
        ("https://github.example.com/acme/shop", True),
        ("/srv/git/shop.git", False),
    ],
)
def test_a_remote_on_github_is_seen_from_anywhere_below(tmp_path: Path, url: str, there: bool) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text(f'[remote "origin"]\n\turl = {url}\n')
    (tmp_path / "deep" / "er").mkdir(parents=True)
    assert on_github(tmp_path / "deep" / "er") is there


def test_the_setting_goes_before_what_is_seen(tmp_path: Path) -> None:
    service = Service(name="shop", repository=str(tmp_path), pull_requests=True)
    assert follows_pull_requests(Settings(service=service))
