"""Fixes on their way: fetched, picked, carried as a patch, and their branches cleared away, on real repositories."""

from pathlib import Path

import pytest

from tests.actions.conftest import Room, Workshop, wait_for
from tests.actions.test_git_command import called
from warroom.console.actions.git.carrying import backport
from warroom.console.actions.git.repository import (
    Conflict,
    GitError,
    NothingToDo,
    Repository,
    UnknownRef,
    WorkingCopyInUse,
)
from warroom.console.actions.git.travel import (
    MovedTag,
    apply_patch,
    commits_of,
    delete,
    fetch,
    write_patch,
)
from warroom.console.actions.git.verbs import merge, push
from warroom.console.actions.runs.runner import RunState


def fixed(shop: Workshop, *contents: str) -> list[str]:
    shop.git("branch", "hotfix/x", "v1.2.3")
    return [
        shop.commit_on("hotfix/x", "app.py", content, f"Fix {number}")
        for number, content in enumerate(contents or ("one\ntwo!\nthree\n",), 1)
    ]


def develop(shop: Workshop, content: str = "") -> None:
    shop.git("branch", "develop", "main")
    if content:
        shop.commit_on("develop", "app.py", content, "Go on")


def test_a_fix_is_picked_onto_a_branch_that_nobody_has_open(shop: Workshop, repository: Repository) -> None:
    fixed(shop, "one\ntwo!\nthree\n", "one\ntwo!\nthree!\n")
    develop(shop)
    (shop.path / "app.py").write_text("not committed")
    commits = commits_of(repository, ["v1.2.3..hotfix/x"])
    change = backport(repository, "develop", commits)
    assert change.after == shop.sha("develop")
    assert shop.git("show", "develop:app.py") == "one\ntwo!\nthree!"
    assert f"(cherry picked from commit {commits[1]})" in shop.git("log", "-1", "--format=%B", "develop")
    assert shop.git("status", "--porcelain") == "M app.py"
    assert shop.is_as_before()


def test_what_is_there_already_changes_nothing(shop: Workshop, repository: Repository) -> None:
    (fix,) = fixed(shop)
    develop(shop)
    backport(repository, "develop", [fix])
    again = backport(repository, "develop", [fix])
    assert not again.changed
    assert shop.is_as_before()


def test_a_merge_is_picked_against_its_first_parent(shop: Workshop, repository: Repository) -> None:
    fixed(shop)
    develop(shop)
    merged = merge(repository, "hotfix/x", "main").after
    backport(repository, "develop", [merged])
    assert shop.git("show", "develop:app.py") == "one\ntwo!\nthree"


def test_a_new_branch_for_a_pull_request_leaves_the_old_one_alone(shop: Workshop, repository: Repository) -> None:
    (fix,) = fixed(shop)
    develop(shop)
    before = shop.sha("develop")
    change = backport(repository, "develop", [fix], "backport/dev/x")
    assert (change.ref, change.before) == ("refs/heads/backport/dev/x", "")
    assert shop.sha("develop") == before
    assert shop.git("rev-parse", "backport/dev/x^") == before
    with pytest.raises(GitError, match="there is such a branch already"):
        backport(repository, "develop", [fix], "backport/dev/x")


def test_a_conflict_changes_nothing_and_says_how_to_go_on(shop: Workshop) -> None:
    (fix,) = fixed(shop)
    develop(shop, "one\nzwei\nthree\n")
    before = shop.sha("develop")
    status, out, err = called(shop, "backport", "develop", "--commits", "v1.2.3..hotfix/x")
    assert (status, "cherry-pick --abort" in out) == (1, True)
    assert err.splitlines() == [
        f"warroom-git backport: picking {fix[:10]} onto develop conflicts in app.py: nothing was changed",
        "to go on:",
        f"  git switch --create backport/develop {before[:12]}",
        f"  git cherry-pick -x {fix[:12]}",
        "  mend app.py, then: git add them, and git cherry-pick --continue",
        "  git push origin backport/develop, and a pull request to develop",
    ]
    assert shop.sha("develop") == before
    assert shop.is_as_before()


def test_the_second_of_two_commits_that_conflicts_takes_back_the_first(shop: Workshop, repository: Repository) -> None:
    fixed(shop, "zero\none\ntwo\nthree\n", "zero\none\ntwo\ndrei\n")
    develop(shop, "one\ntwo\ntrois\n")
    before = shop.sha("develop")
    with pytest.raises(Conflict):
        backport(repository, "develop", commits_of(repository, ["v1.2.3..hotfix/x"]))
    assert shop.sha("develop") == before
    assert shop.is_as_before()


def test_a_branch_that_only_the_remote_has_is_begun_here(shop: Workshop, repository: Repository) -> None:
    (fix,) = fixed(shop)
    shop.git("push", "--quiet", "origin", "main:refs/heads/develop")
    shop.git("fetch", "--quiet", "origin")
    backport(repository, "develop", [fix])
    assert shop.git("show", "develop:app.py") == "one\ntwo!\nthree"
    push(repository, "origin", ["develop"])


