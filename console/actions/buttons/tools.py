"""Whether the programs that actions run are there. Looking blocks; asking does not."""

import json
import os
import shutil
import threading
from collections.abc import Mapping
from pathlib import Path

from warroom.config.platform_files import CHECK
from warroom.console.domain.text import clean

_RUNNERS = ("npm", "pnpm", "yarn")
_MOST_BYTES = 1024 * 1024


class Tools:
    """Remembers what was missing when it was last looked for; what nobody has looked for yet counts as there."""

    def __init__(self, folder: Path) -> None:
        """`folder`: what programs named by a relative path start from."""
        self._folder = folder
        self._found: dict[tuple[str, ...], str] = {}
        self._lock = threading.Lock()
        self.fresh = False
        """Something was asked for that nobody has looked for yet."""

    def missing(self, argv: tuple[str, ...]) -> str:
        """What is missing for this command, in words; empty: nothing, as far as is known."""
        word = _wanted(argv)
        with self._lock:
            if word not in self._found:
                self.fresh = True
            return self._found.setdefault(word, "")

    def look(self, argv: tuple[str, ...]) -> str:
        """The same, looked for now."""
        word = _wanted(argv)
        missing = self._look(word)
        with self._lock:
            self._found[word] = missing
        return missing

    def refresh(self) -> bool:
        """Look anew for everything that was asked for; whether anything has changed."""
        with self._lock:
            before, self.fresh = dict(self._found), False
        now = {word: self._look(word) for word in before}
        with self._lock:
            self._found.update(now)
        return now != before

    def _look(self, wanted: tuple[str, ...]) -> str:
        tool = wanted[0] if wanted else ""
        if not tool or tool.startswith("warroom-") or "{" in tool:
            return ""
        if "/" in tool:
            return "" if os.access(self._folder / tool, os.X_OK) else f"{clean(tool)} is not there"
        if shutil.which(tool) is None:
            return f"{clean(tool)} is not on the PATH"
        return self._no_script(wanted[1]) if len(wanted) > 1 else ""

    def _no_script(self, script: str) -> str:
        try:
            with (self._folder / "package.json").open("rb") as file:
                told = json.loads(file.read(_MOST_BYTES))
        except FileNotFoundError:
            return "there is no package.json"
        except (OSError, ValueError, RecursionError):
            # It says so itself when it runs.
            return ""
        scripts = told.get("scripts") if isinstance(told, dict) else None
        known = isinstance(scripts, Mapping) and script in scripts
        return "" if known else f"package.json has no script {clean(script)}"


def _wanted(argv: tuple[str, ...]) -> tuple[str, ...]:
    """The program behind a command, and the script where it only runs one."""
    if argv and argv[0] == CHECK and "--" in argv:
        argv = argv[argv.index("--") + 1 :]
    if len(argv) > 2 and argv[0] in _RUNNERS and argv[1] == "run":
        return argv[0], argv[2]
    return argv[:1]
