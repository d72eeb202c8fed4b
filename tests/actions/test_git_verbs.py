"""The git verbs on real repositories: what they make, what they refuse, and what they leave untouched."""

import re
from pathlib import Path

import pytest

from tests.actions.conftest import Workshop
from warroom.console.actions.git.repository import (
    Conflict,
    GitError,
    NotARepository,
    NothingToDo,
    PushRejected,
    RefExists,
    Repository,
    UnknownRef,
    WorkingCopyInUse,
    open_repository,
)
from warroom.console.actions.git.verbs import branch_from, merge, push, revert, tag
from warroom.console.actions.git.worktree import worktree

ACTIONS = Path(__file__).parents[2] / "console"


def hotfix(shop: Workshop, content: str = "one\ntwo!\nthree\n") -> str:
    shop.git("branch", "hotfix/x", "v1.2.3")
    return shop.commit_on("hotfix/x", "app.py", content, "Fix sign-in")


def test_a_branch_starts_at_the_release_and_nothing_is_checked_out(shop: Workshop, repository: Repository) -> None:
    (shop.path / "app.py").write_text("not committed")
    change = branch_from(repository, "hotfix/x", "v1.2.3")
    assert change.ref == "refs/heads/hotfix/x"
    assert shop.sha("hotfix/x") == shop.sha("v1.2.3") == change.after
    assert shop.git("branch", "--show-current") == "main"
    assert (shop.path / "app.py").read_text() == "not committed"


def test_a_branch_that_exists_or_has_an_impossible_name_is_refused(repository: Repository) -> None:
    with pytest.raises(RefExists, match="main: there is such a branch"):
        branch_from(repository, "main", "v1.2.3")
    with pytest.raises(UnknownRef, match="nonesuch"):
        branch_from(repository, "hotfix/x", "nonesuch")
    for name in ("-f", "HEAD", "@", "--", "a b", "a" * 40, "refs/heads/x"):
        with pytest.raises(GitError, match="can't be the name"):
            branch_from(repository, name, "v1.2.3")


def test_a_tag_is_annotated_and_never_moves(shop: Workshop, repository: Repository) -> None:
    sha = hotfix(shop)
    change = tag(repository, "v1.2.4", "hotfix/x", "# v1.2.4\n-x $(id)")
    assert change.after == sha == shop.sha("v1.2.4")
    assert shop.git("cat-file", "-t", "v1.2.4") == "tag"
    assert shop.git("for-each-ref", "--format=%(contents)", "refs/tags/v1.2.4") == "# v1.2.4\n-x $(id)"
    with pytest.raises(RefExists, match=r"v1\.2\.4: there is such a tag already"):
        tag(repository, "v1.2.4", "main", "again")


def test_a_merge_is_a_merge_commit_and_a_clean_working_copy_follows(shop: Workshop, repository: Repository) -> None:
    fix, before = hotfix(shop), shop.sha("main")
    change = merge(repository, "hotfix/x", "main", "Merge the fix")
    assert (change.before, change.after) == (before, shop.sha("main"))
    assert shop.git("rev-list", "--parents", "-1", "main").split()[1:] == [before, fix]
    assert shop.git("log", "-1", "--format=%s", "main") == "Merge the fix"
    assert (shop.path / "app.py").read_text() == "one\ntwo!\nthree\n"
    assert shop.git("status", "--porcelain") == ""
    assert shop.is_as_before()


def test_a_merge_that_could_fast_forward_is_a_merge_commit_all_the_same(shop: Workshop, repository: Repository) -> None:
    shop.git("branch", "next")
    shop.commit_on("next", "new.py", "x", "Next")
    merge(repository, "next", "main")
    assert shop.git("log", "-1", "--format=%s %p", "main").startswith("Merge next into main ")
    assert len(shop.git("log", "-1", "--format=%p", "main").split()) == 2


