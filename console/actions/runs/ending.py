"""How a command is made to end, and what it leaves behind. Standard library only: the supervisor loads it."""

import os
import signal
from pathlib import Path
from typing import Any

ESCALATION = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
"""What a command is sent, one after the other; one that takes INT for something else begins with TERM."""
MARK = "WARROOM_RUN"
"""The variable that a command and all its descendants carry: the folder of their run."""
_MOST_LEFTOVERS = 20


class Ending:
    """Asks a process group to end, more firmly each time that `grace` seconds have gone by."""

    def __init__(self, group: int, grace: float, at: float, first: str = "INT") -> None:
        """Begin now with the signal `first` (`INT` or `TERM`); `at` is the monotonic clock."""
        self._group = group
        self._grace = grace
        self._ahead = list(ESCALATION[ESCALATION.index(signal.Signals[f"SIG{first}"]) :])
        self._next = at

    def press(self, at: float) -> None:
        """Send the next signal if its time has come."""
        if self._ahead and at >= self._next and group_lives(self._group):
            send(self._group, self._ahead.pop(0))
            self._next = at + self._grace

    def exhausted(self, at: float) -> bool:
        """Whether even the last signal had its time."""
        return not self._ahead and at >= self._next


def send(group: int, number: signal.Signals) -> None:
    """Send a signal to a whole process group, if it still exists."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return


def group_lives(group: int) -> bool:
    """Whether a process group has a member left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def leftovers(run: Path) -> list[dict[str, Any]]:
    """Processes that the run started and that still live, wherever they went; empty where the system can't tell."""
    wanted = f"{MARK}={run}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        pid = int(folder.name)
        if pid == os.getpid():
            continue
        try:
            if wanted not in (folder / "environ").read_bytes().split(b"\0"):
                continue
            name = (folder / "comm").read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            continue
        found.append({"pid": pid, "name": name})
        if len(found) == _MOST_LEFTOVERS:
            break
    return found
