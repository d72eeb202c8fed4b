"""What one look at a real repository says of the fix."""

import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.actions.conftest import Workshop
from warroom.console.actions.git.backports import Fix, Stands, standing
from warroom.console.actions.git.look import Look, Seen, Wanted, look
from warroom.console.actions.git.remote import Remote, ask_remote, remote_name
from warroom.console.actions.git.repository import Repository, open_repository
from warroom.console.actions.git.verbs import branch_from, merge, push, tag

WANTED = Wanted(branch="hotfix/x", tag="v1.2.4", bases=("v1.2.3",), production="main")


def seen(repository: Repository, wanted: Wanted = WANTED, remote: Remote | None = None) -> Look:
    """A look that asks the remote, where none is given."""

    def judge(fix: Fix, branch: str, head: str) -> Stands:
        return standing(repository, fix, branch, head)

    name = remote_name(repository, wanted.production)
    there = remote or ask_remote(repository, name, [wanted.branch, *wanted.branches], [wanted.tag])
    return look(repository, wanted, there, judge)


def holding(facts: Mapping[str, Seen]) -> list[str]:
    return [name for name, one in facts.items() if one.holds]


def test_each_fact_comes_with_the_work(shop: Workshop, repository: Repository) -> None:
    assert holding(seen(repository).facts) == []
    branch_from(repository, "hotfix/x", "v1.2.3")
    assert holding(seen(repository).facts) == ["branch", "branch-from-base"]
    shop.commit_on("hotfix/x", "app.py", "one\ntwo!\nthree\n", "Fix sign-in")
    assert holding(seen(repository).facts) == ["branch", "fix", "branch-from-base"]
    tip = shop.commit_on("hotfix/x", "test_app.py", "def test(): ...\n", "Prove it")
    facts = seen(repository).facts
    assert facts["fix"] == Seen(True, f"2 commits, the newest {tip[:10]} Prove it", tip)
    assert facts["test-included"] == Seen(True, "test_app.py")
    tag(repository, "v1.2.4", "hotfix/x", "v1.2.4")
    assert seen(repository).facts["tag"] == Seen(True, f"v1.2.4 is {tip[:10]}")
    push(repository, "origin", ["hotfix/x", "v1.2.4"])
    facts = seen(repository).facts
    assert (facts["branch-pushed"].holds, facts["tag-pushed"].holds) == (True, True)
    assert facts["merged"] == Seen(False, f"main: lacks {tip[:10]}")


def test_a_merge_counts_when_it_is_at_the_remote(shop: Workshop, repository: Repository) -> None:
    branch_from(repository, "hotfix/x", "v1.2.3")
    tip = shop.commit_on("hotfix/x", "app.py", "one\ntwo!\nthree\n", "Fix sign-in")
    merge(repository, "hotfix/x", "main")
    assert seen(repository).facts["merged"] == Seen(False, "main: main has it here, and is not pushed to origin")
    push(repository, "origin", ["main"])
    told = seen(repository)
    assert told.facts["merged"] == Seen(True, f"main: {tip[:10]} is in it")
    assert told.facts["merged-back"] == Seen(True, "main has it")


def test_a_branch_that_is_deleted_after_the_merge_takes_no_tick_back(shop: Workshop, repository: Repository) -> None:
    branch_from(repository, "hotfix/x", "v1.2.3")
    tip = shop.commit_on("hotfix/x", "app.py", "one\ntwo!\nthree\n", "Fix sign-in")
    wanted = replace(WANTED, tip=tip, start=shop.sha("v1.2.3"))
    merge(repository, "hotfix/x", "main")
    push(repository, "origin", ["main"])
    assert seen(repository, wanted).facts["branch-deleted"] == Seen(False, "hotfix/x is still here")
    shop.git("branch", "-D", "hotfix/x")
    facts = seen(repository, wanted).facts
    assert facts["branch"] == Seen(None, "hotfix/x is gone; main has the fix")
    assert facts["branch-deleted"] == Seen(True, "hotfix/x is gone, at origin too")
    assert (facts["merged"].holds, facts["fix"].holds, facts["branch-from-base"].holds) == (True, True, True)


def test_a_branch_that_is_gone_without_a_merge_is_gone(shop: Workshop, repository: Repository) -> None:
    branch_from(repository, "hotfix/x", "v1.2.3")
    tip = shop.commit_on("hotfix/x", "app.py", "one\ntwo!\nthree\n", "Fix sign-in")
    shop.git("branch", "-D", "hotfix/x")
    assert seen(repository, replace(WANTED, tip=tip)).facts["branch"] == Seen(False, "there is no hotfix/x")


