"""Who sits at this console, and which console it is."""

import getpass
import os
import secrets
import socket
from collections.abc import Mapping

from warroom.console.domain.text import clean


def actor(given: str | None, environ: Mapping[str, str] = os.environ) -> str:
    """The name that goes into the log: `--as`, `WARROOM_AS`, who sudo or ssh says it is, else the login name."""
    for name in (given, environ.get("WARROOM_AS"), environ.get("SUDO_USER")):
        if name and clean(name).strip():
            return clean(name).strip()
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"


def host() -> str:
    """This account on this machine: what a run's files are bound to."""
    return f"{os.getuid()}@{socket.gethostname()}"


def console_id(mark: str = "") -> str:
    """A new name for one console, unique among all that share a store; `mark` ends it."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}{mark and ':'}{mark}"
