"""A pick that stops at a conflict: it waits, is mended, continued or given up, by whichever console comes next."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.actions.conftest import Workshop, wait_for
from tests.actions.test_git_command import called
from tests.actions.test_git_travel import develop, fixed
from warroom.console.actions.git.command import git_argv
from warroom.console.actions.git.errors import Waits
from warroom.console.actions.git.mending import carry, give_up, go_on
from warroom.console.actions.git.repository import GitError, Repository, open_repository
from warroom.console.actions.git.stopped import look_at
from warroom.console.actions.git.travel import commits_of
from warroom.console.actions.git.waiting import Place, alone, place_of, waiting

SPAN = ("v1.2.3..hotfix/x",)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of one's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


def stopped(shop: Workshop, repository: Repository, *contents: str) -> Place:
    """A backport of a fix to develop that stands at a conflict in app.py."""
    fixed(shop, *contents)
    develop(shop, "one\nzwei\nthree\n")
    with pytest.raises(Waits):
        carry(repository, "develop", commits_of(repository, SPAN))
    (place,) = waiting(repository)
    return place


def git(place: Place, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=place.tree, check=True, capture_output=True, text=True).stdout.strip()


def mend(place: Place, content: str = "one\nzwei!\nthree\n", file: str = "app.py") -> None:
    (place.tree / file).write_text(content)
    git(place, "add", file)


def test_a_conflict_waits_in_a_working_copy_of_its_own(shop: Workshop, repository: Repository, state: Path) -> None:
    (shop.path / "app.py").write_text("not committed")
    (fix,) = fixed_beside(shop)
    before = shop.sha("develop")
    with pytest.raises(Waits, match=rf"picking {fix[:10]} onto develop conflicts in app.py: it waits in /") as told:
        carry(repository, "develop", [fix])
    (place,) = waiting(repository)
    assert told.value.place == str(place.tree)
    assert place.tree.is_relative_to(state / "warroom" / "picks")
    assert place.tree.name == "develop"
    assert (place.pick.branch, place.pick.landing, place.pick.commits) == ("develop", "develop", (fix,))
    assert shop.sha("develop") == before
    assert (shop.path / "app.py").read_text() == "not committed"


def fixed_beside(shop: Workshop) -> list[str]:
    """The fix and develop, made without touching what is not committed."""
    shop.git("stash", "--quiet")
    commits = fixed(shop)
    develop(shop, "one\nzwei\nthree\n")
    shop.git("stash", "pop", "--quiet")
    return commits


def test_its_files_are_told_with_both_sides_of_each_place(shop: Workshop, repository: Repository) -> None:
    (file,), problem = look_at(repository, stopped(shop, repository))
    (hunk,) = file.hunks
    assert (file.path, file.stage, hunk.line, hunk.ours, hunk.theirs) == (
        "app.py",
        "conflicts",
        2,
        ("zwei",),
        ("two!",),
    )
    assert problem == "app.py still conflicts"


def test_it_is_not_continued_while_anything_conflicts_or_is_not_added(shop: Workshop, repository: Repository) -> None:
    place = stopped(shop, repository)
    before = shop.sha("develop")
    with pytest.raises(GitError, match=r"develop can't be continued: app\.py still conflicts \(in /"):
        go_on(repository, "develop")
    git(place, "add", "app.py")
    with pytest.raises(GitError, match=r"app\.py still conflicts"):
        go_on(repository, "develop")
    assert look_at(repository, place)[0][0].note == "conflict markers are in what was added"
    git(place, "checkout", "--quiet", "--merge", "app.py")
    (place.tree / "app.py").write_text("one\nzwei!\nthree\n")
    with pytest.raises(GitError, match=r"app\.py is not added: git add it"):
        go_on(repository, "develop")
    mend(place)
    (place.tree / "app.py").write_text("one\nzwei!!\nthree\n")
    with pytest.raises(GitError, match=r"app\.py has changes that are not added"):
        go_on(repository, "develop")
    mend(place)
    (place.tree / "new.py").touch()
    with pytest.raises(GitError, match=r"new\.py is not known to git: add it, or delete it"):
        go_on(repository, "develop")
    assert shop.sha("develop") == before


def test_what_is_mended_is_committed_with_where_it_comes_from(shop: Workshop, repository: Repository) -> None:
    shop.git("branch", "hotfix/x", "v1.2.3")
    message = "Fix\n\n#1234 was the ticket.\n\nReviewed-by: Dana <dana@example.com>"
    fix = shop.commit_on("hotfix/x", "app.py", "one\ntwo!\nthree\n", "placeholder")
    shop.git("switch", "--quiet", "hotfix/x")
    shop.git("commit", "--quiet", "--amend", "--cleanup=verbatim", "--author=Dana <dana@example.com>", "-m", message)
    shop.git("switch", "--quiet", "main")
    fix = shop.sha("hotfix/x")
    develop(shop, "one\nzwei\nthree\n")
    with pytest.raises(Waits):
        carry(repository, "develop", [fix])
    place = place_of(repository, "develop")
    mend(place)
    (place.tree / "app.py.orig").touch()
    before = shop.sha("develop")
    change = go_on(repository, "develop")
    assert (change.before, change.after) == (before, shop.sha("develop"))
    assert shop.git("show", "develop:app.py") == "one\nzwei!\nthree"
    told = shop.git("log", "-1", "--format=%an%n%B", "develop")
    assert told == f"Dana\n{message}\n(cherry picked from commit {fix})"
    assert waiting(repository) == ()
    assert shop.is_as_before()
    assert not place.tree.exists()


def test_the_commits_that_are_left_are_picked_and_may_conflict_as_well(shop: Workshop, repository: Repository) -> None:
    place = stopped(shop, repository, "one\ntwo!\nthree\n", "one\ntwo!!\nthree\n", "one\ntwo!!\nthree\nfour\n")
    mend(place)
    with pytest.raises(Waits):
        go_on(repository, "develop")
    assert place_of(repository, "develop").pick.at == 1
    mend(place, "one\nzwei!!\nthree\n")
    go_on(repository, "develop")
    assert shop.git("show", "develop:app.py") == "one\nzwei!!\nthree\nfour"
    assert shop.git("log", "--format=%s", "-3", "develop").split("\n") == ["Fix 3", "Fix 2", "Fix 1"]


def test_a_pick_that_somebody_committed_by_hand_is_gone_on_with(shop: Workshop, repository: Repository) -> None:
    place = stopped(shop, repository, "one\ntwo!\nthree\n", "one\ntwo!\nthree\nfour\n")
    mend(place)
    git(place, "-c", "core.editor=true", "cherry-pick", "--continue")
    go_on(repository, "develop")
    assert shop.git("show", "develop:app.py") == "one\nzwei!\nthree\nfour"


def test_mending_it_into_nothing_new_passes_the_commit_over(shop: Workshop, repository: Repository) -> None:
    place = stopped(shop, repository)
    before = shop.sha("develop")
    mend(place, "one\nzwei\nthree\n")
    assert not go_on(repository, "develop").changed
    assert shop.sha("develop") == before
    assert shop.is_as_before()


def test_giving_it_up_leaves_no_trace(shop: Workshop, repository: Repository) -> None:
    place = stopped(shop, repository)
    before = shop.sha("develop")
    mend(place)
    give_up(repository, "develop")
    assert shop.sha("develop") == before
    assert shop.is_as_before()
    assert not place.tree.exists()
    with pytest.raises(GitError, match="develop: no pick waits for it"):
        give_up(repository, "develop")


def test_only_one_waits_for_a_branch(shop: Workshop, repository: Repository) -> None:
    stopped(shop, repository)
    with pytest.raises(GitError, match="develop: a pick waits for it already"):
        carry(repository, "develop", commits_of(repository, SPAN))
    with pytest.raises(Waits):
        carry(repository, "develop", commits_of(repository, SPAN), "backport/develop/INC-1")
    assert [place.pick.landing for place in waiting(repository)] == ["backport/develop/INC-1", "develop"]
    assert [place.pick.onto_new for place in waiting(repository)] == ["backport/develop/INC-1", ""]


def test_a_new_branch_for_a_pull_request_is_made_once_it_is_mended(shop: Workshop, repository: Repository) -> None:
    (fix,) = fixed(shop)
    develop(shop, "one\nzwei\nthree\n")
    before = shop.sha("develop")
    with pytest.raises(Waits):
        carry(repository, "develop", [fix], "backport/develop/INC-1")
    mend(place_of(repository, "backport/develop/INC-1"))
    change = go_on(repository, "backport/develop/INC-1")
    assert (change.ref, change.before) == ("refs/heads/backport/develop/INC-1", "")
    assert shop.sha("develop") == before
    assert shop.git("rev-parse", "backport/develop/INC-1^") == before


def test_a_branch_that_went_on_meanwhile_gets_it_where_it_is_now(shop: Workshop, repository: Repository) -> None:
    place = stopped(shop, repository)
    mend(place)
    newer = shop.commit_on("develop", "other.py", "x\n", "Somebody goes on")
    go_on(repository, "develop")
    assert shop.git("rev-parse", "develop^") == newer
    assert shop.git("show", "develop:app.py") == "one\nzwei!\nthree"


def test_what_was_mended_is_not_lost_where_the_branch_contradicts_it_now(
    shop: Workshop, repository: Repository
) -> None:
    place = stopped(shop, repository)
    mend(place)
    newer = shop.commit_on("develop", "app.py", "one\nzwei?\nthree\n", "Somebody goes on")
    with pytest.raises(GitError, match=r"went on to .* meanwhile, and what was mended contradicts that in app\.py"):
        go_on(repository, "develop")
    assert shop.sha("develop") == newer
    assert git(place, "show", "HEAD:app.py") == "one\nzwei!\nthree"
    assert place_of(repository, "develop").tree == place.tree


def test_a_branch_with_changes_nobody_committed_keeps_it_waiting(shop: Workshop, repository: Repository) -> None:
    place = stopped(shop, repository)
    mend(place)
    shop.git("switch", "--quiet", "develop")
    (shop.path / "app.py").write_text("not committed")
    with pytest.raises(GitError, match="commit or stash them first"):
        go_on(repository, "develop")
    shop.git("checkout", "--quiet", "app.py")
    go_on(repository, "develop")
    assert (shop.path / "app.py").read_text() == "one\nzwei!\nthree\n"


def test_a_file_that_one_side_deleted_says_so(shop: Workshop, repository: Repository) -> None:
    (fix,) = fixed(shop)
    shop.git("branch", "develop", "main")
    shop.git("switch", "--quiet", "develop")
    shop.git("rm", "--quiet", "app.py")
    shop.git("commit", "--quiet", "-m", "Drop it")
    shop.git("switch", "--quiet", "main")
    with pytest.raises(Waits):
        carry(repository, "develop", [fix])
    place = place_of(repository, "develop")
    (file,), problem = look_at(repository, place)
    assert file.note == "deleted on the branch, changed by the fix: git add it, or git rm it"
    assert problem == "app.py still conflicts"
    git(place, "rm", "--quiet", "app.py")
    assert not go_on(repository, "develop").changed


def test_a_binary_file_waits_until_the_right_one_is_added(shop: Workshop, repository: Repository) -> None:
    for branch, data in (("hotfix/x", b"\0fix"), ("develop", b"\0other")):
        shop.git("branch", branch, "v1.2.3")
        shop.git("switch", "--quiet", branch)
        (shop.path / "logo.bin").write_bytes(data)
        shop.git("add", "logo.bin")
        shop.git("commit", "--quiet", "-m", "Logo")
        shop.git("switch", "--quiet", "main")
    with pytest.raises(Waits):
        carry(repository, "develop", commits_of(repository, SPAN))
    place = place_of(repository, "develop")
    assert look_at(repository, place)[0][0].note.startswith("git can't join it")
    (place.tree / "logo.bin").write_bytes(b"\0both")
    git(place, "add", "logo.bin")
    go_on(repository, "develop")
    assert shop.git("log", "-1", "--format=%s", "develop") == "Logo"


def test_a_link_out_of_the_working_copy_is_not_followed(shop: Workshop, repository: Repository, tmp_path: Path) -> None:
    place = stopped(shop, repository)
    secret = tmp_path / "secret"
    secret.write_text("<<<<<<< a\nsecret\n=======\nb\n>>>>>>> c\n")
    (place.tree / "app.py").unlink()
    (place.tree / "app.py").symlink_to(secret)
    (file,), _ = look_at(repository, place)
    assert file.hunks == ()


def test_another_console_finds_it_after_this_one_died(shop: Workshop, tmp_path: Path) -> None:
    fixed(shop)
    develop(shop, "one\nzwei\nthree\n")
    status, out, err = called(shop, "backport", "develop", "--commits", *SPAN, "--keep", "--push")
    with open_repository(shop.path) as repository:
        (place,) = waiting(repository)
    assert status == 1
    assert "abort" not in out
    assert f"it waits in {place.tree}" in err
    assert "backport-continue landing=develop" in err
    status, _, err = called(shop, "continue", "develop", "--push")
    assert (status, "app.py still conflicts" in err) == (1, True)
    mend(place)
    status, out, err = called(shop, "continue", "develop", "--push")
    assert status == 0, err
    assert "git push origin refs/heads/develop:refs/heads/develop" in out
    assert shop.git("ls-remote", "origin", "refs/heads/develop").split()[0] == shop.sha("develop")


def test_one_whose_run_was_killed_can_be_continued_or_given_up(shop: Workshop, tmp_path: Path) -> None:
    fixed(shop)
    develop(shop)
    hook, begun = shop.path / ".git" / "hooks" / "prepare-commit-msg", tmp_path / "begun"
    hook.write_text(f'#!/bin/sh\n[ -e "{begun}" ] && exit 0\necho $$ > "{begun}"\nexec sleep 60\n')
    hook.chmod(0o755)
    argv = git_argv("backport", "develop", "--commits", *SPAN, "--keep")
    with subprocess.Popen(argv, cwd=shop.path, start_new_session=True) as process:
        wait_for(lambda: begun.exists() and begun.read_text() != "")
        os.killpg(process.pid, signal.SIGKILL)
    with open_repository(shop.path) as repository:
        (place,) = waiting(repository)
        for lock in place.admin.glob("*.lock"):
            lock.unlink()
    status, _, err = called(shop, "continue", "develop")
    assert status == 0, err
    assert shop.git("show", "develop:app.py") == "one\ntwo!\nthree"


def test_two_can_not_go_on_with_the_same_one(shop: Workshop, repository: Repository) -> None:
    place = stopped(shop, repository)
    mend(place)
    with alone(place), pytest.raises(GitError, match="another run is at work on this pick"):
        go_on(repository, "develop")
    go_on(repository, "develop")


def test_one_whose_working_copy_is_gone_can_be_given_up(shop: Workshop, repository: Repository) -> None:
    place = stopped(shop, repository)
    subprocess.run(["rm", "-rf", str(place.tree)], check=True)
    assert look_at(repository, place)[1] == "its working copy is gone"
    with pytest.raises(GitError, match="is gone: give the pick up, and begin anew"):
        go_on(repository, "develop")
    give_up(repository, "develop")
    assert shop.is_as_before()


def test_a_repository_without_a_remote_is_told_before_anything_moves(shop: Workshop) -> None:
    fixed(shop)
    develop(shop)
    before = shop.sha("develop")
    shop.git("remote", "remove", "origin")
    status, _, err = called(shop, "backport", "develop", "--commits", *SPAN, "--keep", "--push")
    assert (status, "this repository has no remote" in err) == (1, True)
    assert shop.sha("develop") == before


def test_the_remote_is_the_one_the_branch_comes_from(shop: Workshop) -> None:
    fixed(shop)
    shop.git("remote", "rename", "origin", "upstream")
    develop(shop)
    status, out, err = called(shop, "backport", "develop", "--commits", *SPAN, "--keep", "--push")
    assert status == 0, err
    assert "git push upstream" in out