def left_behind(shop: Workshop) -> str:
    """main has gone on at the remote, which is known here; the commit there."""
    there = shop.commit("late.py", "x", "A later change")
    shop.git("push", "--quiet", "origin", "main")
    shop.git("reset", "--quiet", "--hard", "HEAD~1")
    return there


def test_a_merge_goes_onto_the_branch_as_the_remote_has_it(shop: Workshop, repository: Repository) -> None:
    fix, there = hotfix(shop), left_behind(shop)
    change = merge(repository, "hotfix/x", "main")
    assert shop.git("rev-list", "--parents", "-1", "main").split()[1:] == [there, fix]
    assert (shop.path / "late.py").exists()
    assert shop.git("status", "--porcelain") == ""
    push(repository, "origin", ["main"])
    assert change.after == shop.git("rev-parse", "origin/main")


def test_a_revert_goes_onto_the_branch_as_the_remote_has_it(shop: Workshop, repository: Repository) -> None:
    there = left_behind(shop)
    revert(repository, there, "main")
    assert shop.git("log", "-2", "--format=%s", "main") == 'Revert "A later change"\nA later change'


def test_a_branch_that_went_apart_from_its_remote_is_not_merged_into(shop: Workshop, repository: Repository) -> None:
    hotfix(shop)
    left_behind(shop)
    here = shop.commit("own.py", "x", "Another change")
    with pytest.raises(GitError, match="they went apart: join them"):
        merge(repository, "hotfix/x", "main")
    assert shop.sha("main") == here


def test_a_branch_that_is_only_at_the_remote_is_merged_into(shop: Workshop, repository: Repository) -> None:
    fix = hotfix(shop)
    shop.git("push", "--quiet", "origin", "v1.2.3^{commit}:refs/heads/next")
    shop.git("fetch", "--quiet", "origin")
    merge(repository, "hotfix/x", "next")
    assert shop.git("rev-list", "--parents", "-1", "next").split()[1:] == [shop.sha("v1.2.3"), fix]


def test_a_merge_of_what_is_in_already_changes_nothing(shop: Workshop, repository: Repository) -> None:
    change = merge(repository, "v1.2.3", "main")
    assert not change.changed
    assert change.after == shop.sha("main")


def test_a_dirty_working_copy_is_refused_and_left_as_it_is(shop: Workshop, repository: Repository) -> None:
    hotfix(shop)
    before = shop.sha("main")
    (shop.path / "stranger.py").write_text("not committed")
    with pytest.raises(WorkingCopyInUse, match=r"main is checked out in .*shop with changes that are not committed"):
        merge(repository, "hotfix/x", "main")
    assert shop.sha("main") == before
    assert shop.git("status", "--porcelain") == "M stranger.py"
    assert shop.is_as_before()


def test_a_dirty_working_copy_on_another_branch_is_in_nobodys_way(shop: Workshop, repository: Repository) -> None:
    hotfix(shop)
    shop.git("switch", "--quiet", "--create", "mine")
    (shop.path / "app.py").write_text("not committed")
    (shop.path / "untracked").write_text("mine")
    change = merge(repository, "hotfix/x", "main")
    assert shop.sha("main") == change.after
    assert shop.git("show", "main:app.py") == "one\ntwo!\nthree"
    assert (shop.path / "app.py").read_text() == "not committed"
    assert shop.is_as_before()


def test_a_conflict_names_its_files_and_changes_nothing(shop: Workshop, repository: Repository) -> None:
    hotfix(shop)
    before = shop.commit("app.py", "one\nzwei\nthree\n", "Contradict")
    with pytest.raises(
        Conflict, match=r"merging hotfix/x into main conflicts in app\.py: nothing was changed"
    ) as caught:
        merge(repository, "hotfix/x", "main")
    assert caught.value.files == ("app.py",)
    assert shop.sha("main") == before
    assert shop.git("status", "--porcelain") == ""
    assert shop.is_as_before()


