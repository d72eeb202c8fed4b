"""The seat in front of the desk: what screens are given once and what does not change while they are open."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from warroom.console.domain.desk import Desk
from warroom.console.domain.playbook import Playbook


def _none() -> Mapping[str, Playbook]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """The desk, and the surroundings of whoever sits at it."""

    desk: Desk
    monotonic: Callable[[], float]
    """Seconds that only grow: tells a fresh key from a held one."""
    playbooks: Callable[[], Mapping[str, Playbook]] = _none
    """The protocols one can declare under, the usual one first. May read files; called off the loop."""
    exports: Path = field(default_factory=Path.cwd)
    """Where texts are saved."""
    zone: tzinfo | None = None
    """Zone of local times; None: this machine's."""
    ascii: bool = False
    """Draw with ASCII signs only."""
