"""The link is cut in mid-deploy: the deploy goes on, and the next console tells how it ended."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.link.sshd import Host, Link, missing, server, until

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())
WARROOM = Path(sys.executable).parent / "warroom"
CONFIG = """
[service]
name = "shop"

[action.deploy]
title = "Deploy"
argv = ["{python}", "{folder}/deploy.py"]
danger = "confirm"
environment = "production"
target = "{{environment}}"
key = "d"
"""
DEPLOY = """
import pathlib, time
here = pathlib.Path(__file__).parent
(here / "begun").touch()
while not (here / "go").exists():
    time.sleep(0.02)
(here / "done").touch()
"""


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    folder = tmp_path / "ssh"
    folder.mkdir()
    with server(folder) as host:
        yield host


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    here = tmp_path / "here"
    here.mkdir()
    (here / "deploy.py").write_text(DEPLOY, encoding="utf-8")
    (here / "warroom.toml").write_text(CONFIG.format(python=sys.executable, folder=here), encoding="utf-8")
    return {"XDG_STATE_HOME": str(tmp_path / "state"), "XDG_CONFIG_HOME": str(tmp_path / "config")}


def warroom(folder: Path, env: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [WARROOM, "--as", "kai", *words],
        cwd=folder,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def the_run(folder: Path, env: dict[str, str]) -> str:
    (incident,) = json.loads(warroom(folder, env, "status", "--json"))
    return "".join(run["state"] for run in incident["runs"])


@pytest.mark.parametrize("way", ["the client is killed", "the server's end is killed"])
def test_a_deploy_outlives_the_link_it_was_started_over(
    host: Host, env: dict[str, str], tmp_path: Path, way: str
) -> None:
    here = tmp_path / "here"
    warroom(here, env, "declare", "Sign-in fails", "--level", "P0")
    link = Link(host, f"cd {here} && {WARROOM} --as kai board INC-1", env=env)
    link.wait_for("Sign-in fails")
    link.type("d")
    link.wait_for("Yes, run it")
    link.press_until("y", lambda: (here / "begun").exists(), "the deploy begins")
    if way == "the server's end is killed":
        host.drop()
    link.cut()
    (here / "go").touch()
    until(lambda: (here / "done").exists(), "the deploy goes on to its end")
    second = Link(host, f"cd {here} && {WARROOM} --as kai board INC-1", env=env)
    second.wait_for("Sign-in fails")
    until(lambda: the_run(here, env) == "succeeded", "the next console records the end")
    second.cut()


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is missing")
def test_in_tmux_the_room_itself_outlives_the_link(host: Host, env: dict[str, str], tmp_path: Path) -> None:
    here = tmp_path / "here"
    warroom(here, env, "declare", "Sign-in fails", "--level", "P0")
    tmux = f"tmux -f /dev/null -S {tmp_path}/tmux new-session -A -s room -c {here}"
    command = f"cd {here} && {tmux} '{WARROOM} --as kai board INC-1'"
    link = Link(host, command, env=env)
    try:
        link.wait_for("Sign-in fails")
        link.type("d")
        link.wait_for("Yes, run it")
        link.press_until("y", lambda: (here / "begun").exists(), "the deploy begins")
        link.cut()
        (here / "go").touch()
        until(lambda: the_run(here, env) == "succeeded", "the room records the end with nobody looking")
        second = Link(host, command, env=env)
        second.wait_for("Deploy: succeeded")
        second.cut()
    finally:
        subprocess.run(["tmux", "-S", str(tmp_path / "tmux"), "kill-server"], check=False, capture_output=True)
