"""The git verbs as a supervised command: what they print, and how they exit."""

import subprocess
from dataclasses import replace

import pytest

from tests.actions.conftest import Room, Workshop
from warroom.console.actions.command import prepare
from warroom.console.actions.git.command import git_argv
from warroom.console.actions.runs.runner import RunState
from warroom.console.domain.action import Action


def called(shop: Workshop, *words: str) -> tuple[int, str, str]:
    done = subprocess.run(git_argv(*words), cwd=shop.path, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_each_verb_prints_the_git_commands_and_the_result(shop: Workshop) -> None:
    base = shop.sha("v1.2.3")
    assert called(shop, "branch", "hotfix/x", "--from", "v1.2.3") == (
        0,
        f"$ git branch --no-track hotfix/x {base}\nrefs/heads/hotfix/x {base}\n",
        "",
    )
    fix = shop.commit_on("hotfix/x", "app.py", "fixed\n", "Fix")
    assert called(shop, "tag", "v1.2.4", "--at", "hotfix/x", "--message", "v1.2.4")[1].endswith(
        f"refs/tags/v1.2.4 {fix}\n"
    )
    assert called(shop, "merge", "hotfix/x", "--into", "main")[1].endswith(f"refs/heads/main {shop.sha('main')}\n")
    assert called(shop, "merge", "hotfix/x", "--into", "main")[1].endswith("(unchanged)\n")
    assert called(shop, "push", "main", "v1.2.4")[0] == 0
    assert called(shop, "revert", shop.sha("main"), "--into", "main")[0] == 0
    assert shop.git("show", "main:app.py") == "one\ntwo\nthree"


def test_a_refusal_is_one_line_and_status_1(shop: Workshop) -> None:
    status, _, err = called(shop, "branch", "hotfix/x", "--from", "v9")
    assert (status, err) == (1, "warroom-git branch: v9: there is no such tag, branch or commit here\n")


def test_wrong_usage_is_status_2(shop: Workshop) -> None:
    assert called(shop, "branch", "hotfix/x")[0] == 2
    assert called(shop, "rebase")[0] == 2


def test_a_repository_elsewhere_can_be_named(shop: Workshop) -> None:
    argv = git_argv("--repository", str(shop.path), "branch", "hotfix/x", "--from", "main")
    assert subprocess.run(argv, cwd=shop.folder, capture_output=True, check=False).returncode == 0
    assert shop.sha("hotfix/x") == shop.sha("main")


def somebody_pushes(shop: Workshop, branch: str) -> str:
    """A commit that is on the branch at the remote, and that this copy has never seen."""
    there = shop.folder / "somebody"
    subprocess.run(["git", "clone", "-q", "-b", branch, shop.remote, there], check=True)
    (there / "theirs.py").write_text("x")
    who = ("-c", "user.name=lee", "-c", "user.email=lee@example.com")
    for words in (("add", "theirs.py"), (*who, "commit", "-qm", "Their work"), ("push", "-q", "origin", branch)):
        subprocess.run(["git", *words], cwd=there, check=True)
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=there, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.mark.parametrize("verb", ["merge", "backport"])
def test_a_branch_that_somebody_has_just_pushed_to_is_carried_on_from_there(shop: Workshop, verb: str) -> None:
    shop.git("branch", "hotfix/x", "v1.2.3")
    shop.commit_on("hotfix/x", "app.py", "fixed\n", "Fix")
    theirs = somebody_pushes(shop, "main")
    carry = ("--commits", "v1.2.3..hotfix/x") if verb == "backport" else ("--into", "main")
    words = ("main", *carry) if verb == "backport" else ("hotfix/x", *carry)
    status, _, err = called(shop, verb, *words, "--push")
    assert (status, err) == (0, "")
    assert theirs in shop.git("rev-list", "main").split()
    assert shop.git("ls-remote", "origin", "refs/heads/main").split()[0] == shop.sha("main")


def test_a_fix_begins_where_its_branch_is_at_the_remote_however_old_the_own_copy(shop: Workshop) -> None:
    theirs = somebody_pushes(shop, "main")
    assert called(shop, "branch", "hotfix/x", "--from", "main")[0] == 0
    assert shop.sha("hotfix/x") == theirs != shop.sha("main")
    assert called(shop, "branch", "hotfix/y", "--from", "v1.2.3")[0] == 0
    assert shop.sha("hotfix/y") == shop.sha("v1.2.3^{commit}")


def test_what_somebody_has_not_pushed_is_not_taken_along(shop: Workshop) -> None:
    shop.git("branch", "develop", "main")
    shop.git("push", "--quiet", "origin", "develop")
    shop.git("branch", "hotfix/x", "v1.2.3")
    shop.commit_on("hotfix/x", "app.py", "fixed\n", "Fix")
    carry = ("backport", "develop", "--commits", "v1.2.3..hotfix/x")
    private = shop.commit_on("develop", "own.py", "x", "Half done")
    status, _, err = called(shop, *carry, "--push")
    assert (status, f"develop has {private[:10]} Half done here, which origin lacks" in err) == (1, True)
    assert called(shop, *carry, "--onto-new", "backport/x", "--push")[0] == 0
    assert private not in shop.git("rev-list", "backport/x").split()


def test_what_was_carried_and_not_pushed_is_pushed_the_next_time(shop: Workshop) -> None:
    shop.git("branch", "develop", "main")
    shop.git("push", "--quiet", "origin", "develop")
    shop.git("branch", "hotfix/x", "v1.2.3")
    fix = shop.commit_on("hotfix/x", "app.py", "fixed\n", "Fix")
    shop.git("switch", "--quiet", "develop")
    shop.git("cherry-pick", fix)
    shop.git("switch", "--quiet", "main")
    assert called(shop, "backport", "develop", "--commits", "v1.2.3..hotfix/x", "--push")[0] == 0
    assert shop.git("ls-remote", "origin", "refs/heads/develop").split()[0] == shop.sha("develop")


def test_without_its_remote_nothing_is_changed_that_was_to_be_pushed(shop: Workshop) -> None:
    shop.git("branch", "hotfix/x", "v1.2.3")
    shop.commit_on("hotfix/x", "app.py", "fixed\n", "Fix")
    shop.remote.rename(shop.folder / "moved.git")
    before = shop.sha("main")
    status, _, err = called(shop, "merge", "hotfix/x", "--into", "main", "--push")
    assert (status, "it could not be pushed, so nothing was changed" in err) == (1, True)
    assert shop.sha("main") == before
    status, out, _ = called(shop, "merge", "hotfix/x", "--into", "main")
    assert (status, "going by what was fetched last" in out) == (0, True)
    assert shop.sha("main") != before


def test_it_runs_supervised_from_an_action(shop: Workshop, room: Room) -> None:
    action = Action(title="Branch", argv=("warroom-git", "branch", "{branch}", "--from", "{base}"))
    prepared = prepare("branch", action, {"branch": "hotfix/x", "base": "v1.2.3"}, cwd=shop.path)
    room.runner.launch(room.runner.prepare("run-1", replace(prepared)))
    assert room.end().state is RunState.SUCCEEDED
    assert "refs/heads/hotfix/x" in room.runner.tail("run-1", 1)
