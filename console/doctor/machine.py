"""The machine: its Python and git, what its logins do to runs, and whether its clock can be trusted."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from warroom.console.doctor.finding import Finding, Grade

_GIT = (2, 30)
"""Older ones lack options the git verbs use."""
_LOGIND = (Path("/etc/systemd/logind.conf"), Path("/etc/systemd/logind.conf.d"), Path("/run/systemd/logind.conf.d"))
_KILLS = re.compile(r"^\s*KillUserProcesses\s*=\s*(\w+)", re.MULTILINE | re.IGNORECASE)
_SECONDS = 5


def examine(logind: tuple[Path, ...] = _LOGIND) -> Iterator[Finding]:
    """Look at the machine. Runs `git --version` and `timedatectl`; changes nothing."""
    yield _finding("python", Grade.GOOD, sys.version.split()[0])
    yield _git()
    yield _tmux()
    yield _logins(logind)
    yield _clock()


def _finding(what: str, grade: Grade, says: str, cost: str = "", mend: str = "") -> Finding:
    return Finding(part="machine", what=what, grade=grade, says=says, cost=cost, mend=mend)


def _git() -> Finding:
    said = _output("git", "--version")
    version = re.search(r"(\d+)\.(\d+)(?:\.\d+)?", said)
    if version is None:
        cost = "no branch, tag, merge or backport; names of commands can't be worked out"
        return _finding("git", Grade.MISSING, "is not on the PATH", cost, "install git")
    if (int(version[1]), int(version[2])) < _GIT:
        needed = ".".join(map(str, _GIT))
        return _finding("git", Grade.DOUBTFUL, version[0], "some git verbs fail", f"install git {needed} or newer")
    return _finding("git", Grade.GOOD, version[0])


def _tmux() -> Finding:
    if shutil.which("tmux"):
        return _finding("tmux", Grade.GOOD, "is here")
    cost = "a screen can't be shared, and ends with the link; runs go on all the same"
    return _finding("tmux", Grade.DOUBTFUL, "is not on the PATH", cost, "install tmux")


def _logins(files: tuple[Path, ...]) -> Finding:
    said = ""
    for path in files:
        for file in sorted(path.glob("*.conf")) if path.is_dir() else [path]:
            try:
                said = next(reversed(_KILLS.findall(file.read_text(encoding="utf-8", errors="replace"))), said)
            except OSError:
                continue
    if said.lower() not in ("yes", "true", "1", "on"):
        return _finding("logout", Grade.GOOD, "leaves processes alone")
    cost = "a deploy that runs ends when its user logs out"
    mend = "loginctl enable-linger, and start the console by: systemd-run --user --scope tmux"
    return _finding("logout", Grade.DOUBTFUL, "ends every process (KillUserProcesses)", cost, mend)


def _clock() -> Finding:
    said = _output("timedatectl", "show", "-p", "NTPSynchronized", "--value").strip()
    if said == "no":
        cost = "clocks and timeline may be off against those of others"
        return _finding("clock", Grade.DOUBTFUL, "is not synchronised", cost, "timedatectl set-ntp true")
    return _finding("clock", Grade.GOOD, "is synchronised" if said == "yes" else "can't be asked about here")


def _output(*argv: str) -> str:
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
