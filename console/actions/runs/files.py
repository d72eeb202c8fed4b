"""The files of a run's folder, and how they are written so that a crash leaves a whole one or none.

Standard library only: the supervisor loads it.
"""

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SPEC = "spec.json"
"""What shall run: written before anything starts."""
LOCK = "lock"
"""Held (flock) from preparation until the supervisor ends: nobody holds it, nobody works on the run."""
STARTED = "started.json"
"""Written before the command is started: without it the command certainly never ran."""
STATUS = "status.json"
"""The end of the run, in the supervisor's own words."""
RESERVE = "status.reserve"
"""Room for the status, taken while there was room: a full disk must not lose the end of a deploy."""
CANCEL = "cancel"
"""Its presence asks the supervisor to cancel."""
DIARY = "supervisor.log"
"""What the supervisor itself had to complain about."""
_RESERVED = 16 * 1024


def now() -> str:
    """The present, RFC 3339 in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def boot_id() -> str:
    """What tells one boot of this machine from the next; empty where the system has no such thing."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def host() -> str:
    """The name of this machine."""
    return os.uname().nodename


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in a file; nothing when there is no such file."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    found: dict[str, Any] = json.loads(content)
    return found


def write_json(path: Path, content: dict[str, Any]) -> str:
    """Write a file whole and durably, or not at all; gives the digest of what was written."""
    temporary, data = path.with_name(f"{path.name}.new"), json.dumps(content).encode()
    _write(temporary, data)
    temporary.replace(path)
    _sync_folder(path.parent)
    return hashlib.sha256(data).hexdigest()


def read_as_written(path: Path, digest: str) -> dict[str, Any] | None:
    """The object in a file; nothing when there is no such file, or it is not the one that was written."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    if hashlib.sha256(content).hexdigest() != digest:
        return None
    found: dict[str, Any] = json.loads(content)
    return found


def reserve_status(folder: Path) -> None:
    """Take room for the status."""
    _write(folder / RESERVE, b" " * _RESERVED)


def write_status(folder: Path, content: dict[str, Any]) -> None:
    """Write the status into the room that was reserved; white space fills the rest of it."""
    reserve = folder / RESERVE
    with reserve.open("r+b") as file:
        file.write(json.dumps(content).encode())
        file.flush()
        os.fsync(file.fileno())
    reserve.replace(folder / STATUS)
    _sync_folder(folder)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
