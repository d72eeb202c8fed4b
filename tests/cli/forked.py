"""Calls of the program that need not wait for Python to start; see forks.py for what they are."""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from tests.cli.forks import NUMBER

FORKS = Path(__file__).with_name("forks.py")
_PATIENCE = 90.0
"""Seconds after which a call is taken never to end."""


@cache
def _control() -> socket.socket:
    """Where calls are asked for; the process behind it ends with this one."""
    here, there = socket.socketpair()
    with there:
        number = there.fileno()
        forks = subprocess.Popen([sys.executable, FORKS, str(number)], pass_fds=[number], stdin=subprocess.DEVNULL)

    def end() -> None:
        here.close()
        forks.wait()

    atexit.register(end)
    return here


def call(argv: list[str], *, cwd: Path, env: dict[str, str], stdin: str = "") -> tuple[int, str, str]:
    """Call the program and wait for its end; gives its exit status, and what it wrote to its two streams."""
    with TemporaryFile("w+") as request, TemporaryFile("w+") as given, TemporaryFile() as out, TemporaryFile() as err:
        json.dump({"argv": argv, "cwd": str(cwd), "env": env}, request)
        given.write(stdin)
        for file in (request, given):
            file.flush()
            file.seek(0)
        line, theirs = socket.socketpair()
        with line, theirs:
            line.settimeout(_PATIENCE)
            streams = [file.fileno() for file in (given, out, err)]
            socket.send_fds(_control(), [b"!"], [theirs.fileno(), request.fileno(), *streams])
            theirs.close()
            status = _end(line)
        return status, _text(out), _text(err)


def _end(line: socket.socket) -> int:
    process = _number(line)
    try:
        return _number(line)
    except BaseException:
        os.kill(process, signal.SIGKILL)
        raise


def _number(line: socket.socket) -> int:
    answer = line.recv(NUMBER.size)
    assert answer, "the process that makes calls has ended"
    number: int = NUMBER.unpack(answer)[0]
    return number


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()