def test_a_colleagues_push_is_compared_without_moving_any_ref(shop: Workshop, repository: Repository) -> None:
    other = shop.folder / "other"
    shop.git("clone", "--quiet", str(shop.remote), str(other))
    shop.git("-C", str(other), "switch", "--quiet", "--create", "hotfix/x", "v1.2.3")
    (other / "app.py").write_text("one\ntwo!\nthree\n")
    who = ("-c", "user.name=Lee", "-c", "user.email=lee@example.com")
    shop.git("-C", str(other), *who, "commit", "--quiet", "--all", "-m", "Fix")
    shop.git("-C", str(other), "push", "--quiet", "origin", "hotfix/x")
    refs = shop.git("for-each-ref")
    told = seen(repository)
    assert holding(told.facts) == ["branch", "fix", "branch-from-base", "branch-pushed"]
    assert told.branches["main"].state == "missing"
    assert shop.git("for-each-ref") == refs
    assert not (shop.path / ".git" / "FETCH_HEAD").exists()


def test_live_branches_are_told_one_by_one(shop: Workshop, repository: Repository) -> None:
    for branch in ("develop", "release-candidate"):
        shop.git("branch", branch, "main")
    shop.git("push", "--quiet", "origin", "develop", "release-candidate")
    branch_from(repository, "hotfix/x", "v1.2.3")
    tip = shop.commit_on("hotfix/x", "app.py", "one\ntwo!\nthree\n", "Fix sign-in")
    shop.git("switch", "--quiet", "develop")
    shop.git("cherry-pick", "-x", tip)
    shop.git("push", "--quiet", "origin", "develop")
    shop.git("switch", "--quiet", "main")
    wanted = replace(WANTED, live=("develop", "never-was"), named=("release-candidate", "gone"))
    branches = seen(repository, wanted).branches
    assert {name: one.state for name, one in branches.items()} == {
        "main": "missing",
        "release-candidate": "missing",
        "gone": "unknown",
        "develop": "fixed-by-patch",
    }
    assert seen(repository, wanted).facts["merged-back"] == Seen(False, "main, release-candidate lack it")


def test_a_tag_that_is_another_object_at_the_remote_is_told_with_both(shop: Workshop, repository: Repository) -> None:
    tag(repository, "v1.2.4", "main", "ours")
    ours = shop.git("rev-parse", "v1.2.4")
    shop.git("push", "--quiet", "origin", "v1.2.3^{commit}:refs/tags/v1.2.4")
    told = seen(repository).facts["tag-pushed"]
    assert told == Seen(False, f"v1.2.4 is {ours[:10]} here and {shop.sha('v1.2.3')[:10]} at origin")


def test_a_fix_on_a_branch_from_main_keeps_its_beginning(shop: Workshop, repository: Repository) -> None:
    wanted = replace(WANTED, bases=("main",))
    branch_from(repository, "hotfix/x", "main")
    start = shop.sha("main")
    tip = shop.commit_on("hotfix/x", "app.py", "one\ntwo!\nthree\n", "Fix sign-in")
    facts = seen(repository, wanted).facts
    assert facts["branch-from-base"] == Seen(True, f"left main at {start[:10]}", start)
    merge(repository, "hotfix/x", "main")
    push(repository, "origin", ["main"])
    told = seen(repository, replace(wanted, start=start, tip=tip))
    assert (told.facts["fix"].holds, told.facts["merged"].holds) == (True, True)


def test_a_fix_from_main_at_the_remote_holds_nothing_of_what_was_pulled_there_late(
    shop: Workshop, repository: Repository
) -> None:
    wanted, old = replace(WANTED, bases=("main",)), shop.sha("main")
    start = shop.commit_on("main", "other.py", "theirs\n", "Their work")
    shop.git("push", "--quiet", "origin", "main")
    shop.git("reset", "--quiet", "--hard", old)
    branch_from(repository, "hotfix/x", "main")
    assert seen(repository, wanted).facts["branch-from-base"] == Seen(True, f"left main at {start[:10]}", start)
    shop.commit_on("hotfix/x", "app.py", "one\ntwo!\nthree\n", "Fix sign-in")
    told = seen(repository, wanted).facts
    assert (told["branch-from-base"].commit, told["fix"].why[:8]) == (start, "1 commit")
    merge(repository, "hotfix/x", "main")
    push(repository, "origin", ["main"])
    shop.git("reset", "--quiet", "--hard", old)
    assert seen(repository, replace(wanted, start=start)).facts["branch-from-base"].commit == start


