"""A real ssh server on loopback, for tests that cut a link."""

import getpass
import os
import pty
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyte

SSHD = "/usr/sbin/sshd"
_PATIENCE = 30.0
_UNHURRIED = 1.0

CONFIG = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile {folder}/sshd.pid
StrictModes no
UsePAM no
PasswordAuthentication no
AcceptEnv WARROOM_* XDG_* GIT_CONFIG_*
PrintMotd no
"""


def missing() -> str:
    """Why there can be no server here; empty: there can."""
    tools = [tool for tool in (SSHD, "ssh", "ssh-keygen") if shutil.which(tool) is None]
    return f"{', '.join(tools)} missing" if tools else ""


def until(holds: Callable[[], object], what: str) -> None:
    """Wait for a condition."""
    end = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.02)


@dataclass(frozen=True)
class Host:
    """A server that takes our key."""

    folder: Path
    port: int
    pid: int

    def drop(self) -> None:
        """End every link from this side, without a goodbye."""
        for child in _children(self.pid):
            for grandchild in _children(child):
                if "sshd" in Path(f"/proc/{grandchild}/comm").read_text(encoding="ascii"):
                    os.kill(grandchild, signal.SIGKILL)
            os.kill(child, signal.SIGKILL)

    def argv(self, *command: str) -> list[str]:
        """What runs a command over there, on a terminal."""
        options = ["-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null", "-oSendEnv=WARROOM_* XDG_*"]
        where = ["-i", str(self.folder / "user"), "-p", str(self.port), f"{getpass.getuser()}@127.0.0.1"]
        return ["ssh", "-tt", "-q", "-oBatchMode=yes", *options, *where, *command]


@contextmanager
def server(folder: Path) -> Iterator[Host]:
    """Start a server; its links end with the block."""
    if os.geteuid() == 0:
        # Where it runs as root it insists on this folder; Debian makes it when the service starts.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    config = folder / "sshd_config"
    config.write_text(CONFIG.format(port=port, folder=folder), encoding="utf-8")
    with subprocess.Popen([SSHD, "-D", "-e", "-f", config], stderr=subprocess.DEVNULL) as process:
        try:
            until(lambda: _answers(port), "the server answers")
            yield Host(folder, port, process.pid)
        finally:
            process.terminate()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as link:
            return link.recv(4) == b"SSH-"
    except OSError:
        return False


class Link:
    """A person's end of a link: a terminal of 100x30 with ssh in it."""

    def __init__(self, host: Host, *command: str, env: dict[str, str]) -> None:
        self._screen = pyte.Screen(100, 30)
        self._stream = pyte.ByteStream(self._screen)
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execvpe("ssh", host.argv(*command), {**os.environ, "TERM": "xterm-256color", **env})
        os.set_blocking(self._fd, False)

    def shows(self, text: str) -> bool:
        """Whether the screen holds a text now."""
        try:
            while data := os.read(self._fd, 65536):
                self._stream.feed(data)
        except (BlockingIOError, OSError):
            pass
        return any(text in line for line in self._screen.display)

    def wait_for(self, text: str) -> None:
        """Wait until the screen shows a text."""
        until(lambda: self.shows(text), text)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._fd, keys.encode())

    def press_until(self, key: str, holds: Callable[[], object], what: str) -> None:
        """Press a key, and again now and then, until a condition holds: a dialog takes no key in its first moments, and
        none that seems to be held down."""
        pressed = 0.0

        def once_more() -> object:
            nonlocal pressed
            if time.monotonic() - pressed > _UNHURRIED:
                self.type(key)
                pressed = time.monotonic()
            self.shows("")
            return holds()

        until(once_more, what)

    def cut(self) -> None:
        """End the link as a dead network does: nobody says goodbye."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._fd)