def test_a_conflict_tells_the_commands_with_which_one_goes_on_by_hand(shop: Workshop, repository: Repository) -> None:
    fix = hotfix(shop)
    shop.commit("app.py", "one\nzwei\nthree\n", "Another way")
    with pytest.raises(Conflict) as told:
        merge(repository, "hotfix/x", "main", "Merge the fix")
    assert told.value.by_hand == (
        "git switch main",
        f"git merge --no-ff --no-edit '--message=Merge the fix' {fix}",
        "mend app.py, then: git add them, and git merge --continue",
        "git push origin main",
    )


def test_a_revert_undoes_a_commit(shop: Workshop, repository: Repository) -> None:
    bad = shop.commit("app.py", "broken\n", "Break it")
    change = revert(repository, bad, "main")
    assert shop.git("show", "main:app.py") == "one\ntwo\nthree"
    assert shop.git("log", "-1", "--format=%s", change.after) == 'Revert "Break it"'
    assert shop.is_as_before()


def test_a_revert_of_a_merge_takes_back_what_it_brought(shop: Workshop, repository: Repository) -> None:
    hotfix(shop)
    merged = merge(repository, "hotfix/x", "main").after
    revert(repository, merged, "main")
    assert shop.git("show", "main:app.py") == "one\ntwo\nthree"
    assert shop.git("show", "main:stranger.py") == "x"


def test_a_revert_of_a_tag_takes_back_the_whole_fix_and_not_its_newest_commit(
    shop: Workshop, repository: Repository
) -> None:
    hotfix(shop)
    shop.commit_on("hotfix/x", "test_app.py", "x", "Test it")
    shop.git("tag", "-a", "v1.2.4", "-m", "v1.2.4", "hotfix/x")
    merge(repository, "hotfix/x", "main")
    shop.commit("later.py", "x", "Later work")
    revert(repository, "v1.2.4", "main")
    assert shop.git("show", "main:app.py") == "one\ntwo\nthree"
    assert "test_app.py" not in shop.git("ls-tree", "--name-only", "main")
    assert "later.py" in shop.git("ls-tree", "--name-only", "main")


def test_a_revert_of_a_tag_on_the_branch_itself_takes_back_that_commit(shop: Workshop, repository: Repository) -> None:
    shop.git("tag", "here")
    shop.commit("later.py", "x", "Later work")
    revert(repository, "here", "main")
    assert "stranger.py" not in shop.git("ls-tree", "--name-only", "main")
    assert "app.py" in shop.git("ls-tree", "--name-only", "main")


def test_a_revert_of_a_tag_that_came_in_with_others_is_left_to_a_person(shop: Workshop, repository: Repository) -> None:
    hotfix(shop)
    shop.git("tag", "v1.2.4", "hotfix/x")
    shop.commit_on("hotfix/x", "other.py", "x", "Somebody's work")
    merged = merge(repository, "hotfix/x", "main")
    with pytest.raises(GitError, match=rf"v1.2.4 came into main by {merged.after[:10]}, together with other commits"):
        revert(repository, "v1.2.4", "main")
    assert shop.sha("main") == merged.after


def test_a_revert_that_contradicts_later_work_names_the_files(shop: Workshop, repository: Repository) -> None:
    bad = shop.commit("app.py", "broken\n", "Break it")
    before = shop.commit("app.py", "mended otherwise\n", "Mend it")
    with pytest.raises(Conflict) as caught:
        revert(repository, bad, "main")
    assert caught.value.files == ("app.py",)
    assert shop.sha("main") == before
    assert shop.is_as_before()


def test_a_revert_of_what_was_undone_or_is_not_there_says_so(shop: Workshop, repository: Repository) -> None:
    elsewhere = hotfix(shop)
    bad = shop.commit("app.py", "broken\n", "Break it")
    shop.commit("app.py", "one\ntwo\nthree\n", "Undo by hand")
    with pytest.raises(NothingToDo, match="undone already"):
        revert(repository, bad, "main")
    with pytest.raises(GitError, match="is not in main"):
        revert(repository, elsewhere, "main")
    assert shop.is_as_before()


