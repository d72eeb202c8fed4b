"""What is wrong with a probe whose shape is right, as far as it can be told without its conditions."""

import math
import re
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from warroom.config.errors import Loc, quoted, unknown
from warroom.config.probe import QUICKEST, Probe
from warroom.config.probe_kinds import EXAMPLES, strange_keys
from warroom.config.vocabulary import PROBE_ROLES
from warroom.console.domain.time.duration import format_duration

Found = tuple[Loc, str, str]
"""A place, what is wrong there, an example of right."""
UrlProblem = Callable[[str, Collection[str]], str]

_NEEDED = {
    "prometheus": ("query",),
    "sentry": ("organization",),
    "command": ("argv",),
    "tcp": ("address",),
    "dns": ("lookup",),
}
_WITH_URL = ("http", "metrics", "prometheus", "alertmanager", "statuspage")
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_MATCHER = re.compile(r'\s*[^\s=!~"{},]+\s*(?:=~|!~|!=|=)\s*\S.*')
PARTS_OF_MATCHER = re.compile(
    r'\s*(?P<name>[^\s=!~"{},]+)\s*(?P<operator>=~|!~|!=|=)\s*(?P<quote>"?)(?P<value>.*?)(?P=quote)\s*'
)
"""A matcher taken apart; a quoted value is without its quotes."""
_LONGEST_SINCE = timedelta(days=14)
_LONGEST_WINDOW = timedelta(days=1)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check_probe_keys(probe: Probe, url_problem: UrlProblem) -> Iterator[Found]:
    """Everything wrong with the keys of a probe, each with an example of right."""
    yield from strange_keys(probe)
    yield from _check_needed(probe, url_problem)
    yield from _check_times(probe)
    yield from _check_login(probe)
    if probe.role and probe.role not in PROBE_ROLES:
        yield ("role",), unknown(f"no panel asks for {quoted(probe.role)}", probe.role, PROBE_ROLES), ""
    if not math.isfinite(probe.scale) or probe.scale == 0:
        yield ("scale",), "must be a number other than 0", "100"
    match probe.kind:
        case "metrics" if not (probe.numerator or probe.metric):
            yield ("numerator",), "missing: a metrics probe needs numerator or metric", EXAMPLES["numerator"]
        case "sentry":
            yield from _check_sentry(probe)
        case "alertmanager":
            yield from _check_filters(probe)
        case "command":
            yield from _check_command(probe)
        case "tcp" if probe.address:
            yield from _check_address(probe)
        case "dns":
            yield from _check_dns(probe)
        case _:
            pass


def _check_needed(probe: Probe, url_problem: UrlProblem) -> Iterator[Found]:
    if probe.kind in _WITH_URL and not probe.url:
        yield ("url",), "missing", EXAMPLES["url"]
    elif probe.url and (problem := url_problem(probe.url, ("http", "https"))):
        yield ("url",), problem, '"https://example.com/health"'
    for key in _NEEDED.get(probe.kind, ()):
        if not getattr(probe, key):
            yield (key,), f"missing: a {probe.kind} probe needs {_article(key)}", EXAMPLES[key]


def _article(key: str) -> str:
    return f"{'an' if key[0] in 'aeiou' else 'a'} {key}"


def _check_times(probe: Probe) -> Iterator[Found]:
    positive = {"every": probe.every, "timeout": probe.timeout, "window": probe.window, "since": probe.since}
    for field, span in positive.items():
        if span is not None and span <= timedelta(0):
            yield (field,), "must be longer than 0", '"15s"'
    if timedelta(0) < probe.every < probe.timeout > QUICKEST:
        yield (
            ("timeout",),
            f"is longer than every ({format_duration(probe.every)}), so readings would overlap",
            'every = "15s", timeout = "5s"',
        )
    if probe.certificate_warning < timedelta(0):
        yield ("certificate_warning",), "must not be shorter than 0", '"14d"'
    if probe.worse_than_baseline is not None and not probe.worse_than_baseline > 1:
        yield ("worse_than_baseline",), "must be more than 1", "1.5"
    for field, count in {"failures": probe.failures, "successes": probe.successes}.items():
        if count < 1:
            yield (field,), "must be 1 or more", "3" if field == "failures" else "2"