def test_picks_begin_at_the_newest_of_here_and_there(shop: Workshop, repository: Repository) -> None:
    (fix,) = fixed(shop)
    develop(shop)
    newer = shop.commit_on("develop", "more.py", "x", "A colleague's")
    shop.git("push", "--quiet", "origin", "develop")
    shop.git("update-ref", "refs/heads/develop", f"{newer}^")
    change = backport(repository, "develop", [fix])
    assert shop.git("rev-parse", f"{change.after}^") == newer
    shop.git("update-ref", "refs/heads/develop", fix)
    with pytest.raises(GitError, match="they went apart"):
        backport(repository, "develop", [fix])


def test_a_branch_that_is_open_and_dirty_is_refused(shop: Workshop, repository: Repository) -> None:
    (fix,) = fixed(shop)
    (shop.path / "stranger.py").write_text("not committed")
    with pytest.raises(WorkingCopyInUse):
        backport(repository, "main", [fix])


def test_commits_are_named_one_by_one_or_as_a_span(shop: Workshop, repository: Repository) -> None:
    first, second = fixed(shop, "one\ntwo!\nthree\n", "one\ntwo!\nthree!\n")
    assert commits_of(repository, [first, "v1.2.3..hotfix/x"]) == (first, second)
    with pytest.raises(NothingToDo):
        commits_of(repository, ["hotfix/x..hotfix/x"])
    with pytest.raises(UnknownRef):
        commits_of(repository, ["--all..hotfix/x"])


def test_a_fetch_brings_branches_and_tags_and_moves_nothing_of_ones_own(shop: Workshop, repository: Repository) -> None:
    before = shop.sha("main")
    shop.git("push", "--quiet", "origin", f"{fixed(shop)[0]}:refs/heads/new", "v1.2.3:refs/tags/v1.2.9")
    shop.git("update-ref", "-d", "refs/remotes/origin/new")
    changes = fetch(repository, "origin", lambda line: None)
    assert {change.ref for change in changes} == {"refs/remotes/origin/new", "refs/tags/v1.2.9"}
    assert shop.sha("main") == before
    assert fetch(repository, "origin", lambda line: None) == ()


def test_a_release_tag_that_was_moved_is_told_with_both_commits(shop: Workshop) -> None:
    ours, theirs = shop.git("rev-parse", "v1.2.3"), shop.sha("main")
    shop.git("push", "--quiet", "--force", "origin", "main:refs/tags/v1.2.3", "main:refs/heads/new")
    shop.git("update-ref", "-d", "refs/remotes/origin/new")
    status, out, err = called(shop, "fetch")
    assert status == 1
    assert f"warning: v1.2.3 is {ours} here and {theirs} at origin" in out
    assert "v1.2.3 was moved at origin" in err
    assert shop.git("rev-parse", "v1.2.3") == ours
    assert shop.sha("origin/new") == theirs


def test_a_tag_that_is_no_release_may_wander(shop: Workshop, repository: Repository) -> None:
    shop.git("tag", "nightly", "v1.2.3")
    shop.git("push", "--quiet", "origin", "main:refs/tags/nightly")
    told: list[str] = []
    fetch(repository, "origin", told.append)
    assert len(told) == 1
    assert told[0].startswith("warning: nightly is ")
    shop.git("push", "--quiet", "--force", "origin", "main:refs/tags/v1.2.3")
    with pytest.raises(MovedTag):
        fetch(repository, "origin", told.append)


def test_a_remote_that_is_unknown_is_not_asked(repository: Repository) -> None:
    with pytest.raises(GitError, match="is no remote of this repository"):
        fetch(repository, "--upload-pack=x", lambda line: None)


def test_a_branch_is_deleted_when_its_commits_are_elsewhere(shop: Workshop, repository: Repository) -> None:
    (fix,) = fixed(shop)
    push(repository, "origin", ["hotfix/x"])
    with pytest.raises(GitError, match=f"hotfix/x is not merged: main lacks what it holds at {fix[:10]}"):
        delete(repository, "hotfix/x", ["main"], "origin")
    merge(repository, "hotfix/x", "main")
    gone = delete(repository, "hotfix/x", ["main"], "origin")
    assert [change.ref for change in gone] == ["origin refs/heads/hotfix/x", "refs/heads/hotfix/x"]
    assert shop.git("ls-remote", "origin", "refs/heads/hotfix/x") == ""
    with pytest.raises(UnknownRef):
        delete(repository, "hotfix/x", ["main"], "origin")


def test_a_squashed_branch_counts_as_merged(shop: Workshop, repository: Repository) -> None:
    fixed(shop, "one\ntwo!\nthree\n", "one\ntwo!\nthree!\n")
    shop.git("merge", "--quiet", "--squash", "hotfix/x")
    shop.git("commit", "--quiet", "-m", "Fix (#12)")
    delete(repository, "hotfix/x", ["main"])
    assert shop.git("branch", "--list", "hotfix/x") == ""


