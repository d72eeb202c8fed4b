"""What other tools left in a repository that watches it already: a Gatus configuration, rules of a Prometheus."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from warroom.console.survey.yaml_files import UnreadableFile, listed, mapping, read_yaml

_PLACES = (".", "config", "gatus", "monitoring", "prometheus", "prom", "rules", "alerts", "ops", "deploy")
_MOST_FILES = 60


class Watching(NamedTuple):
    """Files of other tools, in the order they were found."""

    gatus: tuple[Path, ...]
    rules: tuple[Path, ...]


def find_watching(folder: Path) -> Watching:
    """The files of a repository that say what another tool watches; by what is in them, whatever they are called."""
    gatus, rules = [], []
    for path in _files(folder):
        try:
            found = read_yaml(path)
        except UnreadableFile:
            continue
        if any(mapping(one).get("conditions") for one in listed(found.get("endpoints"))):
            gatus.append(path)
        elif any(mapping(rule).get("alert") for one in listed(found.get("groups")) for rule in _rules(one)):
            rules.append(path)
    return Watching(tuple(gatus), tuple(rules))


def _rules(group: object) -> list[object]:
    return listed(mapping(group).get("rules"))


def _files(folder: Path) -> Iterator[Path]:
    for place in _PLACES:
        here = folder / place
        paths = sorted(here.glob("*.y*ml"))[:_MOST_FILES] if here.is_dir() and not here.is_symlink() else []
        yield from (path for path in paths if path.is_file() and not path.is_symlink())
