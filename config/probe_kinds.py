"""Which keys of a probe mean something to which kind, and what is wrong with one that has others."""

import dataclasses
from collections.abc import Iterator
from difflib import get_close_matches
from typing import get_args

from warroom.config.errors import Loc, quoted
from warroom.config.probe import Kind, Probe

EVERY = frozenset(
    {"name", "kind", "every", "timeout", "conditions", "warn", "worse_than_baseline"}
    | {"unit", "role", "failures", "successes"}
)
"""The keys that every kind has."""
_TLS = frozenset({"verify_tls", "ca", "client_cert", "client_key", "certificate_warning"})
_WEB = _TLS | {"url", "headers", "username", "password", "token", "redirects"}
OWN: dict[str, frozenset[str]] = {
    "http": _WEB | {"method", "body"},
    "metrics": _WEB | {"method", "body", "metric", "numerator", "denominator", "window", "scale"},
    "prometheus": _WEB | {"query"},
    "sentry": _WEB | {"organization", "project", "environment", "release", "what", "since", "window", "query"},
    "alertmanager": _WEB | {"api", "filters", "receiver"},
    "statuspage": _WEB | {"components"},
    "command": frozenset({"argv", "env"}),
    "tcp": _TLS | {"address", "tls", "send", "expect"},
    "dns": frozenset({"lookup", "record", "server"}),
}
"""The keys of each kind, besides those that every kind has."""
_MEANT = {
    ("tcp", "url"): "address",
    ("dns", "url"): "lookup",
    ("command", "url"): "argv",
    ("command", "headers"): "env",
    ("dns", "address"): "server",
    ("metrics", "query"): "numerator",
    ("prometheus", "metric"): "query",
    ("prometheus", "numerator"): "query",
    ("alertmanager", "query"): "filters",
    ("tcp", "body"): "send",
    ("sentry", "components"): "project",
    ("alertmanager", "components"): "filters",
}
"""What somebody meant who wrote a key of another kind."""
EXAMPLES = {
    "url": 'url = "https://example.com/health"',
    "address": 'address = "db.internal:5432"',
    "lookup": 'lookup = "shop.example.com"',
    "server": 'server = "10.0.0.2"',
    "argv": 'argv = ["./ops/lag", "--number"]',
    "env": 'env = { PGPASSWORD = "${PGPASSWORD}" }',
    "organization": 'organization = "acme"',
    "project": 'project = "shop"',
    "query": 'query = "sum(rate(http_requests_total[1m]))"',
    "numerator": "numerator = 'http_requests_total{code=~\"5..\"}'",
    "filters": 'filters = ["severity=page"]',
    "api": 'api = "prometheus"',
    "send": 'send = "PING\\r\\n"',
}


def strange_keys(probe: Probe) -> Iterator[tuple[Loc, str, str]]:
    """The keys that mean nothing to the probe's kind, each with whose they are and the one that was likely meant."""
    mine = OWN[probe.kind]
    for field in dataclasses.fields(probe):
        if field.name in EVERY or field.name in mine:
            continue
        if getattr(probe, field.name) == _default(field):
            continue
        owners = [kind for kind in get_args(Kind) if field.name in OWN[kind]]
        problem = f"belongs to {_listed(owners)} probes, and this one is of kind {quoted(probe.kind)}"
        meant = _MEANT.get((probe.kind, field.name)) or next(iter(get_close_matches(field.name, sorted(mine), 1)), "")
        if meant:
            yield (field.name,), f"{problem}, did you mean {quoted(meant)}?", EXAMPLES.get(meant, "")
        else:
            yield (field.name,), problem, f"kind = {quoted(owners[0])}"


def _default(field: "dataclasses.Field[object]") -> object:
    return field.default_factory() if callable(field.default_factory) else field.default


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
