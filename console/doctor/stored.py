"""The store: whether it can be written, has room, lies on a file system it can trust, and whether its log is whole."""

import os
from collections.abc import Iterator
from pathlib import Path

from warroom.console.doctor.finding import Finding, Grade
from warroom.console.store.errors import StoreError
from warroom.console.store.log import Break
from warroom.console.store.store import Store

_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ceph", "glusterfs"})
"""SQLite's write-ahead log needs shared memory, which these do not give."""
_ROOM = 200 * 1024 * 1024
"""Bytes: less leaves too little for the output of a few runs."""

_UNPROVEN = "the post-mortem can't prove what happened"


def examine(store: Store, mounts: Path = Path("/proc/mounts")) -> Iterator[Finding]:
    """Look at an open store. Reads the whole log."""
    problem = store.read_only
    if problem is not None:
        yield _finding("writing", Grade.MISSING, str(problem), "nothing can be started or noted", "make room")
    else:
        yield _finding("writing", Grade.GOOD, store.where)
    if "://" not in store.where:
        yield _room(Path(store.where))
        yield _file_system(Path(store.where), mounts)
    yield _chain(store)


def not_there_yet(path: Path, mounts: Path = Path("/proc/mounts")) -> Iterator[Finding]:
    """Look at where a store is going to be made."""
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if os.access(folder, os.W_OK):
        yield _finding("writing", Grade.GOOD, f"{path} is made with the first incident")
    else:
        yield _finding("writing", Grade.MISSING, f"{folder} can't be written", "nothing can be kept", "--store PATH")
    yield _room(folder / path.name)
    yield _file_system(folder, mounts)


def refused(error: StoreError) -> Finding:
    """What an opening that failed comes to."""
    return _finding("writing", Grade.MISSING, str(error), "nothing can be kept: the console does not open")


def _finding(what: str, grade: Grade, says: str, cost: str = "", mend: str = "") -> Finding:
    return Finding(part="store", what=what, grade=grade, says=says, cost=cost, mend=mend)


def _room(path: Path) -> Finding:
    free = os.statvfs(path.parent)
    left = free.f_bavail * free.f_frsize
    shown = f"{left // 1024 // 1024:,} MB free"
    if left >= _ROOM:
        return _finding("room", Grade.GOOD, shown)
    cost = "events and the output of runs may not fit"
    return _finding("room", Grade.DOUBTFUL, shown, cost, f"clear {path.parent}, or move the store")


def _file_system(path: Path, mounts: Path) -> Finding:
    kind = _kind(path.resolve(), mounts)
    if kind in _NETWORK:
        cost = "a file shared over the network can lose events"
        return _finding("file system", Grade.MISSING, kind, cost, 'store = "postgresql://room@db/warroom"')
    return _finding("file system", Grade.GOOD, kind or "can't be told here")


def _kind(path: Path, mounts: Path) -> str:
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    found = [line.split()[1:3] for line in lines if len(line.split()) > 2]
    under = [(point, kind) for point, kind in found if path.is_relative_to(point.replace("\\040", " "))]
    # Of two on one point the later is on top.
    return max(enumerate(under), key=lambda pair: (len(pair[1][0]), pair[0]))[1][1] if under else ""


def _chain(store: Store) -> Finding:
    try:
        answer = store.log.verify()
    except StoreError as error:
        return _finding("log", Grade.MISSING, str(error), _UNPROVEN, "warroom verify")
    if isinstance(answer, Break):
        return _finding("log", Grade.MISSING, f"broken at {answer.position}: {answer.why}", _UNPROVEN, "warroom verify")
    return _finding("log", Grade.GOOD, f"whole: {answer.head.position} events in {answer.streams} incidents")
