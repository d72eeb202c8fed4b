"""JSON Schema of `warroom.toml` and of playbooks, so that an editor completes keys and explains them."""

import ast
import dataclasses
import functools
import sys
import typing
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from warroom.config.platform_files import shipped_platforms
from warroom.config.settings import Settings
from warroom.config.shape import hints, is_table
from warroom.config.validate import adapter
from warroom.console.domain.platform import Platform
from warroom.console.domain.playbook import Playbook
from warroom.console.domain.time.duration import format_duration

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def settings_schema() -> dict[str, Any]:
    """The schema of `warroom.toml`."""
    schema = _schema(Settings, "warroom.toml", "Configuration of warroom.")
    platform = schema["$defs"]["Service"]["properties"]["platform"]
    platform["anyOf"] = [{"enum": list(shipped_platforms())}, {"pattern": r"/|\.toml$"}]
    return schema


def playbook_schema() -> dict[str, Any]:
    """The schema of a playbook; of a whole one: a file that `extends` another may leave required keys out."""
    schema = _schema(Playbook, "playbook", "An emergency protocol as data.")
    required = schema.pop("required", [])
    schema["if"] = {"required": ["extends"]}
    schema["then"] = {}
    schema["else"] = {"required": required}
    return schema


def platform_schema() -> dict[str, Any]:
    """The schema of a platform's file."""
    return _schema(Platform, "platform", "Where a service runs, as data.")


def _schema(shape: type, title: str, description: str) -> dict[str, Any]:
    schema: dict[str, Any] = adapter(shape).json_schema()
    shapes = _shapes(shape)
    for name, definition in schema.get("$defs", {}).items():
        if name in shapes:
            _describe(definition, shapes[name])
    _describe(schema, shape)
    return {"$schema": DIALECT} | schema | {"title": title, "description": description}


def _shapes(root: type) -> dict[str, type]:
    """Every dataclass that can be reached from this one, by name."""
    found: dict[str, type] = {}
    todo: list[Any] = [root]
    while todo:
        shape = todo.pop()
        if is_table(shape) and shape.__name__ not in found:
            found[shape.__name__] = shape
            todo.extend(hints(shape).values())
        todo.extend(each for each in typing.get_args(shape) if each is not Ellipsis)
    return found


def _describe(definition: dict[str, Any], shape: type) -> None:
    """Our docstrings as descriptions, our durations as defaults, and none of pydantic's made-up titles."""
    documented = docstrings(shape)
    fields = {field.name: field for field in dataclasses.fields(shape)}
    for key, value in definition.get("properties", {}).items():
        value.pop("title", None)
        if key in documented:
            value["description"] = documented[key]
        default = fields[key].default
        if isinstance(default, timedelta):
            value["default"] = format_duration(default)
        elif value.get("default", ...) is None or dataclasses.is_dataclass(default):
            del value["default"]
        if "anyOf" in value:
            value["anyOf"] = [each for each in value["anyOf"] if each != {"type": "null"}]


def docstrings(shape: type) -> Mapping[str, str]:
    """What stands under each field of a dataclass in its source."""
    module = sys.modules[shape.__module__].__file__
    return _module_docstrings(module).get(shape.__name__, {}) if module else {}


@functools.cache
def _module_docstrings(path: str) -> Mapping[str, Mapping[str, str]]:
    tree = ast.parse(Path(path).read_text("utf-8"))
    return {node.name: dict(_field_docstrings(node)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _field_docstrings(node: ast.ClassDef) -> list[tuple[str, str]]:
    found = []
    for field, below in zip(node.body, node.body[1:], strict=False):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str):
            found.append((field.target.id, below.value.value.replace("`", "")))
    return found
