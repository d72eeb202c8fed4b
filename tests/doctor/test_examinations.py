"""The doctor on a machine and a store: what each finding says, what it costs, how it is mended."""

from pathlib import Path

import pytest

from warroom.console.doctor import machine, stored, terminal
from warroom.console.doctor.finding import Finding, Grade, worst
from warroom.console.store.store import open_store


def named(findings: list[Finding], what: str) -> Finding:
    return next(finding for finding in findings if finding.what == what)


@pytest.mark.parametrize(
    ("texts", "grade"),
    [
        (["#KillUserProcesses=yes\n"], Grade.GOOD),
        (["[Login]\nKillUserProcesses=yes\n"], Grade.DOUBTFUL),
        (["KillUserProcesses=yes\n", "KillUserProcesses=no\n"], Grade.GOOD),
        (["KillUserProcesses=no\n", "KillUserProcesses = true\n"], Grade.DOUBTFUL),
        ([], Grade.GOOD),
    ],
)
def test_a_logout_that_ends_runs_is_noticed(tmp_path: Path, texts: list[str], grade: Grade) -> None:
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.conf").write_text(text, encoding="utf-8")
    assert named(list(machine.examine((tmp_path, tmp_path / "missing.conf"))), "logout").grade is grade


def test_a_machine_without_git_says_what_that_costs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = named(list(machine.examine(())), "git")
    assert (found.grade, bool(found.cost), found.mend) == (Grade.MISSING, True, "install git")


@pytest.mark.parametrize(
    ("kind", "grade"), [("ext4", Grade.GOOD), ("nfs4", Grade.MISSING), ("fuse.sshfs", Grade.MISSING)]
)
def test_a_store_on_a_network_file_system_is_refused_trust(tmp_path: Path, kind: str, grade: Grade) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"none / tmpfs rw 0 0\nserver:/x {tmp_path} {kind} rw 0 0\n", encoding="utf-8")
    with open_store(tmp_path / "room.db") as store:
        assert named(list(stored.examine(store, mounts)), "file system").grade is grade


def test_a_whole_log_is_said_to_be_whole(tmp_path: Path) -> None:
    with open_store(tmp_path / "room.db") as store:
        findings = list(stored.examine(store))
    assert worst(findings) is Grade.GOOD
    assert "0 events" in named(findings, "log").says


def test_looking_makes_no_store(tmp_path: Path) -> None:
    path = tmp_path / "state" / "room.db"
    assert worst(stored.not_there_yet(path)) is Grade.GOOD
    assert not path.parent.exists()


def test_without_a_terminal_the_way_without_a_screen_is_named() -> None:
    (finding,) = terminal.examine({"TERM": "dumb"})
    assert (finding.grade, finding.what) == (Grade.DOUBTFUL, "screen")
    assert "warroom status" in finding.mend
