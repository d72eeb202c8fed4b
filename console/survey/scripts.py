"""Buttons from what a repository already knows how to do: its package scripts and make targets."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from warroom.console.survey.found import Part

_LOOKS = "nothing to undo, unless the check itself changes something"
_ROLES: tuple[tuple[str, re.Pattern[str], dict[str, Any]], ...] = (
    ("test", re.compile(r"test(:(critical|unit|ci))?|check"), {"title": "Run the tests", "danger": "free", "key": "t"}),
    ("type-check", re.compile(r"type-?check|types|tsc"), {"title": "Check the types", "danger": "free"}),
    ("build", re.compile(r"build"), {"title": "Build", "danger": "free"}),
    (
        "scan",
        re.compile(r"security(:scan)?|audit|scan|test:security"),
        {"title": "Scan for known holes", "danger": "free"},
    ),
    (
        "deploy-staging",
        re.compile(r"deploy[:-]staging|staging"),
        {"title": "Deploy to staging", "environment": "staging", "target": "{environment}"},
    ),
    (
        "smoke-staging",
        re.compile(r"(test:)?smoke([:-]staging)?"),
        {"title": "Smoke-test staging", "danger": "confirm", "undo": _LOOKS},
    ),
    (
        "deploy-production",
        re.compile(r"deploy([:-]prod(uction)?)?|release"),
        {
            "title": "Deploy to production",
            "danger": "typed",
            "environment": "production",
            "target": "{environment}",
            "guards": ["tests-passed"],
            "undo_action": "rollback",
            "key": "d",
        },
    ),
    (
        "rollback",
        re.compile(r"roll-?back([:-]prod(uction)?)?"),
        {"title": "Roll back", "environment": "production", "target": "{environment}", "key": "r"},
    ),
    (
        "smoke-production",
        re.compile(r"verify([:-]prod(uction)?)?|smoke[:-]prod(uction)?"),
        {"title": "Verify", "undo": _LOOKS},
    ),
)
"""What a name means, in the order in which names are given away."""
_TARGET = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._:-]*)\s*:(?!=)", re.MULTILINE)
_LOCKS = (("pnpm-lock.yaml", "pnpm"), ("yarn.lock", "yarn"), ("bun.lockb", "bun"), ("package-lock.json", "npm"))


def find_actions(folder: Path) -> Mapping[str, Part]:
    """An action for each script or target whose name says what it does. None is ever run by looking."""
    found: dict[str, Part] = {}
    for source, runner, names in (_package(folder), _make(folder)):
        for key, pattern, said in _ROLES:
            name = _best(key, [name for name in names if pattern.fullmatch(name)])
            if name and key not in found:
                table = {"title": said["title"], "argv": [*runner, name], **said}
                found[key] = Part(table=table, why=f"{name!r} of {source}")
    if deploy := found.get("deploy-production"):
        found["deploy-production"] = Part(table=_with_what_is_there(deploy.table, found), why=deploy.why)
    return found


def _best(key: str, names: list[str]) -> str:
    """Of several, the first that names the environment: `test:smoke:staging` before `test:smoke`."""
    place = {"staging": "stag", "production": "prod"}.get(key.rpartition("-")[2], "")
    return next((name for name in names if place in name), names[0] if names else "")


def _with_what_is_there(table: Mapping[str, Any], found: Mapping[str, Part]) -> dict[str, Any]:
    """A guard waits for an action that exists, and only such a one takes a deploy back."""
    wanted = {"guards": "test", "undo_action": "rollback"}
    return {key: value for key, value in table.items() if key not in wanted or wanted[key] in found}


def _package(folder: Path) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    try:
        package = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return "", (), ()
    scripts = package.get("scripts") if isinstance(package, dict) else None
    manager = next((name for lock, name in _LOCKS if (folder / lock).exists()), "npm")
    return "package.json", (manager, "run"), tuple(scripts) if isinstance(scripts, dict) else ()


def _make(folder: Path) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    try:
        text = (folder / "Makefile").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "", (), ()
    return "Makefile", ("make",), tuple(dict.fromkeys(_TARGET.findall(text)))
