"""The service: its configuration, its repository and remote, the tools of its actions, its people and its probes."""

import asyncio
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

from warroom.config.lint import check_playbook
from warroom.config.load import Loaded
from warroom.config.secrets import unset
from warroom.console.actions.git.repository import GitError, open_repository
from warroom.console.actions.runs.environment import unattended
from warroom.console.doctor.finding import Finding, Grade
from warroom.console.doctor.hosting import examine_platform
from warroom.console.domain.playbook import Playbook
from warroom.console.domain.watch.verdict import Status
from warroom.console.monitor.once import probe_once

_REMOTE_SECONDS = 20
_OWN = ("warroom-git", "warroom-check", "warroom-request", "warroom-log")
"""Programs of this console itself."""


def unconfigured() -> Finding:
    """What no configuration at all comes to."""
    cost = "nothing is watched, and no action is there"
    return _finding("configuration", Grade.MISSING, "there is no warroom.toml here or above", cost, "warroom init")


def examine(loaded: Loaded, playbook: Playbook) -> Iterator[Finding]:
    """Look at a service. Asks git's remote and each probe once; changes nothing."""
    yield _configuration(loaded)
    yield _secrets(loaded)
    yield _playbook(playbook)
    yield _repository(loaded)
    yield _remote(loaded)
    yield from _tools(loaded, playbook)
    yield from examine_platform(loaded, playbook)
    yield _people(loaded, playbook)
    yield _channels(loaded)
    yield from _probes(loaded)


def _finding(what: str, grade: Grade, says: str, cost: str = "", mend: str = "") -> Finding:
    return Finding(part="service", what=what, grade=grade, says=says, cost=cost, mend=mend)


def _configuration(loaded: Loaded) -> Finding:
    where = str(loaded.path or "the environment")
    if loaded.warnings:
        return _finding("configuration", Grade.DOUBTFUL, f"{where}: {loaded.warnings[0]}", mend="warroom config check")
    return _finding("configuration", Grade.GOOD, where)


def _secrets(loaded: Loaded) -> Finding:
    """A file that holds secrets itself is for nobody else's eyes."""
    told = [warning for warning in loaded.warnings if "secret" in warning.problem]
    if not told or loaded.path is None or not loaded.path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        return _finding("secrets", Grade.GOOD, f"{len(loaded.secrets)} known, masked wherever they turn up")
    mend = f"take them from the environment: ${{NAME}}; or chmod 600 {loaded.path.name}"
    return _finding("secrets", Grade.DOUBTFUL, "stand in a file others can read", "anybody here can use them", mend)


def _playbook(playbook: Playbook) -> Finding:
    errors = [finding for finding in check_playbook(playbook) if finding.severity == "error"]
    if errors:
        mend = f"warroom playbook check {playbook.id}"
        return _finding("playbook", Grade.MISSING, f"{playbook.id}: {errors[0]}", "it misleads on the night", mend)
    return _finding("playbook", Grade.GOOD, playbook.id)


def _repository(loaded: Loaded) -> Finding:
    service = loaded.settings.service
    try:
        with open_repository(Path(service.repository)) as repository:
            shallow = repository.ask("rev-parse", "--is-shallow-repository").out.strip() == "true"
    except GitError as error:
        return _finding("repository", Grade.MISSING, str(error), "no branch, tag, merge or backport from here")
    if shallow:
        cost = "what rides along and what needs a backport can't be told"
        return _finding("repository", Grade.DOUBTFUL, "is a shallow clone", cost, "git fetch --unshallow")
    return _finding("repository", Grade.GOOD, service.repository)


