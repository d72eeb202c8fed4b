"""Entries of a list by what is in them: `[BODY].traffic[tag=hotfix].percent`, made into the index conditions know."""

import re
from collections.abc import Iterator
from typing import Any

_SELECTOR = re.compile(
    r"\[BODY\](?P<way>(?:\.[^\s.\[\]()]+|\[\d+\])*)\[(?P<key>[A-Za-z_][\w-]*)=(?P<value>[^\]]*)\](?:\.(?P<next>[\w-]+))?"
)
_EVERY = re.compile(r"\[BODY\](?P<way>(?:\.[^\s.\[\]()]+|\[\d+\])*)\[\*(?P<key>[A-Za-z_][\w-]*)=(?P<value>[^\]]*)\]")
_PART = re.compile(r"\.([^\s.\[\]()]+)|\[(\d+)\]")
_NOWHERE = 999_999_999
"""An index that no list has."""


def selects(condition: str) -> bool:
    """Whether a condition picks an entry of a list."""
    return _SELECTOR.search(condition) is not None or _EVERY.search(condition) is not None


def indexed(condition: str, body: Any) -> str:
    """The condition with every `[key=value]` replaced by the index of the first entry that has it.

    Where several have it, the first one that also has what the condition looks at: Cloud Run lists a revision once by
    its tag and once by its share. Where none has it, an index that leads nowhere.
    """
    while found := _SELECTOR.search(condition):
        index = _index(_walk(body, found["way"]), found["key"], found["value"], found["next"])
        follows = f".{found['next']}" if found["next"] else ""
        start, end = found.span()
        condition = f"{condition[:start]}[BODY]{found['way']}[{index}]{follows}{condition[end:]}"
    return condition


def every(condition: str, body: Any) -> tuple[str, ...]:
    """The condition for each entry that its `[*key=value]` picks, all of which must hold; one without is itself.

    Where none has it, one that leads nowhere.
    """
    found = _EVERY.search(condition)
    if found is None:
        return (condition,)
    having = [index for index, _ in _having(_walk(body, found["way"]), found["key"], found["value"])]
    whole = f"[BODY]{found['way']}[*{found['key']}={found['value']}]"
    return tuple(condition.replace(whole, f"[BODY]{found['way']}[{index}]") for index in having or [_NOWHERE])


def _index(entries: Any, key: str, value: str, following: str | None) -> int:
    matching = list(_having(entries, key, value))
    whole = [index for index, entry in matching if following is None or following in entry]
    return whole[0] if whole else matching[0][0] if matching else _NOWHERE


def _having(entries: Any, key: str, value: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict) and key in entry and _text(entry[key]) == value:
            yield index, entry


def _walk(body: Any, way: str) -> Any:
    for part in _PART.finditer(way):
        if part[1] is not None:
            body = body.get(part[1]) if isinstance(body, dict) else None
        else:
            body = body[int(part[2])] if isinstance(body, list) and int(part[2]) < len(body) else None
    return body


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
