"""What is shipped: one name, and it starts wherever it is called from."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--disable-pip-version-check",
        "-w",
        str(target),
    ]
    subprocess.run([*command, str(ROOT)], check=True, timeout=110)
    return next(target.glob("*.whl"))


def test_the_wheel_owns_one_name(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"warroom"}


def test_the_wheel_carries_playbooks_scenarios_and_styles(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "warroom/config/playbooks/release-protocol.toml" in names
    assert "warroom/config/scenarios/bad-release.toml" in names
    assert "warroom/console/app.tcss" in names
    assert any(name.startswith("warroom/console/drill/assets/") for name in names)


def test_it_starts_among_other_peoples_packages_of_the_same_names(tmp_path: Path) -> None:
    for name in ("config", "console", "widgets"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__init__.py").write_text("raise SystemExit('the wrong package was imported')\n")
    program = Path(sys.executable).parent / "warroom"
    env = {**os.environ, "PYTHONPATH": ".", "XDG_STATE_HOME": str(tmp_path / "state"), "XDG_CONFIG_HOME": str(tmp_path)}

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [program, *arguments], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "release-protocol" in run("playbook", "list")
    incident = run("declare", "Sign-in fails", "--level", "P1").strip()
    assert "Sign-in fails" in run("status", incident)


def test_importing_the_command_line_loads_nothing_heavy() -> None:
    heavy = ("textual", "httpx", "git", "pydantic", "jinja2", "sentry_sdk", "sqlite3", "prometheus_client", "asyncio")
    program = f"import sys, warroom.console.cli; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
