"""What the repository knows, read from a real one."""

import pytest

from tests.actions.conftest import Workshop
from warroom.console.actions.git.facts import (
    FileChange,
    Release,
    next_version,
    production_commit,
    releases,
    riding_along,
)
from warroom.console.actions.git.repository import GitError, Repository, UnknownRef


def tagged(shop: Workshop, *tags: str) -> None:
    for tag in tags:
        shop.git("tag", tag)


def test_the_newest_release_is_what_production_runs(shop: Workshop, repository: Repository) -> None:
    release = production_commit(repository, "main", "v*")
    assert release == Release("v1.2.3", shop.sha("v1.2.3"), "1.2.3", "v")


def test_releases_are_ordered_as_versions_and_not_as_text_or_time(shop: Workshop, repository: Repository) -> None:
    tagged(shop, "v1.10.0", "v1.9.9", "v1.2.4")
    assert production_commit(repository, "main", "v*").tag == "v1.10.0"
    assert [release.tag for release in releases(repository, "v*")] == ["v1.10.0", "v1.9.9", "v1.2.4", "v1.2.3"]


def test_pre_releases_and_foreign_tags_are_no_releases(shop: Workshop, repository: Repository) -> None:
    tagged(
        shop, "v2.0.0-rc.1", "v2.0.0-beta", "hotfix-v9.0.0-beta.1", "very-old", "v3", "v4.0.0.rc1", "v2.x", "vv5.0.0"
    )
    assert production_commit(repository, "main", "v*").tag == "v1.2.3"
    assert production_commit(repository, "main", "*").tag == "v1.2.3"


def test_build_metadata_belongs_to_a_release(shop: Workshop, repository: Repository) -> None:
    tagged(shop, "v1.3.0+build.7")
    release = production_commit(repository, "main", "v*")
    assert (release.tag, release.version, release.commit) == ("v1.3.0+build.7", "1.3.0", shop.sha("main"))


@pytest.mark.parametrize(
    ("tags", "newest", "following"),
    [
        ("shop/v*", "shop/v2.0.0", "shop/v2.0.1"),
        ("*-prod", "3.1.0-prod", "3.1.1-prod"),
        ("v[0-9]*", "v1.2.3", "v1.2.4"),
        ("v1.*", "v1.2.3", "v1.2.4"),
        ("v1.[0-9].*", "v1.2.3", "v1.2.4"),
        ("*", "v1.2.3", "v1.2.4"),
    ],
)
def test_the_glob_tells_one_service_from_another(
    shop: Workshop, repository: Repository, tags: str, newest: str, following: str
) -> None:
    tagged(shop, "shop/v2.0.0", "pay/v9.0.0", "3.1.0-prod", "4.0.0-staging")
    release = production_commit(repository, "main", tags)
    assert (release.tag, next_version(release)) == (newest, following)


def test_without_releases_production_is_the_tip_of_its_branch(shop: Workshop, repository: Repository) -> None:
    release = production_commit(repository, "main", "release-*")
    assert (release.tag, release.commit) == ("", shop.sha("main"))
    assert next_version(release) == "release-0.0.1"


def test_without_releases_and_branch_it_says_so(repository: Repository) -> None:
    with pytest.raises(UnknownRef, match="trunk: there is no such branch"):
        production_commit(repository, "trunk", "release-*")
    with pytest.raises(GitError, match="has no wildcard"):
        production_commit(repository, "main", "v1.2.3")


def test_the_next_version_raises_the_part_asked_for() -> None:
    release = Release("v1.2.3", "", "1.2.3", "v")
    assert [next_version(release, part) for part in ("patch", "minor", "major")] == ["v1.2.4", "v1.3.0", "v2.0.0"]
    assert next_version(release, "hotfix") == "v1.2.3.1"


def test_a_hotfix_of_a_release_sorts_after_it_and_has_one_of_its_own(shop: Workshop, repository: Repository) -> None:
    tagged(shop, "v1.2.3.1")
    newest = production_commit(repository, "main", "v*")
    assert newest.tag == "v1.2.3.1"
    assert (next_version(newest, "hotfix"), next_version(newest)) == ("v1.2.3.2", "v1.2.4")


def test_what_rides_along_is_named_with_its_files(shop: Workshop, repository: Repository) -> None:
    shop.commit("app.py", "one\ntwo!\nthree\nfour\n", "The fix \x1b[2J")
    riding = riding_along(repository, "v1.2.3", "main")
    assert [(rider.subject, rider.author) for rider in riding.commits] == [
        ("The fix ␛", "Kai"),
        ("A stranger's change", "Kai"),
    ]
    assert riding.files == (FileChange("app.py", 2, 1), FileChange("stranger.py", 1, 0))
    assert riding.dropped == ()


def test_what_is_live_and_not_in_the_candidate_is_named_too(repository: Repository) -> None:
    riding = riding_along(repository, "main", "v1.2.3")
    assert [rider.subject for rider in riding.dropped] == ["A stranger's change"]
    assert riding.commits == ()


@pytest.mark.parametrize("name", ["nonesuch", "-x", "--output=/tmp/x", "HEAD", "@", "main^{/x}", ""])
def test_what_does_not_exist_or_is_no_name_is_refused(repository: Repository, name: str) -> None:
    with pytest.raises(UnknownRef):
        repository.find(name)


def test_a_name_is_looked_up_as_tag_branch_remote_branch_and_hash(shop: Workshop, repository: Repository) -> None:
    main = shop.sha("main")
    assert repository.find("v1.2.3").full == "refs/tags/v1.2.3"
    assert repository.find("main").full == "refs/heads/main"
    assert repository.find("origin/main").full == "refs/remotes/origin/main"
    assert repository.find(main[:10]).sha == main


def test_a_branch_and_a_tag_of_one_name_are_ambiguous_if_they_differ(shop: Workshop, repository: Repository) -> None:
    shop.git("branch", "v1.2.3", "main")
    with pytest.raises(GitError, match=r"ambiguous: refs/tags/v1\.2\.3 and refs/heads/v1\.2\.3"):
        repository.find("v1.2.3")
