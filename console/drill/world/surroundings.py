"""The environment variables of the world's processes: nothing of the person's own comes in."""

import os
import sys
from pathlib import Path

import prometheus_client

from warroom import console

GIT: dict[str, str] = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1"}
"""Makes git deaf to the settings of the person and of the machine."""

_INHERITED = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")


def sealed(folder: Path) -> dict[str, str]:
    """The whole environment of a process of the world: its home and its temporary files are in `folder`."""
    env = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    home = folder / "home"
    env |= {"HOME": str(home), "TMPDIR": str(folder / "scratch"), "LC_ALL": "C.UTF-8"}
    env |= {"XDG_CONFIG_HOME": str(home), "XDG_STATE_HOME": str(home), "XDG_CACHE_HOME": str(home)}
    return env | {"PYTHONDONTWRITEBYTECODE": "1", "GIT_TERMINAL_PROMPT": "0"} | GIT


def for_modules() -> dict[str, str]:
    """Lets a sealed process import this product wherever it is installed: it can't see the person's own site folder."""
    roots = (Path(console.__path__[0]).parents[1], Path(prometheus_client.__path__[0]).parent)
    return {"PYTHONPATH": os.pathsep.join(dict.fromkeys(map(str, roots)))}


def for_operations(speed: float) -> dict[str, str]:
    """What the ops commands need on top of whatever environment they are started in."""
    return {"SHOP_PYTHON": sys.executable, "WARROOM_DRILL_SPEED": f"{speed:g}"}
