"""What a world keeps in its folder, and how it is removed."""

import contextlib
import shutil
from pathlib import Path

FOLDERS = ("shop", "origin.git", "releases", "data", "backups", "logs", "scratch", "home")
"""The working copy, its remote, and where the platform keeps releases, data, copies, logs and temporary files."""
MARKER = ".warroom-drill"
"""Shows that the folder is a world's own and may be removed."""
OWN_FILES = (MARKER, "platform.json", "fix.patch", "warroom.toml")


def forget(world: Path) -> None:
    """Remove what the world made in its folder, and the folder if nobody else put anything there."""
    if not (world / MARKER).is_file():
        return
    for name in FOLDERS:
        shutil.rmtree(world / name, ignore_errors=True)
    for name in OWN_FILES:
        (world / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        world.rmdir()
