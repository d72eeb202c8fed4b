"""Keeping a text as a file, where a clipboard is not to be trusted."""

import re
from pathlib import Path


def save(folder: Path, name: str, text: str) -> Path:
    """Write a text into a folder under a name that is safe and new; gives the path.

    Raises:
        OSError: the folder can't be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "text"
    for number in range(1, 1000):
        path = folder / (f"{stem}.md" if number == 1 else f"{stem}-{number}.md")
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(f"{folder} holds a thousand texts named {stem}")
