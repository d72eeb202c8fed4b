"""The terminal: size, colours, characters, and whether a copied message reaches the clipboard."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping

from warroom.console.doctor.finding import Finding, Grade

_WHOLE = (80, 24)
"""The smallest size at which everything is there; a shared pane may be smaller."""
_SECONDS = 5


def examine(environ: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Look at the terminal this runs in."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or environ.get("TERM", "dumb") in ("", "dumb"):
        cost = "no full screen here; every verb works all the same"
        yield _finding("screen", Grade.DOUBTFUL, "this is no terminal", cost, "warroom status, or a real terminal")
        return
    yield _size()
    yield _colours(environ)
    yield _characters()
    if environ.get("TMUX"):
        yield _clipboard()


def _finding(what: str, grade: Grade, says: str, cost: str = "", mend: str = "") -> Finding:
    return Finding(part="terminal", what=what, grade=grade, says=says, cost=cost, mend=mend)


def _size() -> Finding:
    size = shutil.get_terminal_size()
    shown = f"{size.columns}x{size.lines}"
    if size.columns >= _WHOLE[0] and size.lines >= _WHOLE[1]:
        return _finding("size", Grade.GOOD, shown)
    return _finding("size", Grade.DOUBTFUL, shown, "one panel at a time, shortened", "80x24 shows everything")


def _colours(environ: Mapping[str, str]) -> Finding:
    if environ.get("NO_COLOR"):
        return _finding("colours", Grade.GOOD, "none (NO_COLOR): words and signs say it all")
    depth = "24 bit" if environ.get("COLORTERM") in ("truecolor", "24bit") else environ.get("TERM", "")
    return _finding("colours", Grade.GOOD, depth)


def _characters() -> Finding:
    encoding = (sys.stdout.encoding or "").lower()
    if "utf" in encoding:
        return _finding("characters", Grade.GOOD, encoding)
    mend = "export LC_ALL=C.UTF-8"
    return _finding("characters", Grade.DOUBTFUL, encoding or "unknown", "signs are drawn in ASCII", mend)


def _clipboard() -> Finding:
    try:
        done = subprocess.run(
            ["tmux", "show-options", "-sv", "set-clipboard"],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        said = done.stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        said = ""
    if said == "on":
        return _finding("clipboard", Grade.GOOD, "tmux passes it on")
    cost = "a copied message does not reach your own clipboard"
    return _finding("clipboard", Grade.DOUBTFUL, "tmux keeps it", cost, "tmux set -s set-clipboard on")
