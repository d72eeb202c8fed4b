"""Releases: the files of a commit in a folder of their own."""

import io
import re
import shutil
import tempfile
import zipfile
from pathlib import Path

from ops.lib.command import git


def export(commit: str, folder: Path) -> None:
    """Write the files of a commit into an empty folder."""
    with zipfile.ZipFile(io.BytesIO(git("archive", "--format=zip", commit))) as files:
        files.extractall(folder)


def build(releases: Path, version: str, commit: str) -> Path:
    """The folder of a release, made once: it appears whole or not at all.

    Raises:
        SyntaxError: a source file of the application does not compile.
    """
    folder = releases / f"{re.sub(r'[^A-Za-z0-9.]+', '-', version)}-{commit[:10]}"
    if folder.is_dir():
        return folder
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=releases))
    try:
        export(commit, fresh)
        for source in sorted((fresh / "shop").rglob("*.py")):
            compile(source.read_text(), str(source.relative_to(fresh)), "exec")
        fresh.replace(folder)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        if folder.is_dir():
            return folder
        raise
    return folder
