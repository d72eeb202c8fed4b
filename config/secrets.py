"""Secrets in configuration: taken from the environment by `${NAME}`, collected for masking, warned of when literal."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from warroom.config.errors import STAND_IN, Loc, Problems
from warroom.config.placeholders import with_literal_braces

_REFERENCE = re.compile(r"\$(\$)?\{([^{}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_UNSET = re.compile(rf"{STAND_IN}([A-Za-z_][A-Za-z0-9_]*){STAND_IN}")
_ENTRIES = frozenset({"action", "channel", "probe", "request"})
"""One that lacks a variable is out of order by itself: the night's other tools still work."""
_PLACES = frozenset({"api_key", "argv", "body", "env", "headers", "password", "token", "url", "user", "username"})
"""Where in one a secret stands."""
SHORTEST = 4
"""Values shorter than this are no secrets: masking them would only blot the screen."""

_SHAPES = (
    ("a Slack token", re.compile(r"\bxox[abeoprs]-[\w-]{10,}")),
    ("a Slack webhook", re.compile(r"hooks\.slack\.com/(?:services|workflows|triggers)/[\w/-]{8,}")),
    ("a Discord webhook", re.compile(r"discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d+/[\w-]{8,}")),
    ("a GitHub token", re.compile(r"\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,})")),
    ("a GitLab token", re.compile(r"\bglpat-[\w-]{16,}")),
    ("an AWS key", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("a payment key", re.compile(r"\b[rs]k_live_\w{10,}")),
    ("a Sentry token", re.compile(r"\bsntry[su]_[\w=+/.-]{16,}")),
    ("a signed token", re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}")),
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    ("a credential in a header", re.compile(r"^(?:Bearer|Basic|token)\s+\S{8,}", re.IGNORECASE)),
)
_USERINFO = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/@:]*:([^\s/@]+)@", re.IGNORECASE)
_TELLING = re.compile(
    r"(?:token|secret|password|passwd|pwd|credentials?|api-?_?key|access-?_?key|authorization)s?$",
    re.IGNORECASE,
)


def expand(
    raw: Mapping[str, Any], environ: Mapping[str, str], problems: Problems
) -> tuple[dict[str, Any], set[str], dict[Loc, str]]:
    """The tables with every `${NAME}` filled from the environment, the values that were filled in, and what is unset.

    `$${NAME}` stands for the text `${NAME}` itself. A variable that is not set puts a probe, a channel, an action or a
    request out of order, as `unset` tells of it; anywhere else it is a problem.
    """
    taken: set[str] = set()
    lacking: dict[Loc, str] = {}

    def fill(value: Any, loc: Loc) -> Any:
        if isinstance(value, dict):
            return {key: fill(each, (*loc, key)) for key, each in value.items()}
        if isinstance(value, list):
            return [fill(each, (*loc, index)) for index, each in enumerate(value)]
        return _REFERENCE.sub(lambda match: take(match, loc), value) if isinstance(value, str) else value

    def take(match: re.Match[str], loc: Loc) -> str:
        name = match[2]
        if match[1]:
            return match[0][1:]
        if not _NAME.fullmatch(name):
            problems.add(loc, "expected the name of an environment variable in ${}", '"${SLACK_WEBHOOK}"')
            return ""
        if name not in environ and len(loc) > 2 and loc[0] in _ENTRIES and loc[2] in _PLACES:
            lacking[loc] = name
            return f"{STAND_IN}{name}{STAND_IN}"
        if name not in environ:
            problems.add(loc, f"the environment variable {name} is not set", f"export {name}=…")
            return ""
        if len(environ[name]) >= SHORTEST:
            taken.add(environ[name])
        return with_literal_braces(environ[name]) if _is_template(loc) else environ[name]

    return fill(dict(raw), ()), taken, lacking


def unset(entry: object) -> str:
    """Which variables an entry of the configuration would need and does not have, in words; empty: none."""
    names = dict.fromkeys(_unset(entry))
    return f"{' and '.join(names)} {'are' if len(names) > 1 else 'is'} not set here" if names else ""


def _unset(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from _UNSET.findall(value)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _unset(getattr(value, each.name))
    elif isinstance(value, Mapping):
        yield from _unset(tuple(value.values()))
    elif isinstance(value, Iterable):
        for each in value:
            yield from _unset(each)


def _is_template(loc: Loc) -> bool:
    """A secret with a brace in it must not be read as a placeholder."""
    return loc[0] == "action" and len(loc) > 2 and loc[2] in ("argv", "env", "target", "environment", "parameters")


def literal_secrets(raw: Mapping[str, Any]) -> Iterator[tuple[Loc, str, str]]:
    """Secrets that stand in the file itself: the place, what it looks like, and the secret."""
    todo: list[tuple[Loc, Any]] = [((), raw)]
    while todo:
        loc, value = todo.pop()
        if isinstance(value, dict):
            todo.extend(((*loc, key), each) for key, each in value.items())
        elif isinstance(value, list):
            todo.extend(((*loc, index), each) for index, each in enumerate(value))
        elif isinstance(value, str):
            yield from _judge(loc, value)


def _judge(loc: Loc, text: str) -> Iterator[tuple[Loc, str, str]]:
    written = _REFERENCE.sub("", text)
    for what, shape in _SHAPES:
        if found := shape.search(written):
            yield loc, what, found[0]
            return
    if (found := _USERINFO.search(text)) and not _REFERENCE.search(found[1]):
        yield loc, "a password in a URL", found[1]
    elif loc and isinstance(loc[-1], str) and _TELLING.search(loc[-1]) and len(text) >= SHORTEST and "{" not in text:
        yield loc, "a secret by its key", text


def url_passwords(text: str) -> set[str]:
    """Passwords that stand in URLs within a text."""
    return {found for found in _USERINFO.findall(text) if len(found) >= SHORTEST}
