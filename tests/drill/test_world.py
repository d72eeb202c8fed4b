"""The small world: what its users meet, and what the ops commands change."""

import http.client
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from importlib.resources import as_file, files
from urllib.parse import urlsplit

import pytest

from warroom.console.drill.world import BAD, GOOD, NEXT, World
from warroom.console.drill.world.accounts import is_hit, password_of, roster

Until = Callable[[Callable[[], bool], str], None]
_SERIES = re.compile(r'http_requests_total\{code="(\d+)",path="/login",revision="([^"]+)"\} (\S+)')


def ask(address: str, method: str = "GET", body: object = None, **headers: str) -> tuple[int, str]:
    """Status and body of one request."""
    parts = urlsplit(address)
    with closing(http.client.HTTPConnection("127.0.0.1", parts.port, timeout=5)) as line:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, parts.path or "/", None if body is None else json.dumps(body), named)
        answer = line.getresponse()
        return answer.status, answer.read().decode()


def sign_in(world: World, user: str) -> int:
    return ask(f"{world.production}/login", "POST", {"user": user, "password": password_of(user)})[0]


def share_of_failures(world: World) -> float:
    """Of one sign-in of each user of the roster."""
    users = roster(7)
    return sum(sign_in(world, user) >= 500 for user in users) / len(users)


def counted(world: World) -> dict[tuple[str, str], float]:
    """Sign-ins by revision and status."""
    found = _SERIES.findall(ask(f"{world.production}/metrics")[1])
    return {(revision, code): float(value) for code, revision, value in found}


def shares(world: World) -> dict[str, int]:
    state = json.loads(world.run("./ops/status", "production").stdout)
    return {one["version"]: one["percent"] for one in state["revisions"] if one["percent"]}


def run(world: World, *argv: str) -> str:
    """Run a command that must succeed; gives its stdout."""
    done = world.run(*argv)
    assert done.returncode == 0, f"{argv}: {done.stdout}{done.stderr}"
    return done.stdout


def hotfix(world: World) -> None:
    """Branch from the good release, commit the fix, tag it."""
    run(world, "git", "branch", "hotfix/INC-7", GOOD)
    run(world, "./ops/apply-fix", "hotfix/INC-7")
    run(world, "git", "tag", "--annotate", NEXT, "--message", "hotfix", "hotfix/INC-7")


def test_users_sign_in_as_soon_as_the_world_runs(world: World, until: Until) -> None:
    until(lambda: counted(world).get((GOOD, "200"), 0) > 20, "20 sign-ins")
    assert counted(world)[GOOD, "500"] == 0
    assert json.loads(ask(f"{world.production}/health")[1]) == {"status": "UP", "version": GOOD, "db": "ok"}
    assert ask(world.production)[0] == ask(world.staging)[0] == 200


def test_the_bad_release_fails_three_in_ten_users_always_the_same_and_a_rollback_cures_it(world: World) -> None:
    assert share_of_failures(world) == 0
    world.break_it()
    assert shares(world) == {BAD: 100}
    hit, spared = [next(user for user in roster(7) if is_hit(user) is wanted) for wanted in (True, False)]
    assert {sign_in(world, hit) for _ in range(5)} == {500}
    assert {sign_in(world, spared) for _ in range(5)} == {200}
    assert share_of_failures(world) == pytest.approx(0.3)
    assert ask(f"{world.production}/health")[0] == 200
    assert "IndexError" in run(world, "./ops/logs", "production")
    run(world, "./ops/rollback", "production", "--to", GOOD)
    assert shares(world) == {GOOD: 100}
    assert share_of_failures(world) == 0


def test_users_who_keep_failing_call_for_help(world: World, until: Until) -> None:
    world.break_it()
    until(lambda: "support_reports_total 0.0" not in ask(world.metrics)[1], "a call for help")


def test_a_tenth_of_the_traffic_brings_a_tenth_of_the_errors(world: World, until: Until) -> None:
    run(world, "./ops/deploy", "production", BAD, "--no-traffic")
    assert shares(world) == {GOOD: 100}
    run(world, "./ops/shift", "production", BAD, "10")
    assert shares(world) == {GOOD: 90, BAD: 10}
    before = counted(world)
    for user in roster(7):
        sign_in(world, user)
    after = counted(world)
    grown = {key: value - before.get(key, 0) for key, value in after.items()}
    total = sum(grown.values())
    assert sum(value for (revision, _), value in grown.items() if revision == BAD) / total == pytest.approx(
        0.1, abs=0.04
    )
    assert grown[GOOD, "500"] == 0
    assert 0 < grown[BAD, "500"] / total < 0.08