def test_a_branch_that_is_open_somewhere_stays(shop: Workshop, repository: Repository) -> None:
    shop.git("switch", "--quiet", "--create", "done")
    with pytest.raises(WorkingCopyInUse, match="switch to another branch"):
        delete(repository, "done", ["main"])


def test_what_a_colleague_pushed_in_the_meantime_is_not_lost(shop: Workshop, repository: Repository) -> None:
    fixed(shop)
    push(repository, "origin", ["hotfix/x"])
    merge(repository, "hotfix/x", "main")
    newer = shop.commit_on("hotfix/x", "more.py", "x", "A colleague's")
    shop.git("push", "--quiet", "origin", "hotfix/x")
    shop.git("update-ref", "refs/heads/hotfix/x", f"{newer}^")
    with pytest.raises(GitError, match=f"lacks what it holds at {newer[:10]}"):
        delete(repository, "hotfix/x", ["main"], "origin")


def test_a_fix_travels_as_a_patch_file(shop: Workshop, repository: Repository, tmp_path: Path) -> None:
    fixed(shop, "one\ntwo!\nthree\n", "one\ntwo!\nthree é\n")
    develop(shop)
    file = tmp_path / "fix.patch"
    assert write_patch(repository, commits_of(repository, ["v1.2.3..hotfix/x"]), file) == 2
    change = apply_patch(repository, file, "develop", "backport/x")
    assert shop.git("show", "backport/x:app.py") == "one\ntwo!\nthree é"
    assert shop.git("log", "-1", "--format=%an %s", change.after) == "Kai Fix 2"
    with pytest.raises(GitError, match="is there already"):
        write_patch(repository, [shop.sha("hotfix/x")], file)
    assert shop.is_as_before()


def test_a_patch_that_conflicts_or_is_none_changes_nothing(
    shop: Workshop, repository: Repository, tmp_path: Path
) -> None:
    fixed(shop)
    develop(shop, "one\nzwei\nthree\n")
    file = tmp_path / "fix.patch"
    write_patch(repository, commits_of(repository, ["hotfix/x"]), file)
    before = shop.sha("develop")
    with pytest.raises(Conflict, match=r"applying fix\.patch to develop conflicts in app\.py"):
        apply_patch(repository, file, "develop")
    (tmp_path / "letter.txt").write_text("Dear all")
    with pytest.raises(GitError, match=r"letter\.txt does not apply to develop"):
        apply_patch(repository, tmp_path / "letter.txt", "develop")
    with pytest.raises(GitError, match="there is no such file"):
        apply_patch(repository, tmp_path / "none", "develop")
    assert shop.sha("develop") == before
    assert shop.is_as_before()


def test_a_merge_can_not_be_a_patch(shop: Workshop, repository: Repository, tmp_path: Path) -> None:
    fixed(shop)
    merged = merge(repository, "hotfix/x", "main").after
    with pytest.raises(GitError, match="is a merge, which can't be written as a patch"):
        write_patch(repository, [merged], tmp_path / "x.patch")


def test_a_push_shows_its_progress_and_what_the_remote_says(shop: Workshop) -> None:
    hook = shop.remote / "hooks" / "post-receive"
    hook.write_text("#!/bin/sh\necho 'see https://example.com/pr/7'\n")
    hook.chmod(0o755)
    fixed(shop)
    status, out, _ = called(shop, "push", "hotfix/x")
    assert status == 0
    assert "Writing objects: 100%" in out
    assert "remote: see https://example.com/pr/7" in out


def test_a_merge_can_be_pushed_at_once_and_fails_where_that_is_refused(shop: Workshop) -> None:
    fixed(shop)
    status, out, _ = called(shop, "merge", "hotfix/x", "--into", "main", "--push", "origin")
    assert status == 0, out
    assert shop.git("ls-remote", "origin", "refs/heads/main").split()[0] == shop.sha("main")
    hook = shop.remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    shop.commit_on("hotfix/x", "app.py", "one\n", "More")
    status, _, err = called(shop, "merge", "hotfix/x", "--into", "main", "--push", "origin")
    assert (status, "refused main" in err) == (1, True)


def test_a_hook_that_hangs_ends_with_the_time_limit_and_leaves_nothing(shop: Workshop, room: Room) -> None:
    fixed(shop)
    hook = shop.path / ".git" / "hooks" / "pre-push"
    hook.write_text(f"#!/bin/sh\necho $$ > {shop.folder}/pid\nexec sleep 600\n")
    hook.chmod(0o755)
    done = room.run("warroom-git", "--repository", str(shop.path), "push", "hotfix/x", timeout=2)
    assert done.state is not RunState.SUCCEEDED
    assert shop.git("ls-remote", "origin", "refs/heads/hotfix/x") == ""
    pid = (shop.folder / "pid").read_text().strip()
    wait_for(lambda: not Path(f"/proc/{pid}").exists())
