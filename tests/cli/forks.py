"""A process that has imported the program and waits: every call is a fork of it, which goes on as the program does.

A fork has a folder, an environment, streams and an end of its own like any other process. What it is spared is the
third of a second in which Python starts and makes the program's classes, at more than a thousand calls.
"""

import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import struct
import sys
import time
from pathlib import Path

NUMBER = struct.Struct("q")
"""How process ids and exit statuses are written."""
_DRAWN = ("warroom.console.app", "warroom.console.screens", "warroom.console.themes", "warroom.console.cli.board")
"""What the verbs have no use for: it would import Textual."""


def main() -> None:
    """Serve on the socket whose descriptor is the first argument; returns in the process of a call."""
    control = socket.socket(fileno=int(sys.argv[1]))
    _import_all()
    gc.collect()
    gc.freeze()
    # Nobody waits for those that wait for calls.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        asked, descriptors, _, _ = socket.recv_fds(control, 1, 5)
        if not asked:
            os._exit(0)
        if os.fork() == 0:
            break
        for descriptor in descriptors:
            os.close(descriptor)
    control.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    line, request, *streams = descriptors
    if called := os.fork():
        for descriptor in (request, *streams):
            os.close(descriptor)
        os.write(line, NUMBER.pack(called))
        _, status = os.waitpid(called, 0)
        os.write(line, NUMBER.pack(os.waitstatus_to_exitcode(status)))
        os._exit(0)
    os.close(line)
    _become(request, streams)


def _import_all() -> None:
    import warroom.console as root

    for module in pkgutil.walk_packages(root.__path__, f"{root.__name__}.", onerror=lambda name: None):
        if not module.name.startswith(_DRAWN) and not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def _become(request: int, streams: list[int]) -> None:
    """Take on what a process is given at its start."""
    with os.fdopen(request) as file:
        file.seek(0)
        asked = json.load(file)
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    time.tzset()
    sys.argv = asked["argv"]
    sys.path[0] = str(Path(sys.argv[0]).parent)


if __name__ == "__main__":
    main()
    from warroom.console.cli import main as program

    program()