def test_the_smoke_test_fails_on_the_bad_release_and_passes_on_the_good_one(world: World) -> None:
    assert "40 of 40" in run(world, "./ops/smoke", world.production)
    run(world, "./ops/deploy", "production", BAD, "--no-traffic")
    before = counted(world)[BAD, "500"]
    done = world.run("./ops/smoke", world.production, "--revision", BAD)
    assert done.returncode == 1
    assert "13 of 40 accounts can't sign in" in done.stderr
    assert counted(world)[BAD, "500"] == before, "a check of a named revision is no user"
    assert world.run("./ops/smoke", world.production, "--revision", "v9.9.9").returncode == 1
    assert world.run("./ops/smoke", "http://192.0.2.1:80").returncode == 2


def test_the_hotfix_heals_the_good_release_and_main_and_goes_out_in_steps(world: World) -> None:
    world.break_it()
    run(world, "./ops/rollback", "production", "--to", GOOD)
    hotfix(world)
    assert "holds the fix already" in run(world, "./ops/apply-fix", "hotfix/INC-7")
    assert run(world, "git", "log", "--format=%s", f"{GOOD}..{NEXT}").startswith("hotfix: ")
    assert len(run(world, "git", "log", "--format=%s", f"{GOOD}..{NEXT}").splitlines()) == 1
    run(world, "./ops/test", "hotfix/INC-7")
    assert "nothing found" in run(world, "./ops/scan", "hotfix/INC-7", "--base", GOOD)
    run(world, "./ops/deploy", "staging", "hotfix/INC-7")
    run(world, "./ops/smoke", world.staging)
    run(world, "./ops/deploy", "production", NEXT, "--no-traffic")
    for percent in (10, 25, 50):
        run(world, "./ops/shift", "production", NEXT, str(percent))
        assert shares(world) == {GOOD: 100 - percent, NEXT: percent}
    run(world, "./ops/shift", "production", NEXT, "100")
    assert shares(world) == {NEXT: 100}
    assert share_of_failures(world) == 0
    assert world.run("git", "merge", "--no-edit", "hotfix/INC-7").returncode == 0
    run(world, "./ops/test", "main")
    assert run(world, "git", "status", "--porcelain") == ""


def test_the_fix_also_heals_the_bad_release(world: World) -> None:
    run(world, "git", "branch", "hotfix/INC-8", BAD)
    run(world, "./ops/apply-fix", "hotfix/INC-8")
    run(world, "./ops/test", "hotfix/INC-8")
    run(world, "./ops/deploy", "staging", "hotfix/INC-8")
    run(world, "./ops/smoke", world.staging)


def test_the_regression_test_fails_without_the_fix(world: World) -> None:
    run(world, "git", "checkout", "--quiet", "-b", "unmended", BAD)
    run(world, "git", "apply", "--index", "--include=checks/*", str(world.folder / "fix.patch"))
    run(world, "git", "commit", "--quiet", "--message", "only the test")
    done = world.run("./ops/test", "unmended")
    assert done.returncode == 1
    assert "IndexError" in done.stderr


def test_a_fix_lands_on_a_branch_that_somebody_has_checked_out(world: World) -> None:
    run(world, "git", "checkout", "--quiet", "-b", "hotfix/INC-9", GOOD)
    (world.repository / "shop" / "settings.py").write_text("broken")
    assert "changes of its own" in world.run("./ops/apply-fix", "hotfix/INC-9").stderr
    run(world, "git", "checkout", "--quiet", "--", "shop/settings.py")
    run(world, "./ops/apply-fix", "hotfix/INC-9")
    assert run(world, "git", "status", "--porcelain") == ""
    assert run(world, "git", "worktree", "list").count("\n") == 1


