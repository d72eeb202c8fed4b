"""Reading TOML that anybody may have written: bounded in size and depth, and never with a traceback."""

import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from warroom.config.errors import ConfigError, Problem

MAX_BYTES = 1024 * 1024
"""A file larger than this is no configuration."""
MAX_DEPTH = 16
"""Tables in tables; the deepest place a real file has is 7."""
_MAX_DOTS = 64

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_KEY_HEAD = re.compile(r"""[\w\s"'.-]+""")
_HINTS = (
    ("Invalid value", "expected a value: text stands in quotes", 'name = "shop"'),
    ("Cannot overwrite a value", "this key is written twice", ""),
    ("Expected '=' after a key", 'expected "=" after the key', 'name = "shop"'),
    ("Unclosed array", "a list is not closed", '["a", "b"]'),
    ("Unterminated string", "a text is not closed", 'name = "shop"'),
    ("Illegal character", "a text on one line is not closed, or holds a control character", 'name = "shop"'),
    ("Unescaped '\\' in a string", "a backslash in a text is doubled, or the text stands in single quotes", r"'\d+'"),
    ("Expected newline or end of document", "something follows the value on its line", 'name = "shop"'),
)


def read_toml(path: Path, name: str) -> dict[str, Any]:
    """The tables of a file. A byte order mark and Windows line ends are accepted.

    Args:
        path: the file.
        name: what errors call it.

    Raises:
        ConfigError: it can't be read, is no UTF-8, no TOML, too large or nested too deeply.
    """
    return parse_toml(_read_text(path, name), name)


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """The tables of a text; raises as `read_toml` does."""
    _refuse_endless_keys(text, name)
    try:
        raw = tomllib.loads(text)
    except RecursionError:
        raise _too_deep(name) from None
    except ValueError as error:
        raise ConfigError([_syntax(str(error), text, name)]) from None
    if _depth(raw) > MAX_DEPTH:
        raise _too_deep(name)
    return raw


def _read_text(path: Path, name: str) -> str:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise ConfigError([Problem(name, "", "is a folder where a file is expected", "warroom.toml")])
        if not stat.S_ISREG(status.st_mode):
            raise ConfigError([Problem(name, "", "is no regular file", "warroom.toml")])
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ConfigError([Problem(name, "", "there is no such file")]) from None
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise ConfigError([Problem(name, "", f"can't be read: {reason}", f"chmod u+r {path.name}")]) from None
    if len(data) > MAX_BYTES:
        raise ConfigError([Problem(name, "", f"is larger than {MAX_BYTES // 1024} KiB, too large for a configuration")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        key = f"line {line}"
        raise ConfigError([Problem(name, key, "is not UTF-8; save the file as UTF-8", 'name = "café"')]) from None


def _refuse_endless_keys(text: str, name: str) -> None:
    """A dotted key of many thousand parts costs the parser a minute: its work grows with the square of them."""
    for line in text.splitlines():
        if line.count(".") > _MAX_DOTS:
            head = line.split("=", 1)[0].strip().strip("[]")
            if head.count(".") > _MAX_DOTS and ".." not in head and _KEY_HEAD.fullmatch(head):
                raise _too_deep(name)


def _too_deep(name: str) -> ConfigError:
    return ConfigError([Problem(name, "", f"is nested deeper than {MAX_DEPTH} levels", "[service.production]")])


def _depth(raw: object) -> int:
    """How deep tables and lists stand in each other; counted without recursion, since depth is the attack."""
    deepest, todo = 0, [(raw, 1)]
    while todo:
        value, depth = todo.pop()
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            break
        if isinstance(value, dict):
            todo.extend((each, depth + 1) for each in value.values())
        elif isinstance(value, list):
            todo.extend((each, depth + 1) for each in value)
    return deepest


def _syntax(message: str, text: str, name: str) -> Problem:
    found = _PLACE.search(message)
    lines = text.splitlines() or [""]
    line, column = (found[1], found[2]) if found and found[1] else (str(len(lines)), str(len(lines[-1]) + 1))
    said = _PLACE.sub("", message)
    key = f"line {line}, column {column}"
    if said == "Invalid value" and not (found and found[1]):
        return Problem(name, key, "the file ends in the middle of a value", '["a", "b"]')
    for start, problem, example in _HINTS:
        if said.startswith(start):
            return Problem(name, key, problem, example)
    return Problem(name, key, f"is no valid TOML: {said[:1].lower()}{said[1:160]}", 'name = "shop"')
