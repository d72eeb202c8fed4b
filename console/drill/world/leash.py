"""Ties a process to the one that started it: it ends when its owner does, however the owner ended.

The owner holds the other end of stdin open. End of file there, or another parent, means that the owner is gone.
Also a program, which uses the standard library alone: `python leash.py MODULE [ARGUMENT …]` runs a module on the leash.
"""

import os
import runpy
import select
import sys
import threading
from collections.abc import Callable

_LOOK_SECONDS = 1.0


def _quit() -> None:
    os._exit(0)


def hold(when_gone: Callable[[], None] = _quit) -> None:
    """Watch the owner from a thread of its own; calls `when_gone` once."""
    owner = os.getppid()

    def watch() -> None:
        while os.getppid() == owner:
            ready, _, _ = select.select([0], [], [], _LOOK_SECONDS)
            if ready and not os.read(0, 512):
                break
        when_gone()

    threading.Thread(target=watch, name="leash", daemon=True).start()


def main() -> None:
    """Run the module that the arguments name, found from the current folder."""
    hold()
    sys.argv = sys.argv[1:]
    sys.path[0] = os.getcwd()  # noqa: PTH109 - started bare, where every import counts
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