def test_the_scan_finds_secrets_and_risky_calls_in_what_was_added(world: World) -> None:
    run(world, "git", "checkout", "--quiet", "-b", "careless", GOOD)
    (world.repository / "shop" / "odd.py").write_text('API_KEY = "abcdefghij0123456789"\nprint(eval("1"))\n')
    run(world, "git", "add", "--all")
    run(world, "git", "commit", "--quiet", "--message", "careless")
    done = world.run("./ops/scan", "careless")
    assert done.returncode == 1
    assert "shop/odd.py:1: a secret written down" in done.stdout
    assert "shop/odd.py:2: eval() runs what it is given" in done.stdout


def test_a_release_that_does_not_start_is_refused_and_nothing_changes(world: World) -> None:
    run(world, "git", "checkout", "--quiet", "-b", "dead", GOOD)
    (world.repository / "shop" / "app.py").write_text("raise SystemExit('no')\n")
    run(world, "git", "commit", "--quiet", "--all", "--message", "dead")
    done = world.run("./ops/deploy", "production", "dead", "--all")
    assert done.returncode == 1
    assert "did not become healthy" in done.stderr
    assert shares(world) == {GOOD: 100}


def test_the_backup_can_be_read_back(world: World) -> None:
    assert "240 accounts" in run(world, "./ops/backup", "production")
    (copy,) = (world.folder / "backups").iterdir()
    with closing(sqlite3.connect(copy)) as base:
        assert base.execute("SELECT count(*) FROM account").fetchone() == (240,)
    (world.folder / "data" / "production.db").write_bytes(b"not a database" * 100)
    assert world.run("./ops/backup", "production").returncode == 1


@pytest.mark.parametrize(
    "argv",
    [
        ("./ops/deploy", "production", GOOD),
        ("./ops/deploy", "moon", GOOD, "--all"),
        ("./ops/deploy", "production", "--all"),
        ("./ops/deploy", "production", "../../etc", "--all"),
        ("./ops/shift", "production", GOOD, "101"),
        ("./ops/shift", "production", GOOD, "-5"),
        ("./ops/rollback", "production", "--to"),
        ("./ops/smoke", "ftp://127.0.0.1:1"),
        ("./ops/apply-fix", "main"),
        ("./ops/status",),
    ],
    ids=" ".join,
)
def test_a_command_asked_for_in_a_wrong_way_says_how_and_ends_with_2(argv: tuple[str, ...]) -> None:
    with as_file(files("warroom.console.drill") / "assets" / "shop-first") as folder:
        env = {"SHOP_PYTHON": sys.executable, "PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            ("sh", *argv), cwd=folder, env=env, capture_output=True, text=True, timeout=30, check=False
        )
    assert (done.returncode, done.stderr.startswith("usage: ")) == (2, True), done


def test_what_is_unknown_is_refused_with_a_reason(world: World) -> None:
    for argv, reason in {
        ("./ops/deploy", "staging", "v9.9.9"): "there is no tag, branch or commit 'v9.9.9'",
        ("./ops/shift", "production", NEXT, "10"): "deploy it first",
        ("./ops/shift", "production", GOOD, "50"): "serves everything",
        ("./ops/rollback", "production"): "has served nothing else",
        ("./ops/rollback", "production", "--to", "v9.9.9"): "v9.9.9",
    }.items():
        done = world.run(*argv)
        assert (done.returncode, reason in done.stderr) == (1, True), (argv, done.stderr)


def test_the_control_obeys_nobody_without_the_token(world: World) -> None:
    control = json.loads((world.folder / "platform.json").read_text())
    assert (world.folder / "platform.json").stat().st_mode & 0o077 == 0
    address = f"{control['control']}/environments/production"
    assert ask(address)[0] == ask(address, X_Token="guess")[0] == 403
    assert ask(address, X_Token=control["token"])[0] == 200
    elsewhere = {"version": "x", "commit": "0" * 40, "folder": "/tmp"}
    status, text = ask(f"{address}/revisions", "POST", elsewhere, X_Token=control["token"])
    assert (status, "is no release folder" in text) == (409, True)


def test_a_rollback_starts_a_release_that_does_not_run_any_more(world: World) -> None:
    for version in ("v1.2.0", "v1.2.1", "v1.2.2"):
        run(world, "./ops/deploy", "production", version, "--all")
    running = json.loads(run(world, "./ops/status", "production"))["revisions"]
    assert GOOD not in {one["version"] for one in running}
    assert "does not run any more" in run(world, "./ops/rollback", "production", "--to", GOOD)
    assert shares(world) == {GOOD: 100}
