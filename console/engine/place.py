"""Where the commands of probes run: in the repository, with nobody sitting in front of them."""

import os
from pathlib import Path

from warroom.config.settings import Settings
from warroom.console.actions.runs.environment import unattended
from warroom.console.monitor.place import Place


def place_of(settings: Settings) -> Place:
    """The place of a configuration's commands."""
    return Place(folder=Path(settings.service.repository), environment=unattended(os.environ, {}))
