"""What would ship, read from real repositories: the fix, the strangers, and what kinds of files they touch."""

import os
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.actions.conftest import Workshop
from tests.engine.intents import playbook
from warroom.config.settings import Service, Settings
from warroom.console.actions.git.change_proof import Prover
from warroom.console.domain.git.change import Proof
from warroom.console.domain.git.change_kinds import Limits
from warroom.console.domain.model import Incident

BEGAN = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
NAMES = {"production_tag": "v1.2.3", "branch": "hotfix/INC-1", "tag": "v1.2.4"}


def incident(**moments: datetime) -> Incident:
    return Incident(
        id="INC-1",
        title="Sign-in fails",
        level="P0",
        playbook=playbook(),
        service="shop",
        drill=False,
        version=1,
        declared_by="kai",
        moments={"impact": BEGAN, "detected": BEGAN, "declared": BEGAN, **moments},
    )


class Past(Workshop):
    """A workshop whose commits have dates of their own."""

    at = BEGAN - timedelta(days=1)

    def git(self, *words: str) -> str:
        env = {**os.environ, "GIT_COMMITTER_DATE": self.at.isoformat(), "GIT_AUTHOR_DATE": self.at.isoformat()}
        done = subprocess.run(["git", *words], cwd=self.path, check=True, capture_output=True, text=True, env=env)
        return done.stdout.strip()

    def during(self) -> None:
        """From here on commits are made in the incident."""
        self.at = BEGAN + timedelta(minutes=10)

    def branch(self, base: str) -> None:
        self.during()
        self.git("branch", "hotfix/INC-1", base)

    def fix(self) -> str:
        self.git("switch", "--quiet", "hotfix/INC-1")
        (self.path / "tests").mkdir(exist_ok=True)
        (self.path / "tests" / "test_app.py").write_text("assert True\n")
        (self.path / "app.py").write_text("one\n2\nthree\n")
        self.git("add", ".")
        self.git("commit", "--quiet", "-m", "Fix it")
        sha = self.git("rev-parse", "HEAD")
        self.git("switch", "--quiet", "main")
        return sha


@pytest.fixture
def past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Past:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    return Past(tmp_path)


def prove(past: Past, limits: Limits | None = None, **names: str) -> Proof:
    service = Service(name="shop", repository=str(past.path))
    service = replace(service, limits=limits) if limits else service
    proof = Prover(Settings(service=service)).prove(incident(), {**NAMES, **names})
    assert proof is not None
    return proof


def whats(proof: Proof) -> dict[str, str]:
    return {line.what: line.verdict for line in proof.lines}


def test_a_fix_from_the_release_is_minimal(past: Past) -> None:
    past.branch("v1.2.3")
    past.fix()
    proof = prove(past)
    assert (proof.verdict, proof.candidate) == ("ok", "hotfix/INC-1")
    assert proof.summary() == "2 files, +2 -1, 1 commit, test included"


def test_the_tag_is_the_candidate_once_it_is_there(past: Past) -> None:
    past.branch("v1.2.3")
    sha = past.fix()
    past.git("tag", "v1.2.4", sha)
    past.commit_on("hotfix/INC-1", "more.py", "x\n", "After the tag")
    proof = prove(past)
    assert (proof.candidate, proof.candidate_commit, proof.commits) == ("v1.2.4", sha, 1)


def test_a_branch_from_main_brings_the_strangers_that_wait_there(past: Past) -> None:
    past.branch("main")
    past.fix()
    proof = prove(past)
    assert proof.verdict == "red"
    assert proof.strangers == 1
    strangers = next(line for line in proof.lines if line.what == "strangers")
    assert "A stranger's change" in strangers.items[0]


def test_strangers_behind_a_merge_on_main_are_strangers(past: Past) -> None:
    past.git("branch", "feature", "v1.2.3")
    past.commit_on("feature", "window.py", "x\n", "A new shop window")
    past.git("merge", "--quiet", "--no-ff", "-m", "Merge the window", "feature")
    past.branch("main")
    past.fix()
    assert prove(past).strangers == 3


def test_strangers_that_came_to_main_during_the_incident_are_strangers(past: Past) -> None:
    past.during()
    past.commit("late.py", "x\n", "A stranger's change, just now")
    past.branch("main")
    past.fix()
    assert prove(past).strangers == 2


def test_main_merged_into_the_branch_brings_strangers(past: Past) -> None:
    past.branch("v1.2.3")
    past.fix()
    past.git("switch", "--quiet", "hotfix/INC-1")
    past.git("merge", "--quiet", "--no-ff", "-m", "Merge main", "main")
    past.git("switch", "--quiet", "main")
    proof = prove(past)
    assert proof.strangers == 1
    assert proof.commits == 3


def test_a_merge_of_the_fix_into_production_is_the_fix(past: Past) -> None:
    past.git("reset", "--quiet", "--hard", "v1.2.3")
    past.branch("v1.2.3")
    past.fix()
    past.git("merge", "--quiet", "--no-ff", "-m", "Merge the fix", "hotfix/INC-1")
    past.git("tag", "v1.2.4")
    proof = prove(past)
    assert (proof.verdict, proof.commits, proof.strangers) == ("ok", 2, 0)