def test_after_a_rollback_the_release_before_is_a_base_too(shop: Workshop, repository: Repository) -> None:
    shop.git("tag", "-a", "v1.2.9", "-m", "broken", "main")
    branch_from(repository, "hotfix/x", "v1.2.3")
    shop.commit_on("hotfix/x", "app.py", "one\ntwo!\nthree\n", "Fix sign-in")
    assert seen(repository, replace(WANTED, bases=("v1.2.9",))).facts["branch-from-base"].holds is False
    facts = seen(repository, replace(WANTED, bases=("v1.2.9", "v1.2.3"))).facts
    assert facts["branch-from-base"] == Seen(True, "starts at v1.2.3", shop.sha("v1.2.3"))


def test_a_remote_that_is_gone_or_silent_makes_things_unknown_within_its_time(
    shop: Workshop, repository: Repository
) -> None:
    branch_from(repository, "hotfix/x", "v1.2.3")
    shop.commit_on("hotfix/x", "app.py", "one\ntwo!\nthree\n", "Fix sign-in")
    silent = shop.folder / "silent"
    silent.write_text("#!/bin/sh\nsleep 600\n")
    silent.chmod(silent.stat().st_mode | stat.S_IXUSR)
    shop.git("config", "remote.origin.uploadpack", str(silent))
    there = ask_remote(repository, "origin", ["main"], [], seconds=0.3)
    assert there.trouble == "origin: fatal: no answer within 0.3 s"
    told = seen(repository, remote=there)
    assert told.facts["merged"] == Seen(None, f"main: {there.trouble}")
    assert (told.facts["branch-pushed"].holds, told.facts["fix"].holds) == (None, True)
    shop.git("config", "--unset", "remote.origin.uploadpack")
    shop.remote.rename(shop.folder / "moved.git")
    assert "does not appear to be a git repository" in ask_remote(repository, "origin", ["main"], []).trouble


def test_credentials_are_never_asked_for(shop: Workshop, repository: Repository, tmp_path: Path) -> None:
    shop.git("config", "remote.origin.url", "ssh://nobody@127.0.0.1:1/x.git")
    there = ask_remote(repository, "origin", ["main"], [], seconds=30)
    assert there.trouble.startswith("origin: ")
    assert there.heads == {}


def test_without_a_remote_the_copy_here_is_all_there_is(shop: Workshop, repository: Repository) -> None:
    shop.git("remote", "remove", "origin")
    branch_from(repository, "hotfix/x", "v1.2.3")
    shop.commit_on("hotfix/x", "app.py", "one\ntwo!\nthree\n", "Fix sign-in")
    assert seen(repository).facts["merged"].holds is False
    merge(repository, "hotfix/x", "main")
    facts = seen(repository).facts
    assert (facts["merged"].holds, facts["branch-pushed"]) == (True, Seen(None, "there is no remote"))


@pytest.mark.parametrize("prefix", ["shop/v", "web-v"])
def test_hundreds_of_tags_with_prefixes_are_no_hindrance(shop: Workshop, prefix: str) -> None:
    tip = shop.sha("main")
    lines = "".join(f"create refs/tags/{prefix}1.{n}.0 {tip}\n" for n in range(600))
    shop.feed(lines, "update-ref", "--stdin")
    with open_repository(shop.path) as repository:
        wanted = Wanted(branch="hotfix/x", tag=f"{prefix}1.599.1", bases=(f"{prefix}1.599.0",), production="main")
        branch_from(repository, "hotfix/x", f"{prefix}1.599.0")
        assert holding(seen(repository, wanted).facts) == ["branch", "branch-from-base"]


def test_a_dirty_copy_is_left_alone(shop: Workshop, repository: Repository) -> None:
    branch_from(repository, "hotfix/x", "v1.2.3")
    shop.commit_on("hotfix/x", "app.py", "one\ntwo!\nthree\n", "Fix sign-in")
    (shop.path / "app.py").write_text("not committed")
    (shop.path / "new").write_text("mine")
    before = shop.git("status", "--porcelain")
    seen(repository)
    assert shop.git("status", "--porcelain") == before
    assert shop.is_as_before()
