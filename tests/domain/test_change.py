"""What would ship is weighed: the fix and nothing else, or why not."""

from dataclasses import replace
from typing import Any

import pytest

from tests.domain.playbooks import Room
from warroom.console.domain import guard
from warroom.console.domain import intents as i
from warroom.console.domain.git.change import (
    ChangedFile,
    Commit,
    Difference,
    Line,
    Proof,
    nothing_to_compare,
    unproven,
    weigh,
)
from warroom.console.domain.git.change_kinds import Limits, kinds_of
from warroom.console.domain.timeline import entry

FIX = Commit(sha="a" * 40, author="Kai", subject="Fix the session slots")
STRANGER = Commit(sha="b" * 40, author="Lee", subject="A new shop window", own=False)
CODE = ChangedFile(path="shop/session.py", added=10, removed=3)
TEST = ChangedFile(path="tests/test_session.py", added=12)


def difference(**more: Any) -> Difference:
    given: dict[str, Any] = {"commits": (FIX,), "files": (CODE, TEST), **more}
    return Difference(live="v1.2.3", candidate="v1.2.4", live_commit="1" * 40, candidate_commit="2" * 40, **given)


def line(proof: Proof, what: str) -> Line:
    return next(one for one in proof.lines if one.what == what)


def test_a_small_fix_with_its_test_is_ok() -> None:
    proof = weigh(difference(), Limits())
    assert (proof.verdict, proof.summary()) == ("ok", "2 files, +22 -3, 1 commit, test included")


def test_a_stranger_that_rides_along_is_red_and_named() -> None:
    proof = weigh(difference(commits=(FIX, STRANGER)), Limits())
    assert proof.verdict == "red"
    assert line(proof, "strangers").items == (f"{'b' * 10} Lee: A new shop window",)
    assert "1 commit that is not part of the fix rides along" in line(proof, "strangers").reason
    assert "1 stranger among them" in proof.summary()


def test_what_is_live_and_would_be_taken_away_is_red() -> None:
    proof = weigh(difference(dropped=(STRANGER,)), Limits())
    assert line(proof, "dropped").verdict == "red"


def test_without_a_test_it_warns_and_does_not_refuse() -> None:
    proof = weigh(difference(files=(CODE,)), Limits())
    assert (proof.verdict, proof.test) == ("warn", False)


def test_a_test_that_is_only_deleted_is_no_test() -> None:
    gone = replace(TEST, added=0, removed=12, deleted=True)
    assert not weigh(difference(files=(CODE, gone)), Limits()).test


@pytest.mark.parametrize(
    ("limits", "what"),
    [(Limits(files=1), "files"), (Limits(lines=24), "lines"), (Limits(commits=0), "commits")],
)
def test_more_than_a_limit_is_red(limits: Limits, what: str) -> None:
    proof = weigh(difference(), limits)
    assert [one.what for one in proof.reds] == [what]


def test_lines_of_lockfiles_and_generated_files_are_not_counted() -> None:
    lock = ChangedFile(path="web/package-lock.json", added=9000, removed=8000)
    proof = weigh(difference(files=(CODE, TEST, lock)), Limits(refuse=()))
    assert line(proof, "lines").verdict == "ok"
    assert line(proof, "lockfile").verdict == "warn"


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("package-lock.json", ("lockfile",)),
        ("web/deep/yarn.lock", ("lockfile",)),
        ("shop/migrations/0042_more.py", ("migration",)),
        ("migrations/1.sql", ("migration",)),
        ("config/app.yaml", ("configuration",)),
        (".env.production", ("configuration",)),
        (".github/workflows/deploy.yml", ("ci",)),
        ("static/app.min.js", ("generated",)),
        ("vendor/lib/x.go", ("generated",)),
        ("tests/config/settings.yaml", ("test",)),
        ("shop/session_test.go", ("test",)),
        ("web/sign-in.spec.ts", ("test",)),
        ("shop/session.py", ()),
        ("shop/contest.py", ()),
        ("reconfig/notes.md", ()),
    ],
)
def test_kinds_are_told_by_the_path(path: str, kinds: tuple[str, ...]) -> None:
    assert kinds_of(path, Limits()) == kinds


def test_patterns_of_a_kind_can_be_set() -> None:
    limits = Limits(patterns={"migration": ("db/**",)})
    assert kinds_of("db/2026/add.sql", limits) == ("migration",)
    assert kinds_of("shop/migrations/0042.py", limits) == ()


def test_a_hostile_pattern_is_quick() -> None:
    limits = Limits(patterns={"migration": ("*a*a*a*b",)})
    assert kinds_of("a" * 200, limits) == ()


@pytest.mark.parametrize(
    ("file", "what", "verdict"),
    [
        (ChangedFile(path="logo.png", binary=True), "binary", "warn"),
        (ChangedFile(path="lib/other", submodule=True, added=1, removed=1), "submodule", "red"),
        (ChangedFile(path="shop/cart.py", formatting=True, added=40, removed=40), "formatting", "warn"),
        (ChangedFile(path="db/migrations/1.sql", added=3), "migration", "red"),
    ],
)
def test_what_is_seen_in_the_change_itself_is_told(file: ChangedFile, what: str, verdict: str) -> None:
    proof = weigh(difference(files=(CODE, TEST, file)), Limits())
    assert line(proof, what).verdict == verdict
    assert line(proof, what).items == (file.path,)


def test_a_candidate_that_is_live_changes_nothing() -> None:
    same = Difference(live="v1", candidate="v2", live_commit="1", candidate_commit="1")
    proof = weigh(same, Limits())
    assert (proof.verdict, len(proof.lines)) == ("warn", 1)


def proven(proof: Proof) -> Room:
    room = Room.declared()
    room.say(i.ProveChange(proof=proof))
    return room


def answer(room: Room) -> tuple[str, str]:
    found = guard.GUARDS["minimal-change"](room.now)
    return found.verdict, found.reason


RED = weigh(difference(commits=(FIX, STRANGER)), Limits())


def test_the_guard_refuses_what_was_never_compared() -> None:
    assert answer(Room.declared())[0] == "refused"


def test_the_guard_refuses_what_is_red_and_what_could_not_be_seen() -> None:
    assert answer(proven(RED)) == ("refused", "1 commit that is not part of the fix rides along")
    assert answer(proven(unproven("v1", "v2", "git did not answer"))) == ("refused", "git did not answer")


def test_the_guard_lets_a_minimal_change_pass() -> None:
    assert answer(proven(weigh(difference(), Limits())))[0] == "ok"
    assert answer(proven(nothing_to_compare("there is no git repository here")))[0] == "warn"


def test_a_waiver_holds_for_the_candidate_it_was_given_for() -> None:
    room = proven(RED)
    room.say(i.Waive(subject="minimal-change", why="the window was live this morning", owner="kai"))
    assert answer(room)[0] == "warn"
    room.wait(1)
    room.say(i.ProveChange(proof=replace(RED, candidate_commit="3" * 40)))
    verdict, why = answer(room)
    assert verdict == "refused"
    assert "another candidate" in why


def test_the_same_proof_is_noted_once() -> None:
    room = proven(RED)
    assert room.ask(i.ProveChange(proof=RED)) == ()


def test_the_timeline_says_what_is_red() -> None:
    room = proven(RED)
    told = entry(room.stream[-1])
    assert told.tone == "bad"
    assert "rides along" in told.text
