"""Intents that several tests put."""

from functools import cache
from pathlib import Path

from warroom.config.playbook_files import load_playbook
from warroom.console.domain import intents as i
from warroom.console.domain.playbook import Playbook


@cache
def playbook() -> Playbook:
    """The shipped protocol that everything else is tried on."""
    return load_playbook("release-protocol", Path())


def declare(incident: str) -> i.Declare:
    """An incident."""
    return i.Declare(incident=incident, title="Sign-in fails", level="P1", playbook=playbook(), service="shop")


def request(run: str, environment: str = "") -> i.RequestRun:
    """A run that needs nobody's yes."""
    return i.RequestRun(
        run=run,
        action="look",
        title="Look",
        target="",
        environment=environment,
        command="./look",
        fingerprint="f",
        danger="free",
        host="1000@here",
    )