def _check_login(probe: Probe) -> Iterator[Found]:
    ways = [key for key in ("username", "token") if getattr(probe, key)]
    ways += ["headers"] if any(name.lower() == "authorization" for name in probe.headers) else []
    if len(ways) > 1:
        yield (ways[1],), f"logs in a second time, besides {ways[0]}; keep one of them", 'token = "${TOKEN}"'
    if probe.password and not probe.username:
        yield ("password",), "goes with a username", 'username = "watch"'
    if probe.client_key and not probe.client_cert:
        yield ("client_key",), "goes with client_cert", 'client_cert = "tls/watch.pem"'


def _check_sentry(probe: Probe) -> Iterator[Found]:
    for key, slug in {"organization": probe.organization, "project": probe.project}.items():
        if slug and not _SLUG.fullmatch(slug):
            yield (key,), "is no slug, as addresses of Sentry have it", EXAMPLES[key]
    if not probe.token and not probe.headers:
        yield ("token",), "missing: Sentry answers nobody without one", 'token = "${SENTRY_TOKEN}"'
    if probe.since > _LONGEST_SINCE:
        yield ("since",), "is longer than the 14 days that are asked for", '"1h"'
    if probe.window is not None and not timedelta(minutes=1) <= probe.window <= _LONGEST_WINDOW:
        yield ("window",), "must be a minute to a day: Sentry counts in minutes", '"5m"'


def _check_filters(probe: Probe) -> Iterator[Found]:
    for index, text in enumerate(probe.filters):
        if not _MATCHER.fullmatch(text):
            yield ("filters", index), f"{quoted(text)} is no matcher", "'severity=\"page\"'"
    if probe.receiver and probe.api == "prometheus":
        yield (
            ("receiver",),
            "belongs to an Alertmanager: a Prometheus knows no receivers",
            'filters = ["severity=page"]',
        )
    for index, text in enumerate(probe.filters if probe.api == "prometheus" else ()):
        if problem := _pattern_problem(text):
            yield ("filters", index), problem, "'severity=~\"page|critical\"'"
    try:
        re.compile(probe.receiver)
    except re.error as error:
        yield ("receiver",), f"is no regular expression ({error})", '"on-call.*"'


def _pattern_problem(matcher: str) -> str:
    found = PARTS_OF_MATCHER.fullmatch(matcher)
    if found is None or "~" not in found["operator"]:
        return ""
    try:
        re.compile(found["value"])
    except re.error as error:
        return f"is no regular expression ({error})"
    return ""


def _check_command(probe: Probe) -> Iterator[Found]:
    if probe.argv and not probe.argv[0].strip():
        yield ("argv", 0), "must name a program", '"./ops/lag"'
    for index, word in enumerate(probe.argv):
        if "\0" in word:
            yield ("argv", index), "has a NUL character, which no program can be given", '"--number"'
    for name, value in probe.env.items():
        if not _VARIABLE.fullmatch(name) or "\0" in value:
            yield ("env", name), "can't be a variable", EXAMPLES["env"]


def _check_address(probe: Probe) -> Iterator[Found]:
    if host_and_port(probe.address) is None:
        yield ("address",), "expected a host and a port", '"db.internal:5432" or "[::1]:6379"'


def _check_dns(probe: Probe) -> Iterator[Found]:
    if probe.lookup and (len(probe.lookup) > 253 or re.search(r"[\s/:@]|\.\.", probe.lookup)):
        yield ("lookup",), "is no name", '"shop.example.com"'
    if probe.server and not _is_server(probe.server):
        yield ("server",), "expected the address of a name server, not its name", '"10.0.0.2" or "10.0.0.2:5353"'


def _is_server(text: str) -> bool:
    host, _ = server_and_port(text)
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def server_and_port(text: str) -> tuple[str, int]:
    """The parts of a name server's address; the port is 53 unless said."""
    if text.count(":") > 1 and not text.startswith("["):
        return text, 53
    return host_and_port(text) or (text.strip("[]"), 53)


def host_and_port(text: str) -> tuple[str, int] | None:
    """The parts of `host:port`; none if it is not that."""
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    plain = parts.netloc == text and "@" not in text and not any(c.isspace() or not c.isprintable() for c in text)
    return (host, port) if host and port and plain else None