def test_production_moved_up_to_the_fix_is_the_fix(past: Past) -> None:
    past.git("reset", "--quiet", "--hard", "v1.2.3")
    past.branch("v1.2.3")
    past.fix()
    past.git("merge", "--quiet", "--ff-only", "hotfix/INC-1")
    past.git("tag", "v1.2.4")
    assert prove(past).verdict == "ok"


def test_strangers_are_still_told_when_main_was_moved_up_to_the_fix(past: Past) -> None:
    past.branch("main")
    past.fix()
    past.git("merge", "--quiet", "--ff-only", "hotfix/INC-1")
    past.git("tag", "v1.2.4")
    assert prove(past).strangers == 1


def test_the_fix_squashed_into_one_commit_is_the_fix(past: Past) -> None:
    past.git("reset", "--quiet", "--hard", "v1.2.3")
    past.branch("v1.2.3")
    past.fix()
    past.git("merge", "--quiet", "--squash", "hotfix/INC-1")
    past.git("commit", "--quiet", "-m", "Fix it (#12)")
    past.git("tag", "v1.2.4")
    assert prove(past).verdict == "ok"


def test_a_candidate_that_lacks_what_is_live_would_take_it_away(past: Past) -> None:
    past.git("tag", "v0.9.0", "v1.2.3")
    past.commit("app.py", "one\n", "Live")
    past.git("tag", "v1.3.0")
    past.branch("v0.9.0")
    past.fix()
    assert whats(prove(past, production_tag="v1.3.0"))["dropped"] == "red"


@pytest.mark.parametrize("deployed", [None, timedelta(minutes=1), timedelta(minutes=9)])
def test_after_a_rollback_the_fix_is_held_against_the_release_before(past: Past, deployed: timedelta | None) -> None:
    past.commit("app.py", "one\n", "Bad")
    past.git("tag", "v1.3.0")
    past.branch("v1.2.3")
    past.fix()
    moments = {"action:rollback": BEGAN + timedelta(minutes=5)}
    if deployed is not None:
        moments["action:deploy-production"] = BEGAN + deployed
    prover = Prover(Settings(service=Service(name="shop", repository=str(past.path))))
    names = {**NAMES, "production_tag": "v1.3.0", "previous_tag": "v1.2.3"}
    proof = prover.prove(incident(**moments), names)
    assert proof is not None
    assert (proof.live, "dropped" in whats(proof)) == ("v1.2.3", False)


def test_kinds_of_files_are_told(past: Past) -> None:
    (past.path / "cart.py").write_text("def a():\n  return 1\n")
    past.git("add", ".")
    past.git("commit", "--quiet", "-m", "Cart")
    past.git("tag", "-f", "v1.2.3")
    past.branch("v1.2.3")
    past.git("switch", "--quiet", "hotfix/INC-1")
    (past.path / "cart.py").write_text("def a():\n\n    return 1\n")
    (past.path / "logo.png").write_bytes(b"\x89PNG\0\0\xff")
    (past.path / "yarn.lock").write_text("x\n")
    (past.path / "migrations").mkdir()
    (past.path / "migrations" / "1.sql").write_text("drop table x;\n")
    (past.path / "na\tme\n.py").write_text("x\n")
    past.git("add", ".")
    past.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},lib/other")
    past.git("commit", "--quiet", "-m", "All at once")
    found = whats(prove(past))
    wanted = {"formatting": "warn", "binary": "warn", "lockfile": "red", "migration": "red", "submodule": "red"}
    assert wanted.items() <= found.items()


def test_a_subject_that_pretends_to_be_several_lines_hides_no_commit(past: Past) -> None:
    past.commit("x.py", "x\n", "A\u2028stranger\x0b\x1f with tricks")
    past.branch("main")
    past.fix()
    assert prove(past).strangers == 2


def test_without_a_candidate_there_is_nothing_to_prove(past: Past) -> None:
    prover = Prover(Settings(service=Service(name="shop", repository=str(past.path))))
    assert prover.prove(incident(), NAMES) is None


def test_without_a_repository_that_is_said_and_not_refused(tmp_path: Path) -> None:
    proof = Prover(Settings(service=Service(name="shop", repository=str(tmp_path)))).prove(incident(), NAMES)
    assert proof is not None
    assert proof.verdict == "warn"


def test_what_cannot_be_read_is_unknown(past: Past) -> None:
    past.branch("v1.2.3")
    proof = prove(past, production_tag="v9.9.9")
    assert proof.verdict == "unknown"


def test_hundreds_of_commits_are_counted_and_bounded(past: Past) -> None:
    lines = []
    for number in range(1100):
        lines.append(f"commit refs/heads/hotfix/INC-1\ncommitter K <k@x> {1795000000 + number} +0000\ndata 1\nx\n")
        lines.append("from v1.2.3\n" if number == 0 else "")
        lines.append(f"M 644 inline many/{number}.txt\ndata 1\nx\n")
    subprocess.run(["git", "fast-import", "--quiet"], cwd=past.path, input="".join(lines), text=True, check=True)
    proof = prove(past)
    assert (proof.commits, proof.files) == (1100, 1100)
    assert {"commits": "red", "files": "red"}.items() <= whats(proof).items()
    assert all(len(line.items) <= 12 for line in proof.lines)
