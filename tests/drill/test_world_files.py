"""What a world writes: a history that can be made again, a configuration that any console reads, nothing elsewhere."""

import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from warroom.config.load import load
from warroom.config.scenario_files import load_scenario
from warroom.config.vocabulary import PROJECT_ACTIONS
from warroom.console.domain.guard import GUARDS
from warroom.console.drill.world import BAD, GOOD, NEXT, World, WorldError
from warroom.console.drill.world.accounts import SMOKE, is_hit, roster


def test_the_same_start_gives_the_same_history(tmp_path: Path, start: datetime) -> None:
    worlds = [World.build(tmp_path / name, start, seed=seed) for name, seed in (("a", 1), ("b", 2))]
    refs = [world.run("git", "for-each-ref").stdout for world in worlds]
    assert refs[0] == refs[1]
    later = World.build(tmp_path / "c", start + timedelta(seconds=1))
    assert later.run("git", "rev-parse", "main").stdout not in refs[0]


def test_the_history_has_releases_a_trap_and_strangers(tmp_path: Path, start: datetime) -> None:
    world = World.build(tmp_path / "world", start)
    tags = world.run("git", "for-each-ref", "--format=%(objecttype) %(refname:short)", "refs/tags").stdout.split("\n")
    releases = ["v1.2.0", "v1.2.1", "v1.2.2", GOOD, BAD]
    assert [tag for tag in tags if tag] == [f"tag {name}" for name in ("hotfix-v1.0.0-beta.1", *releases)]
    assert NEXT not in releases
    assert world.run("git", "describe", "main").stdout.startswith("hotfix-v1.0.0-beta.1")
    assert len(world.run("git", "log", "--format=%an", f"{BAD}..main").stdout.splitlines()) == 3
    assert len(set(world.run("git", "log", "--format=%an").stdout.splitlines())) == 4
    assert world.run("git", "rev-parse", "origin/main").stdout == world.run("git", "rev-parse", "main").stdout
    assert world.run("git", "ls-remote", "--tags", "origin").stdout.count("^{}") == 6
    times = world.run("git", "log", "--format=%at").stdout.split()
    assert all(int(at) < start.timestamp() for at in times)


def test_an_aware_start_in_any_zone_will_do_and_a_naive_one_will_not(tmp_path: Path, start: datetime) -> None:
    east = World.build(tmp_path / "east", start.astimezone(timezone(timedelta(hours=5, minutes=30))))
    assert str(int((start - timedelta(minutes=50)).timestamp())) in east.run("git", "log", "-1", "--format=%at").stdout
    with pytest.raises(WorldError, match="aware"):
        World.build(tmp_path / "naive", datetime(2026, 11, 20))  # noqa: DTZ001 - that is the point


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path, start: datetime) -> None:
    (tmp_path / "mine").write_text("precious")
    with pytest.raises(WorldError, match="not empty"):
        World.build(tmp_path, start)
    assert [one.name for one in tmp_path.iterdir()] == ["mine"]


def test_a_world_that_can_not_be_built_leaves_nothing(
    tmp_path: Path, start: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WorldError, match="git"):
        World.build(tmp_path / "world", start)
    assert list(tmp_path.iterdir()) == []


def test_a_roster_is_reproducible_and_three_in_ten_of_it_are_hit() -> None:
    assert roster(5) == roster(5) != roster(6)
    assert len(set(roster(5))) == 200
    assert sum(is_hit(user) for user in roster(5)) == 60
    assert sum(is_hit(user) for user in SMOKE) == 13


def test_the_console_reads_the_configuration_as_that_of_any_service(world: World) -> None:
    loaded = load(world.folder, environ={})
    assert loaded is not None
    assert loaded.warnings == ()
    settings = loaded.settings
    assert settings.drill
    assert settings.service.repository == str(world.repository)
    assert dict(settings.service.environments) == {"production": world.production, "staging": world.staging}
    # A drill's repository is at no host that has pull requests.
    assert set(PROJECT_ACTIONS) - {"pull-request"} <= set(settings.action)
    assert {guard for action in settings.action.values() for guard in action.guards} <= set(GUARDS)
    assert {probe.role for probe in settings.probe} >= {"health", "error-rate", "latency", "user-reports"}
    assert settings.action["merge"].env["TMPDIR"].startswith(str(world.folder))
    (sign_in,) = (probe for probe in settings.probe if probe.name == "sign-in")
    assert is_hit(json.loads(sign_in.body)["user"])


def test_before_it_starts_a_world_has_no_addresses(tmp_path: Path, start: datetime) -> None:
    with pytest.raises(WorldError, match="start it first"):
        World.build(tmp_path / "world", start).settings()


def test_nothing_is_written_or_read_outside_the_folder(tmp_path: Path) -> None:
    """A whole small life in a process whose home is watched, with git settings that would break everything."""
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        "[core]\n\thooksPath = /nonexistent\n[commit]\n\tgpgSign = true\n[user]\n\tname = Spy\n"
    )
    places = {name: str(home / name) for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "TMPDIR")}
    for place in places.values():
        Path(place).mkdir()
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    life = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from warroom.console.drill.world import World
with World.build(Path(sys.argv[1]), datetime(2026, 11, 20, tzinfo=UTC), speed=100) as world:
    world.break_it()
    for line in ("git branch x v1.2.3", "./ops/apply-fix x", "./ops/test x", "./ops/backup production"):
        done = world.run(*line.split())
        assert done.returncode == 0, done.stderr
    assert "Spy" not in world.run("git", "log", "--all", "--format=%an %cn").stdout
"""
    env = {**places, "HOME": str(home), "PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_DIR": "/nonexistent"}
    argv = (sys.executable, "-B", "-c", life, str(tmp_path / "world"))
    done = subprocess.run(argv, cwd=home, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before
    assert [one.name for one in tmp_path.iterdir()] == ["home"]


def test_the_scenario_tells_of_this_world(start: datetime, tmp_path: Path) -> None:
    scenario = load_scenario("bad-release")
    assert (scenario.release.good, scenario.release.bad, scenario.release.fix) == (GOOD, BAD, NEXT)
    world = World.build(tmp_path / "world", start)
    assert any(world.run("git", "log", "-1", "--format=%s", BAD).stdout.strip() in one for one in scenario.findings)
