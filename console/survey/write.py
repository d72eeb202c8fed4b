"""A first `warroom.toml`, with a line above each part that says where it comes from."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from warroom.console.domain.text import clean
from warroom.console.survey.found import Found, Part

_WIDTH = 120
_LIST = re.compile(r"^(?P<key>\S+|\"[^\"]*\") = \[\n(?P<items>(?: {4}.*,\n)+)\]$", re.MULTILINE)


def to_toml(found: Found, playbook: str) -> str:
    """The file as text. What is not known stands there as a comment to fill in, and no value is invented."""
    return "\n".join(_lines(found, playbook)).rstrip() + "\n"


def _lines(found: Found, playbook: str) -> Iterator[str]:
    import tomli_w

    yield "# Written by `warroom init` from what this repository holds. Look it over, then: warroom config check"
    for note in found.notes:
        yield _comment(f"look at this: {note}")
    yield ""
    yield tomli_w.dumps({"playbook": playbook}).rstrip() + "  # warroom playbook list shows the others"
    yield ""
    yield _comment(found.service.why)
    yield _on_one_line(tomli_w.dumps({"service": _inline_last(found.service.table)}).rstrip())
    if "environments" not in found.service.table:
        yield ""
        yield "# [service.environments]"
        yield '# staging = "https://staging.example.com"'
        yield '# production = "https://example.com"'
    yield ""
    for part in found.probes:
        yield from _table({"probe": [part.table]}, part)
    for key, part in found.actions.items():
        yield from _table({"action": {key: part.table}}, part)
    yield "# [channel.incidents]"
    yield '# kind = "slack"  # discord, webhook, statuspage, email'
    yield '# url = "${SLACK_WEBHOOK}"'
    yield ""
    yield "# [[person]]"
    yield '# name = "Dana"'
    yield '# roles = ["commander", "on-call"]'
    yield '# phone = "+1-555-0100"'


def _table(table: Mapping[str, Any], part: Part) -> Iterator[str]:
    import tomli_w

    yield _comment(part.why)
    yield _on_one_line(tomli_w.dumps(table).rstrip().replace("[[probe]]\n\n", "[[probe]]\n"))
    yield ""


def _on_one_line(text: str) -> str:
    """Lists as a person writes them: on one line, where they fit. No string in them holds a line's end."""

    def joined(found: re.Match[str]) -> str:
        items = [item.strip(" ").removesuffix(",") for item in found["items"].rstrip("\n").split("\n")]
        line = f"{found['key']} = [{', '.join(items)}]"
        return line if len(line) <= _WIDTH else found[0]

    return _LIST.sub(joined, text)


def _inline_last(table: Mapping[str, Any]) -> dict[str, Any]:
    """Sub-tables after the plain values: what follows a sub-table's heading would belong to it."""
    plain = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    return plain | {key: value for key, value in table.items() if isinstance(value, Mapping)}


def _comment(text: str) -> str:
    return f"# {clean(' '.join(text.split()))}"