def test_branches_and_tags_are_pushed_under_their_own_names(shop: Workshop, repository: Repository) -> None:
    sha = hotfix(shop)
    tag(repository, "v1.2.4", "hotfix/x", "v1.2.4")
    changes = push(repository, "origin", ["hotfix/x", "v1.2.4"])
    assert [change.ref for change in changes] == ["refs/heads/hotfix/x", "refs/tags/v1.2.4"]
    assert shop.git("ls-remote", "origin", "refs/heads/hotfix/x").split()[0] == sha
    assert shop.git("ls-remote", "origin", "refs/tags/v1.2.4^{}").split()[0] == sha


def test_a_rejected_push_raises_and_pushes_nothing(shop: Workshop, repository: Repository) -> None:
    shop.git("push", "--quiet", "--force", "origin", f"{hotfix(shop)}:refs/heads/main")
    tag(repository, "v1.2.4", "main", "v1.2.4")
    with pytest.raises(PushRejected, match=r"^origin refused main: \[rejected\] \(non-fast-forward\); v1\.2\.4"):
        push(repository, "origin", ["main", "v1.2.4"])
    assert shop.git("ls-remote", "origin", "refs/tags/v1.2.4") == ""


def test_a_hook_on_the_remote_that_refuses_is_a_rejection(shop: Workshop, repository: Repository) -> None:
    hook = shop.remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho frozen >&2\nexit 1\n")
    hook.chmod(0o755)
    hotfix(shop)
    with pytest.raises(PushRejected, match="pre-receive hook declined"):
        push(repository, "origin", ["hotfix/x"])


def test_a_remote_that_is_unknown_or_gone_is_named(shop: Workshop, repository: Repository) -> None:
    with pytest.raises(GitError, match="elsewhere: is no remote of this repository; known: origin"):
        push(repository, "elsewhere", ["main"])
    shop.remote.rename(shop.folder / "moved.git")
    with pytest.raises(GitError, match=r"fatal: .*remote\.git' does not appear to be a git repository"):
        push(repository, "origin", ["main"])


def test_a_commit_without_a_name_can_not_be_pushed(shop: Workshop, repository: Repository) -> None:
    with pytest.raises(GitError, match="neither a branch nor a tag"):
        push(repository, "origin", [shop.sha("main")])


def test_working_copies_that_a_killed_process_left_are_cleared_away(shop: Workshop, repository: Repository) -> None:
    left = shop.folder / "warroom-git-4194999-x" / "tree"
    shop.git("worktree", "add", "--quiet", "--detach", str(left), "main")
    with worktree(repository, shop.sha("main")) as tree:
        assert (tree / "app.py").exists()
    assert not left.parent.exists()
    assert not tree.parent.exists()
    assert shop.is_as_before()


def test_the_commands_are_told_as_a_person_would_type_them(shop: Workshop) -> None:
    hotfix(shop)
    told: list[str] = []
    with open_repository(shop.path, echo=told.append) as repository:
        tag(repository, "v1.2.4", "hotfix/x", "two words")
    sha = shop.sha("hotfix/x")
    assert told == [f"git tag --annotate '--message=two words' --cleanup=whitespace v1.2.4 {sha}"]


def test_a_folder_that_is_no_repository_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotARepository, match="is not in a git repository"), open_repository(tmp_path):
        pass


def test_an_environment_that_diverts_git_is_refused(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/elsewhere/.git")
    with pytest.raises(GitError, match="GIT_DIR in the environment"), open_repository(shop.path):
        pass


def test_only_one_module_lets_git_run() -> None:
    dynamic = re.compile(
        r"^(?!\s*from warroom).*(?<!incident)(?<!actions)\.git\.\w|^\s*(?:import git\b|from git\b)", re.MULTILINE
    )
    users = [path.name for path in sorted(ACTIONS.rglob("*.py")) if dynamic.search(path.read_text(encoding="utf-8"))]
    assert users == ["repository.py"]