def _remote(loaded: Loaded) -> Finding:
    """Whether the remote answers without asking for a password: nobody can type one into a run."""
    try:
        done = subprocess.run(
            ["git", "ls-remote", "--exit-code", "origin", "HEAD"],
            cwd=loaded.settings.service.repository,
            env=unattended(os.environ, {"LC_ALL": "C"}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_REMOTE_SECONDS,
            start_new_session=True,
            check=False,
        )
        problem = "" if done.returncode in (0, 2) else " ".join(done.stderr.split())[:200]
    except subprocess.TimeoutExpired:
        problem = f"did not answer within {_REMOTE_SECONDS} s"
    except OSError as error:
        problem = str(error.strerror)
    if problem:
        cost = "pushing, pulling and tags of others fail"
        return _finding("remote", Grade.MISSING, problem, cost, "git ls-remote origin, until it asks nothing")
    return _finding("remote", Grade.GOOD, "answers without asking anything")


def _tools(loaded: Loaded, playbook: Playbook) -> Iterator[Finding]:
    folder = Path(loaded.settings.service.repository)
    needed: dict[str, list[str]] = {}
    for key, action in loaded.settings.action.items():
        needed.setdefault(action.argv[0], []).append(key)
    for tool in playbook.tools:
        needed.setdefault(re.split(r"\s", tool)[0], [])
    for tool, actions in needed.items():
        if tool in _OWN or "{" in tool or _found(tool, folder):
            continue
        cost = f"can't run: {', '.join(actions)}" if actions else f"{playbook.id} counts on it"
        grade = Grade.MISSING if actions else Grade.DOUBTFUL
        yield _finding(tool, grade, "is not on the PATH", cost, f"install {tool}" if "/" not in tool else "")
    if all(tool in _OWN or _found(tool, folder) for tool in needed):
        yield _finding("tools", Grade.GOOD, ", ".join(needed) or "none are needed")


def _found(tool: str, folder: Path) -> bool:
    return os.access(folder / tool, os.X_OK) if "/" in tool else shutil.which(tool) is not None


def _people(loaded: Loaded, playbook: Playbook) -> Finding:
    people = loaded.settings.person
    called = {role for rung in playbook.ladder for role in rung.call}
    unreachable = sorted(
        role for role in called if not any(role in person.roles and (person.phone or person.chat) for person in people)
    )
    if unreachable:
        cost = "escalating names nobody to call"
        says = f"nobody with a number for {', '.join(unreachable)}"
        return _finding("people", Grade.DOUBTFUL, says, cost, "[[person]] with roles and phone")
    return _finding("people", Grade.GOOD, f"{len(people)} can be reached")


def _channels(loaded: Loaded) -> Finding:
    names = tuple(loaded.settings.channel)
    if not names:
        cost = "messages are copied by hand, or read aloud"
        return _finding("channels", Grade.DOUBTFUL, "none", cost, '[channel.incidents] with kind = "slack"')
    lacking = [f"{name}: {words}" for name in names if (words := unset(loaded.settings.channel[name]))]
    if lacking:
        cost = "nothing can be sent by it from this machine"
        return _finding("channels", Grade.MISSING, "; ".join(lacking), cost, "export it before warroom starts")
    return _finding("channels", Grade.GOOD, ", ".join(names))


def _probes(loaded: Loaded) -> Iterator[Finding]:
    """One reading of each: failing is the service's business, unknown is ours."""
    probes = loaded.settings.probe
    if not probes:
        yield _finding("probes", Grade.MISSING, "none", "the room is blind, and gates never pass", "warroom init")
        return
    blind = [sample for sample in asyncio.run(probe_once(probes)) if sample.status is Status.UNKNOWN]
    for sample in blind:
        yield _finding(f"probe {sample.probe}", Grade.MISSING, sample.reason, "a gate that asks for it never passes")
    if not any(probe.role == "error-rate" for probe in probes):
        cost = "no chart, and no gate on errors"
        yield _finding("error rate", Grade.DOUBTFUL, "no probe has the role", cost, 'role = "error-rate"')
    if not blind:
        yield _finding("probes", Grade.GOOD, f"{len(probes)} answer")
