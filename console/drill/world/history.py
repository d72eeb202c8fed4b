"""The shop's git history: made anew for each drill, the same for the same start time."""

import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path

from warroom.console.domain.time.duration import parse_duration
from warroom.console.drill.world.errors import WorldError
from warroom.console.drill.world.surroundings import sealed

ASSETS = files("warroom.console.drill") / "assets"
_FIRST = "shop-first"
_LOCAL = {
    "user.name": "Riku Aalto",
    "user.email": "riku@acme.test",
    "commit.gpgSign": "false",
    "tag.gpgSign": "false",
    "core.autocrlf": "false",
    "core.hooksPath": "/dev/null",
    "gc.auto": "0",
}


@dataclass(frozen=True, slots=True)
class _Commit:
    author: str
    email: str
    at: datetime
    message: str
    patch: str = ""
    tag: str = ""

    def identity(self) -> dict[str, str]:
        """Who and when, as git takes it from the environment."""
        who = {"NAME": self.author, "EMAIL": self.email, "DATE": self.at.isoformat(timespec="seconds")}
        return {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in who.items()}


def _plan(start: datetime) -> tuple[_Commit, ...]:
    written = tomllib.loads((ASSETS / "history.toml").read_text(encoding="utf-8"))
    commits = []
    for one in written["commit"]:
        name, _, email = one["author"].rstrip(">").partition(" <")
        at = start - parse_duration(one["before"])
        commits.append(_Commit(name, email, at, one["message"], one.get("patch", ""), one.get("tag", "")))
    return tuple(commits)


def git(folder: Path, env: Mapping[str, str], *arguments: str) -> str:
    """Run git in a folder of the world; gives its stdout, stripped.

    Raises:
        WorldError: git is missing, failed or took longer than 30 s.
    """
    try:
        done = subprocess.run(
            ("git", *arguments), cwd=folder, env=dict(env), capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise WorldError(f"git {arguments[0]}: {error}") from error
    if done.returncode:
        raise WorldError(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.strip()


def build_history(folder: Path, start: datetime) -> Path:
    """Make `origin.git` and its working copy `shop` in `folder`; gives the path of the working copy.

    The same `start` gives the same commit ids.
    """
    repository, origin, env = folder / "shop", folder / "origin.git", sealed(folder)
    git(folder, env, "init", "--quiet", "--bare", "--template=", "--initial-branch=main", str(origin))
    git(folder, env, "init", "--quiet", "--template=", "--initial-branch=main", str(repository))
    with (repository / ".git" / "config").open("a", encoding="utf-8") as config:
        for key, value in _LOCAL.items():
            section, name = key.split(".")
            config.write(f"[{section}]\n\t{name} = {value}\n")
    with as_file(ASSETS) as assets:
        shutil.copytree(assets / _FIRST, repository, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        for command in (repository / "ops").iterdir():
            if command.is_file() and not command.suffix:
                command.chmod(0o755)
        git(repository, env, "add", "--all", "--force")
        for commit in _plan(start):
            _make(repository, env | commit.identity(), commit, assets / "history")
        shutil.copy(assets / "fix.patch", folder / "fix.patch")
    git(repository, env, "remote", "add", "origin", str(origin))
    git(repository, env, "push", "--quiet", "--set-upstream", "--follow-tags", "origin", "main")
    return repository


def _make(repository: Path, env: Mapping[str, str], commit: _Commit, patches: Path) -> None:
    if commit.patch:
        git(repository, env, "apply", "--index", str(patches / commit.patch))
    git(repository, env, "commit", "--quiet", "--message", commit.message)
    if commit.tag:
        git(repository, env, "tag", "--annotate", commit.tag, "--message", f"{commit.tag}: {commit.message}")
