"""Reading YAML that other tools wrote."""

from pathlib import Path
from typing import Any

_LARGEST = 4 * 1024 * 1024


class UnreadableFile(Exception):
    """A file that can't be read; the message names it and says why."""


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping a YAML file holds, its documents laid over each other; nothing in it is executed.

    Raises:
        UnreadableFile: it is missing, too large, no YAML, or holds no mapping.
    """
    import yaml

    try:
        if path.stat().st_size > _LARGEST:
            raise UnreadableFile(f"{path}: is larger than {_LARGEST // 1024 // 1024} MB")
        documents = list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror}") from None
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError, ValueError) as error:
        raise UnreadableFile(f"{path}: is no YAML: {' '.join(str(error).split())[:200]}") from None
    whole: dict[str, Any] = {}
    for document in documents:
        if document is None:
            continue
        if not isinstance(document, dict):
            raise UnreadableFile(f"{path}: holds no mapping, e.g. `endpoints:`")
        whole |= document
    return whole


def mapping(value: object) -> dict[str, Any]:
    """A mapping where there is one, else an empty one: other tools' files hold anything."""
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[Any]:
    """A list where there is one, else an empty one."""
    return value if isinstance(value, list) else []
