"""Backport truth on real repositories: same commits, same patches, squashes, picks by hand, reverts, conflicts."""

from tests.actions.conftest import Workshop
from warroom.console.actions.git.backports import Fix, Stands, fix_of, standing
from warroom.console.actions.git.carrying import backport
from warroom.console.actions.git.repository import Repository, open_repository
from warroom.console.actions.git.verbs import merge, revert


def fixed(shop: Workshop, repository: Repository, *contents: str) -> Fix:
    shop.git("branch", "hotfix/x", "v1.2.3")
    for number, content in enumerate(contents or ("one\ntwo!\nthree\n",), 1):
        shop.commit_on("hotfix/x", "app.py", content, f"Fix {number}")
    return fix_of(repository, shop.sha("v1.2.3"), shop.sha("hotfix/x"))


def stands(shop: Workshop, repository: Repository, fix: Fix, branch: str) -> Stands:
    return standing(repository, fix, branch, shop.sha(branch))


def picked(shop: Workshop, branch: str, *words: str) -> None:
    shop.git("switch", "--quiet", branch)
    shop.git("cherry-pick", *words)
    shop.git("switch", "--quiet", "main")


def test_a_branch_without_it_is_missing_it(shop: Workshop, repository: Repository) -> None:
    fix = fixed(shop, repository)
    assert stands(shop, repository, fix, "main") == Stands("missing", f"lacks {fix.tip[:10]}")
    assert shop.is_as_before()


def test_a_merge_is_the_same_commit_and_its_revert_takes_it_away_again(shop: Workshop, repository: Repository) -> None:
    fix = fixed(shop, repository)
    merged = merge(repository, "hotfix/x", "main").after
    assert stands(shop, repository, fix, "main") == Stands("fixed", f"{fix.tip[:10]} is in it")
    undo = revert(repository, merged, "main").after
    assert stands(shop, repository, fix, "main") == Stands("missing", f"it had the fix, and {undo[:10]} reverts it")
    revert(repository, undo, "main")
    assert stands(shop, repository, fix, "main").state == "fixed"


def test_what_was_taken_back_and_carried_over_once_more_is_there(shop: Workshop, repository: Repository) -> None:
    fix = fixed(shop, repository, "one\ntwo!\nthree\n", "one\ntwo!\nthree!\n")
    revert(repository, merge(repository, "hotfix/x", "main").after, "main")
    lacking = stands(shop, repository, fix, "main")
    assert (lacking.state, lacking.absent) == ("missing", fix.commits)
    backport(repository, "main", fix.commits[:1])
    assert stands(shop, repository, fix, "main").state == "missing"
    backport(repository, "main", fix.commits[1:])
    again = stands(shop, repository, fix, "main")
    assert (again.state, again.why.count("as ")) == ("fixed-by-patch", 2)
    once_more = revert(repository, shop.sha("main"), "main").after
    assert stands(shop, repository, fix, "main").why == f"it had the fix, and {once_more[:10]} reverts it"


def test_a_pick_that_was_taken_back_and_picked_once_more_is_there(shop: Workshop, repository: Repository) -> None:
    fix = fixed(shop, repository)
    shop.git("branch", "develop", "main")
    revert(repository, backport(repository, "develop", fix.commits).after, "develop")
    assert stands(shop, repository, fix, "develop").state == "missing"
    shop.git("switch", "--quiet", "develop")
    shop.git("merge", "--quiet", "--squash", "hotfix/x")
    shop.git("commit", "--quiet", "-m", "Fix, once more")
    shop.git("switch", "--quiet", "main")
    assert stands(shop, repository, fix, "develop") == Stands("fixed-by-patch", f"as {shop.sha('develop')[:10]}")


def test_the_same_patch_under_another_hash_counts_and_a_revert_of_it_too(
    shop: Workshop, repository: Repository
) -> None:
    fix = fixed(shop, repository)
    shop.git("branch", "develop", "main")
    picked(shop, "develop", "--no-edit", fix.tip)
    own = shop.sha("develop")
    assert own != fix.tip
    assert stands(shop, repository, fix, "develop") == Stands("fixed-by-patch", f"as {own[:10]}")
    revert(repository, own, "develop")
    assert stands(shop, repository, fix, "develop").state == "missing"


def test_a_squashed_merge_of_several_commits_is_found(shop: Workshop, repository: Repository) -> None:
    fix = fixed(shop, repository, "one\ntwo!\nthree\n", "one\ntwo!\nthree!\n")
    shop.git("merge", "--quiet", "--squash", "hotfix/x")
    shop.git("commit", "--quiet", "-m", "Fix (#12)")
    assert stands(shop, repository, fix, "main") == Stands("fixed-by-patch", f"as {shop.sha('main')[:10]}")


