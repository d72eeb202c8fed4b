"""What an engine is made from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from warroom.config.settings import Settings
from warroom.console.session import Session
from warroom.console.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What an engine is made from."""

    settings: Settings
    folder: Path
    """What relative paths of the configuration start from."""
    store: Store
    session: Session
    runs: Path
    """Where run folders are kept."""
    secrets: tuple[str, ...] = ()
    read_only: bool = False
    watch: bool = True
    """Poll the probes; a one-shot command does not."""
    pace: float = 1.0
    """How much a drill shortens waiting times. It skips no check."""
    clock: Callable[[], datetime]
