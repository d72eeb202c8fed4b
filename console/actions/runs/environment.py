"""The environment of a command that nobody sits in front of."""

import os
from collections.abc import Mapping
from pathlib import Path

_NO_QUESTIONS = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "/bin/false",
    "SSH_ASKPASS": "/bin/false",
    "SSH_ASKPASS_REQUIRE": "never",
    "GCM_INTERACTIVE": "never",
    "GIT_EDITOR": "true",
    "GIT_SEQUENCE_EDITOR": "true",
    "GIT_PAGER": "cat",
    "GIT_MERGE_AUTOEDIT": "no",
}
"""Without these git and ssh ask for passwords and messages on the terminal, and wait for ever."""
_NO_TERMINAL = {"CI": "1", "NO_COLOR": "1", "TERM": "dumb", "PAGER": "cat", "PYTHONUNBUFFERED": "1"}
_SSH_OPTIONS = "-oBatchMode=yes -oConnectTimeout=10"
ELSEWHERE = frozenset(
    {
        *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX"),
        *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"),
    }
)
"""Variables that send git to another repository than the one of its folder; a console started by a hook has them."""


def git_environment(base: Mapping[str, str]) -> dict[str, str]:
    """The variables that, added to `base`, keep git from asking anybody anything."""
    ssh = base.get("GIT_SSH_COMMAND") or "ssh"
    return {**_NO_QUESTIONS, "GIT_SSH_COMMAND": ssh if _SSH_OPTIONS in ssh else f"{ssh} {_SSH_OPTIONS}"}


def unattended(base: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of a command: `base` made fit for a run without a terminal, and what the action adds."""
    kept = {name: value for name, value in base.items() if name not in ELSEWHERE}
    made = {**kept, **_NO_TERMINAL, **git_environment(base), **added}
    return {**made, "PATH": absolute(made["PATH"])} if "PATH" in made else made


def absolute(path: str) -> str:
    """A PATH without what depends on the folder: nobody's `kubectl` in a repository is taken for the real one."""
    return os.pathsep.join(one for one in path.split(os.pathsep) if Path(one).is_absolute()) or os.defpath
