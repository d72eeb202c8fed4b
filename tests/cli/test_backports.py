"""Live branches from the command line: looked at anew, told, carried, and kept in the log."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Shell


def git(shell: Shell, *words: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=kai", "-c", "user.email=kai@acme.test", *words],
        cwd=shell.folder / "shop",
        env=shell.env,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def commit(shell: Shell, text: str) -> None:
    (shell.folder / "shop" / "app.py").write_text(text)
    git(shell, "add", "app.py")
    git(shell, "commit", "-qm", "Change the app")


@pytest.fixture
def shop(shell: Shell, tmp_path: Path) -> Shell:
    """A shop with a live branch besides main, an incident on it, and the names fixed by the first button."""
    (shell.folder / "shop").mkdir()
    git(shell, "init", "-q", "-b", "main")
    # A person's own configuration: picks need somebody to be their committer.
    git(shell, "config", "user.name", "kai")
    git(shell, "config", "user.email", "kai@acme.test")
    commit(shell, "one\ntwo\nthree\n")
    git(shell, "tag", "-a", "v1.2.3", "-m", "v1.2.3")
    git(shell, "branch", "develop")
    git(shell, "init", "-q", "--bare", "-b", "main", str(tmp_path / "remote.git"))
    git(shell, "remote", "add", "origin", str(tmp_path / "remote.git"))
    git(shell, "push", "-q", "origin", "main", "develop", "v1.2.3")
    shell.write(
        '[service]\nname = "shop"\nrepository = "shop"\nbranches = ["develop"]\n'
        '[action.branch]\ntitle = "Branch"\nargv = ["warroom-git", "branch", "{branch}", "--from", "{base}"]\n'
    )
    assert shell.ok("declare", "Sign-in fails", "--level", "P0") == "INC-1"
    return shell


def fixed(shop: Shell) -> None:
    shop.ok("run", "INC-1", "branch", "--yes", "branch")
    git(shop, "switch", "-q", "hotfix/INC-1")
    commit(shop, "one\ntwo!\nthree\n")
    git(shop, "switch", "-q", "main")


def test_before_there_is_a_fix_nothing_can_be_told(shop: Shell) -> None:
    done = shop.warroom("backports", "INC-1")
    assert (done.status, "there is no fix yet" in done.err) == (3, True)


def test_branches_are_told_and_the_fix_is_carried_until_all_have_it(shop: Shell) -> None:
    fixed(shop)
    done = shop.warroom("backports", "INC-1")
    assert done.status == 1
    told = [line.split("  (")[0].split() for line in done.out.splitlines()]
    assert told == [["main", "missing"], ["develop", "missing"]]
    assert "warroom run INC-1 backport onto=BRANCH" in done.err
    assert "develop: missing" in shop.ok("log", "INC-1")
    run = shop.warroom("run", "INC-1", "backport", "onto=develop", "--yes", "develop")
    assert run.status == 0, run.err
    assert "git push" in run.out
    git(shop, "merge", "-q", "--no-ff", "-m", "Merge", "hotfix/INC-1")
    git(shop, "push", "-q", "origin", "main")
    rows = json.loads(shop.ok("backports", "INC-1", "--json"))
    assert [(row["branch"], row["state"]) for row in rows] == [("main", "fixed"), ("develop", "fixed-by-patch")]
    assert set(rows[0]) == {"branch", "state", "why", "conflicts", "commits", "since", "waived_by", "waiting"}


def test_a_pull_requests_branch_is_made_and_pushed(shop: Shell) -> None:
    fixed(shop)
    run = shop.warroom("run", "INC-1", "backport-branch", "onto=develop", "--yes", "backport/develop/INC-1")
    assert run.status == 0, run.err
    assert git(shop, "ls-remote", "origin", "refs/heads/backport/develop/INC-1")
    assert shop.warroom("backports", "INC-1").status == 1


def conflicting(shop: Shell) -> None:
    """A fix that contradicts what develop has."""
    fixed(shop)
    git(shop, "switch", "-q", "develop")
    commit(shop, "one\nzwei\nthree\n")
    git(shop, "push", "-q", "origin", "develop")
    git(shop, "switch", "-q", "main")


def test_a_conflict_is_foretold_and_fails_the_run_with_a_way_on(shop: Shell) -> None:
    conflicting(shop)
    assert "develop  missing, conflicts in app.py" in shop.warroom("backports", "INC-1").out
    run = shop.warroom("run", "INC-1", "backport", "onto=develop", "--yes", "develop")
    assert run.status == 1
    assert "warroom run INCIDENT backport-continue landing=develop" in run.out + run.err
    assert "develop  missing" in shop.warroom("backports", "INC-1").out


def test_a_pick_that_waits_is_told_with_where_it_is_and_continued_once_it_is_mended(shop: Shell) -> None:
    conflicting(shop)
    shop.warroom("backports", "INC-1")
    begun = shop.warroom("run", "INC-1", "backport", "onto=develop", "--yes", "develop")
    assert "it will stop: picking it conflicts in app.py" in begun.err
    told = shop.warroom("backports", "INC-1")
    assert "a pick for develop waits since" in told.out
    assert "app.py still conflicts" in told.out
    assert "warroom run INC-1 backport-abort landing=develop" in told.err
    assert "backport-continue" not in told.err
    (waiting,) = json.loads(shop.warroom("backports", "INC-1", "--json").out)[1]["waiting"]
    place = Path(waiting["place"])
    assert (waiting["landing"], waiting["in_the_way"], waiting["of_this_fix"]) == (
        "develop",
        "app.py still conflicts",
        True,
    )
    assert waiting["files"] == [{"path": "app.py", "state": "conflicts"}]
    assert str(place) in told.out
    early = shop.warroom("run", "INC-1", "backport-continue", "landing=develop", "--yes", "develop")
    assert (early.status, "app.py still conflicts" in early.out + early.err) == (1, True)
    (place / "app.py").write_text("one\nzwei!\nthree\n")
    git(shop, "-C", str(place), "add", "app.py")
    assert "backport-continue landing=develop" in shop.warroom("backports", "INC-1").err
    shop.ok("run", "INC-1", "backport-continue", "landing=develop", "--yes", "develop")
    rows = json.loads(shop.warroom("backports", "INC-1", "--json").out)
    assert (rows[1]["state"], rows[1]["waiting"]) == ("fixed-by-patch", [])
    assert git(shop, "ls-remote", "origin", "refs/heads/develop").startswith(git(shop, "rev-parse", "develop"))
    assert git(shop, "show", "develop:app.py") == "one\nzwei!\nthree"
    assert not place.exists()


def test_a_pick_that_is_given_up_leaves_all_as_it_was(shop: Shell) -> None:
    conflicting(shop)
    before = git(shop, "rev-parse", "develop")
    shop.warroom("run", "INC-1", "backport", "onto=develop", "--yes", "develop")
    again = shop.warroom("run", "INC-1", "backport", "onto=develop", "--yes", "develop")
    assert "a pick waits for it already" in again.out + again.err
    shop.ok("run", "INC-1", "backport-abort", "landing=develop", "--yes", "develop")
    assert json.loads(shop.warroom("backports", "INC-1", "--json").out)[1]["waiting"] == []
    assert git(shop, "rev-parse", "develop") == before
    assert git(shop, "worktree", "list").count("\n") == 0


def test_the_branch_of_the_fix_goes_only_when_it_is_merged(shop: Shell) -> None:
    fixed(shop)
    assert shop.ok("run", "INC-1", "push-branch", "--yes", "push-branch") is not None
    kept = shop.warroom("run", "INC-1", "delete-branch", "--yes", "hotfix/INC-1")
    assert kept.status == 1
    git(shop, "merge", "-q", "--no-ff", "-m", "Merge", "hotfix/INC-1")
    shop.ok("run", "INC-1", "delete-branch", "--yes", "hotfix/INC-1")
    assert git(shop, "ls-remote", "origin", "refs/heads/hotfix/INC-1") == ""


def test_a_console_that_only_looks_notes_nothing(shop: Shell) -> None:
    fixed(shop)
    shop.warroom("--view", "backports", "INC-1")
    assert "  git " not in shop.ok("log", "INC-1")
