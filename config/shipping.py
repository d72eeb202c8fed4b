"""Shapes of `[request.NAME]` and `[log.NAME]`, and what can be wrong with them."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from warroom.config.errors import Loc, quoted, unknown
from warroom.console.domain.action import STRICT
from warroom.console.domain.git.change_kinds import Limits
from warroom.console.domain.time.duration import Duration

_METHOD = re.compile(r"[A-Z]{3,12}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
UrlProblem = Callable[[str, Collection[str]], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request to replay: the one that failed, and what its answer should be."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    url: str
    """An address, or a path such as `/login` at the environment's own address."""
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    conditions: tuple[str, ...] = ("[STATUS] < 400",)
    """What must hold of the answer, as probes write it."""
    environment: str = "production"
    """The environment it goes to unless somebody names another."""
    timeout: Duration = timedelta(seconds=10)
    """For the whole exchange."""
    redirects: bool = False
    """Follow them; a login that answers with a redirect is often what one wants to see."""
    verify_tls: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSource:
    """A log to follow: a file, or what a command prints."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    file: str = ""
    """Followed from its end, over rotations."""
    argv: tuple[str, ...] = ()
    """In place of a file: a command, an element each, e.g. `["kubectl", "logs", "-f", "deploy/web"]`."""
    filter: str = ""
    """Words, all of which a line must hold, in any case."""
    regex: str = ""
    """A pattern that a line must hold, besides."""
    lines: int = 20
    """Matching lines from before that are shown first; looked for in the file's last mebibyte."""
    last: Duration = timedelta(hours=1)
    """It is followed no longer than this."""


def address(request: Request, environments: Mapping[str, str], environment: str = "") -> str:
    """Where a request goes.

    Raises:
        ValueError: it names a path, and the environment has no address.
    """
    if not request.url.startswith("/"):
        return request.url
    where = environment or request.environment
    base = environments.get(where)
    if not base:
        known = ", ".join(environments) or "none"
        raise ValueError(f"no address is known for the environment {where!r}; known: {known}")
    return base.rstrip("/") + request.url


def check_limits(limits: Limits) -> Iterator[tuple[Loc, str, str]]:
    """What is wrong with `[service.limits]`."""
    for name, count in {"files": limits.files, "lines": limits.lines, "commits": limits.commits}.items():
        if count < 0:
            yield (name,), "must be 0 or more", "10"


def check_request(
    name: str, request: Request, environments: Mapping[str, str], url_problem: UrlProblem
) -> Iterator[tuple[Loc, str, str]]:
    """What is wrong with a request."""
    if not _NAME.fullmatch(name):
        yield (), "its name may have letters, digits, dots and dashes only", "[request.login]"
    if request.url.startswith("/"):
        if request.environment not in environments:
            problem = unknown(f"{quoted(request.environment)} has no address", request.environment, environments)
            yield ("environment",), problem, 'service.environments = { production = "https://example.com" }'
    elif problem := url_problem(request.url, ("http", "https")):
        yield ("url",), problem, '"https://example.com/login"'
    elif request.url != request.url.strip() or urlsplit(request.url).fragment:
        yield ("url",), "has a fragment or space around it, which is never sent", '"https://example.com/login"'
    if not _METHOD.fullmatch(request.method):
        yield ("method",), "is no method", '"POST"'
    for header, value in request.headers.items():
        if not header.isascii() or not header.strip() or "\n" in value or "\r" in value:
            yield ("headers", header), "can't be sent as a header", '{ content-type = "application/json" }'
    if request.timeout <= timedelta(0):
        yield ("timeout",), "must be longer than 0", '"10s"'


def check_log(name: str, log: LogSource) -> Iterator[tuple[Loc, str, str]]:
    """What is wrong with a log."""
    if not _NAME.fullmatch(name):
        yield (), "its name may have letters, digits, dots and dashes only", "[log.app]"
    if bool(log.file) is bool(log.argv):
        yield ("file",), "a log has either a file or an argv", '"/var/log/app.log"'
    if log.argv and not log.argv[0].strip():
        yield ("argv", 0), "must name a command", '["journalctl", "-f", "-u", "app"]'
    try:
        re.compile(log.regex)
    except re.error as error:
        yield ("regex",), f"is no pattern: {error}", "'status=5\\d\\d'"
    if log.last <= timedelta(0):
        yield ("last",), "must be longer than 0", '"1h"'
    if not 0 <= log.lines <= 1000:
        yield ("lines",), "must be between 0 and 1000", "20"
