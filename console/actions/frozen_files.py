"""The files that a command names, as they are now: a yes is to these, not to what they may be a moment later."""

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from warroom.console.actions import programs
from warroom.console.actions.command import Command, Prepared
from warroom.console.actions.runs.environment import absolute

_LARGEST = 8 * 1024 * 1024
"""Bytes; of larger files size and time of the last change are taken, so that nobody waits for a dialog."""


def frozen(prepared: Prepared) -> Prepared:
    """The same command, with the state of its program and of the files in its folder that its words name.

    Reads them, and blocks for that.
    """
    return Prepared(replace(prepared.command, files=tuple(_files(prepared.command))), prepared.secret_env)


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """The words whose files are not the same any more."""
    return tuple(word for word in {**before, **now} if before.get(word) != now.get(word))


def _files(command: Command) -> Iterator[tuple[str, str]]:
    folder = Path(command.cwd)
    for number, word in enumerate(command.argv):
        if number == 0 and "/" not in word:
            if (program := _program(word)) is not None:
                yield word, program
            continue
        # `--file=compose.yaml` names a file as `--file compose.yaml` does.
        for name in dict.fromkeys((word, word.partition("=")[2])):
            if name and (number == 0 or _inside(folder, name)) and (state := _state(folder / name)) is not None:
                yield name, state


def _program(word: str) -> str | None:
    found = None if word in programs.MODULES else shutil.which(word, path=absolute(os.environ.get("PATH", os.defpath)))
    if found is None:
        return None
    try:
        about = Path(found).stat()
    except OSError:
        return None
    return f"{found} {about.st_size} {about.st_mtime_ns}"


def _inside(folder: Path, name: str) -> bool:
    return "\n" not in name and len(name) < 1024 and (folder / name).is_relative_to(folder)


def _state(path: Path) -> str | None:
    try:
        about = path.stat()
        if not path.is_file():
            return None
        if about.st_size > _LARGEST:
            return f"{about.st_size} {about.st_mtime_ns}"
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError):
        # What can't be read is no file of ours; the program says so itself.
        return None