def test_half_of_it_is_not_it(shop: Workshop, repository: Repository) -> None:
    fix = fixed(shop, repository, "one\ntwo!\nthree\n", "one\ntwo!\nthree!\n")
    picked(shop, "main", "--no-edit", fix.commits[0])
    assert stands(shop, repository, fix, "main") == Stands("missing", "lacks 1 of its 2 commits")


def test_a_pick_that_was_mended_by_hand_says_so_in_its_message(shop: Workshop, repository: Repository) -> None:
    fix = fixed(shop, repository)
    shop.git("switch", "--quiet", "--create", "develop", "v1.2.3")
    shop.commit("app.py", "one\ntwo and more\nthree\n", "Go on")
    own = shop.commit("app.py", "one\ntwo! and more\nthree\n", f"Fix\n\n(cherry picked from commit {fix.tip})")
    shop.git("switch", "--quiet", "main")
    assert stands(shop, repository, fix, "develop") == Stands("fixed-by-patch", f"as {own[:10]}")


def test_conflicts_are_foretold_and_nothing_is_left_behind(shop: Workshop, repository: Repository) -> None:
    fix = fixed(shop, repository)
    shop.commit("app.py", "one\nzwei\nthree\n", "Contradict")
    (shop.path / "app.py").write_text("not committed")
    refs = shop.git("for-each-ref")
    assert stands(shop, repository, fix, "main") == Stands("missing", f"lacks {fix.tip[:10]}", ("app.py",))
    assert shop.git("status", "--porcelain") == "M app.py"
    assert shop.git("for-each-ref") == refs
    assert shop.is_as_before()


def test_what_the_fix_takes_back_itself_is_part_of_it(shop: Workshop, repository: Repository) -> None:
    shop.git("branch", "hotfix/x", "v1.2.3")
    wrong = shop.commit_on("hotfix/x", "app.py", "wrong\n", "Try")
    revert(repository, wrong, "hotfix/x")
    shop.commit_on("hotfix/x", "app.py", "one\ntwo!\nthree\n", "Fix")
    fix = fix_of(repository, shop.sha("v1.2.3"), shop.sha("hotfix/x"))
    merge(repository, "hotfix/x", "main")
    assert stands(shop, repository, fix, "main").state == "fixed"


def test_hooks_of_the_team_do_not_run_for_a_look(shop: Workshop, repository: Repository) -> None:
    hook = shop.path / ".git" / "hooks" / "post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {shop.folder}/ran\n")
    hook.chmod(0o755)
    fix = fixed(shop, repository)
    (shop.folder / "ran").unlink(missing_ok=True)
    shop_main = shop.sha("main")
    assert standing(repository, fix, "main", shop_main).state == "missing"
    assert not (shop.folder / "ran").exists()


def test_a_shallow_copy_says_that_it_can_not_tell(shop: Workshop) -> None:
    with open_repository(shop.path) as repository:
        fix = fixed(shop, repository)
    merge_of = shop.git("rev-parse", "hotfix/x")
    shop.git("push", "--quiet", "origin", "hotfix/x")
    shallow = shop.folder / "shallow"
    shop.git("clone", "--quiet", "--depth=1", f"file://{shop.remote}", str(shallow))
    shop.git("-C", str(shallow), "fetch", "--quiet", "--depth=2", "origin", "hotfix/x")
    with open_repository(shallow) as repository:
        head = shop.sha("main")
        told = standing(repository, Fix(fix.start, merge_of, (merge_of,)), "main", head)
    assert told.state == "unknown"
    assert "shallow" in told.why


def test_hundreds_of_commits_on_the_branch_are_read(shop: Workshop, repository: Repository) -> None:
    fix = fixed(shop, repository)
    stream = "".join(
        f"commit refs/heads/develop\ncommitter Kai <kai@example.com> {1_700_000_000 + n} +0000\ndata 2\nn\n"
        + ("from refs/tags/v1.2.3^0\n" if n == 0 else "")
        + f"M 100644 inline notes.txt\ndata {len(str(n))}\n{n}\n"
        for n in range(400)
    )
    shop.feed(stream, "fast-import", "--quiet")
    picked(shop, "develop", "--no-edit", fix.tip)
    assert stands(shop, repository, fix, "develop").state == "fixed-by-patch"
    assert standing(repository, fix, "develop", shop.sha("develop~1")).state == "missing"
