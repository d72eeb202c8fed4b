"""`{placeholders}` in commands and names: are they known, and are the braces in order?"""

import re
from collections.abc import Collection, Iterator

from warroom.config.errors import nearest

_TOKEN = re.compile(r"\{\{|\}\}|\{([A-Za-z_][A-Za-z0-9_.-]*)\}|([{}])|[^{}]+")


def check_template(template: str, known: Collection[str], example: str) -> Iterator[tuple[str, str]]:
    """What is wrong with a template, and an example of right. `{{` and `}}` are literal braces.

    `example` may hold `{name}`: the unknown name takes its place.
    """
    for match in _TOKEN.finditer(template):
        name, stray = match[1], match[2]
        if stray:
            yield "a brace stands alone: {name} is a value, {{ and }} are literal braces", '"{environment}"'
        elif name and name not in known:
            near = nearest(name, known)
            hint = f', did you mean "{{{near}}}"?' if near else ""
            yield f"unknown placeholder {{{name}}}{hint}", "" if near else example.replace("{name}", name)


def with_literal_braces(text: str) -> str:
    """Text that stands for itself in a template."""
    return text.replace("{", "{{").replace("}", "}}")
